//! The manifest has a feature for each service of the data, and `all` enables every one.

#![allow(clippy::unwrap_used)]

fn manifest() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn each_service_is_a_feature() {
    let lines = manifest();
    let features: Vec<_> = lines.iter().filter_map(|line| line.strip_suffix(" = []")).collect();
    let features: Vec<_> = features.into_iter().filter(|name| *name != "default").collect();
    assert_eq!(features, stackwright_schema::services().collect::<Vec<_>>());
}

#[test]
fn all_enables_each() {
    let names: Vec<_> = stackwright_schema::services().map(|name| format!("\"{name}\"")).collect();
    assert!(manifest().contains(&format!("all = [{}]", names.join(", "))));
}
