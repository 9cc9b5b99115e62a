//! When cargo is called, with what, and when it is not.
//! The cargo used here writes down its calls.

use std::fs;
use std::time::{Duration, SystemTime};

use stackwright_cli::assets::{Asset, AssetRequest};

use crate::world::{World, both};

/// The calls of cargo that one more run causes, and its assets.
fn again(world: &World) -> (usize, Vec<Asset>) {
    let before = world.calls().len();
    let assets = world.build(&both()).unwrap();
    (world.calls().len() - before, assets)
}

#[test]
fn one_call_builds_all_handlers() {
    let world = World::new();
    let mut told = Vec::new();
    world.build_telling(&both(), &mut told).unwrap();
    let builds: Vec<_> = world.calls().into_iter().filter(|call| call.starts_with("build")).collect();
    assert_eq!(builds.len(), 1);
    assert!(builds[0].starts_with("build --profile lambda -p orders-api -p orders-count "), "{}", builds[0]);
    let has = |text: &str| told.iter().any(|event| event.contains(text));
    assert!(has("Building { command: \"cargo build --profile lambda -p orders-api"), "{told:?}");
    assert!(
        has("Compiled { package: \"kit\", fresh: false }") && has("Packaged { crate_name: \"orders-api\"")
    );
}

#[test]
fn with_nothing_changed_no_cargo_is_called() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    world.write_cargo("exit 70");
    assert_eq!(again(&world), (0, first.clone()));
    assert_eq!(again(&world), (0, first));
}

#[test]
fn a_new_time_alone_is_no_change() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    let main = fs::File::options().write(true).open(world.path("w/handlers/orders-api/src/main.rs")).unwrap();
    main.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    assert_eq!(again(&world), (0, first));
}

#[test]
fn lost_zips_are_made_again_without_cargo() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    fs::remove_dir_all(world.path("out")).unwrap();
    assert_eq!(again(&world), (0, first.clone()));
    fs::write(&first[0].path, "half").unwrap();
    assert_eq!(again(&world), (0, first.clone()));
    assert!(fs::metadata(&first[0].path).unwrap().len() == first[0].size);
}

#[test]
fn a_changed_page_is_packed_without_cargo() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    world.write("w/web/more.html", "<p>");
    let (calls, second) = again(&world);
    assert_eq!(calls, 0);
    assert_ne!(first[0].hash, second[0].hash);
    assert_eq!(first[1], second[1]);
}

/// One edit, and whether the two handlers come out different.
fn check(file: &str, text: &str, changed: [bool; 2]) {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    world.write(file, text);
    let (calls, second) = again(&world);
    assert_ne!(calls, 0, "cargo is called after a change of {file}");
    let differs = |index: usize| first[index].hash != second[index].hash;
    assert_eq!([differs(0), differs(1)], changed, "{file}");
    assert_eq!(again(&world), (0, second), "and not again");
}

#[test]
fn an_edit_of_a_handler_is_noticed() {
    check("w/handlers/orders-api/src/main.rs", "fn main() { println!(\"new\") }", [true, false]);
}

#[test]
fn an_edit_of_a_crate_below_is_noticed() {
    check("w/handlers/kit/src/lib.rs", "pub fn greeting() -> &'static str { \"changed\" }", [true, true]);
}

#[test]
fn an_edit_of_an_included_file_is_noticed() {
    check("w/greeting.txt", "HELLO", [true, true]);
}

#[test]
fn an_edit_outside_of_the_workspace_is_noticed() {
    check("outside/src/lib.rs", "pub fn fail() { println!(\"outside\") }", [false, true]);
}

#[test]
fn settings_that_appear_are_noticed() {
    check("w/.cargo/config.toml", "build.rustflags = ['-Copt-level=1']\n", [true, true]);
}

#[test]
fn the_lock_file_and_the_manifests_are_watched() {
    check("w/Cargo.lock", "# other versions\nversion = 4\n", [false, false]);
    let defined = "[workspace]\nresolver = '3'\nmembers = ['handlers/*', 'tool']\n[profile.lambda]\ninherits = 'release'\nopt-level = 0\n";
    check("w/Cargo.toml", defined, [true, true]);
}

#[test]
fn an_edit_of_another_crate_is_none_of_ours() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    world.write("w/tool/src/main.rs", "fn main() { panic!() }");
    assert_eq!(again(&world), (0, first));
}

#[test]
fn an_executable_that_someone_else_overwrote_is_built_again() {
    let world = World::new();
    let first = world.build(&both()).unwrap();
    fs::remove_file(world.path("target/lambda/orders-api")).unwrap();
    let (calls, second) = again(&world);
    assert_ne!(calls, 0);
    assert_eq!(first, second);
}

#[test]
fn a_native_processor_is_warned_about() {
    let world = World::new();
    world.write("w/.cargo/config.toml", "build.rustflags = ['-Ctarget-cpu=native']\n");
    let mut told = Vec::new();
    world.build_telling(&[AssetRequest::new("orders-count")], &mut told).unwrap();
    assert!(
        told.iter().any(|event| event.starts_with("Warning(\"rustflags say `target-cpu=native`")),
        "{told:?}"
    );
}
