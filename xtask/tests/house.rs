//! Invariants of the house that no type and no lint can hold: which crate may know which, who does IO, who names.
//!
//! It reads manifests and sources as text; it runs nothing.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The Rust sources below a folder of the workspace.
fn sources(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, found),
                false if path.extension().is_some_and(|extension| extension == "rs") => found.push(path),
                false => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The places where a source says one of the words.
fn places(folders: &[&str], words: &[&str]) -> Vec<String> {
    let files = folders.iter().flat_map(|folder| sources(folder));
    let in_file = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let hits = text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        hits.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())).collect::<Vec<_>>()
    };
    files.flat_map(in_file).collect()
}

/// The crates of this workspace that a manifest names as dependencies of the built crate.
fn depends_on(folder: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    let built = manifest.split("[dev-dependencies]").next().unwrap();
    let (_, dependencies) = built.split_once("[dependencies]").unwrap();
    let section = dependencies.split("\n[").next().unwrap();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    let mut names: Vec<String> =
        names.filter(|name| name.starts_with("stackwright")).map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn declaring_and_synthesising_does_no_io() {
    let pure = [
        "synth/template/src",
        "synth/core/src",
        "synth/check/src",
        "synth/schema/src",
        "synth/src",
        "stacks",
    ];
    let io = [
        "std::fs",
        "std::process::Command",
        "std::net::Tcp",
        "std::net::Udp",
        "std::time",
        "env::var",
        "println!",
    ];
    let found = places(&pure, &io);
    let unexpected: Vec<_> = found.iter().filter(|place| !place.contains("//!")).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test]
fn only_one_module_makes_logical_ids() {
    let found = places(
        &["synth/core/src", "synth/src", "synth/cfn/generate", "stacks", "cli/src"],
        &["LogicalId::new("],
    );
    let elsewhere: Vec<_> =
        found.iter().filter(|place| !place.starts_with("synth/core/src/name.rs:")).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert!(!found.is_empty(), "not even there");
}

#[test]
fn handlers_know_nothing_of_the_language() {
    for entry in fs::read_dir(root().join("handlers")).unwrap() {
        let folder = entry.unwrap().file_name().into_string().unwrap();
        assert_eq!(depends_on(&format!("handlers/{folder}")), [""; 0], "{folder}");
    }
}

#[test]
fn arrows_between_the_rooms_are_never_turned_round() {
    assert_eq!(depends_on("synth/template"), [""; 0]);
    assert_eq!(depends_on("synth/schema"), [""; 0]);
    assert_eq!(depends_on("synth/core"), ["stackwright-template"]);
    assert_eq!(depends_on("synth/cfn"), ["stackwright-core"]);
    assert_eq!(depends_on("synth/check"), ["stackwright-schema", "stackwright-template"]);
    assert_eq!(depends_on("cli"), ["stackwright", "stackwright-local", "stackwright-template"]);
    assert_eq!(depends_on("."), ["stackwright", "stackwright-cli"]);
}

/// The crates in `local/`, each of them one engine of the runner.
fn engines() -> Vec<String> {
    let folders = fs::read_dir(root().join("local")).unwrap().map(|entry| entry.unwrap());
    let crates = folders.filter(|folder| folder.path().join("Cargo.toml").exists());
    let mut names: Vec<String> = crates.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn engines_know_neither_templates_nor_each_other() {
    let built_from: [(&str, &[&str]); 4] = [
        ("bus", &["stackwright-pattern"]),
        ("graphql", &["stackwright-resolver"]),
        ("mappings", &["stackwright-pattern", "stackwright-tables"]),
        // What a template comes to is what it is for.
        ("plan", &["stackwright-template"]),
    ];
    for engine in engines() {
        let known = built_from.iter().find(|(name, _)| *name == engine);
        let expected = known.map_or(&[][..], |(_, crates)| crates);
        assert_eq!(depends_on(&format!("local/{engine}")), expected, "{engine}");
    }
}

#[test]
fn the_runner_joins_all_engines_with_templates_and_knows_no_constructs() {
    let mut expected: Vec<String> = engines().iter().map(|engine| format!("stackwright-{engine}")).collect();
    expected.push("stackwright-template".to_owned());
    expected.sort();
    assert_eq!(depends_on("local"), expected);
}

#[test]
fn only_the_printer_prints() {
    let found = places(&["cli/src"], &["io::stdout()", "io::stderr()", "println!", "print!("]);
    let elsewhere: Vec<_> = found.iter().filter(|place| !place.starts_with("cli/src/printer.rs:")).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert!(!found.is_empty(), "not even there");
}
