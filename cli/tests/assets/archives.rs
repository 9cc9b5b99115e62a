//! Zips of real executables: equal for equal input, readable, and gone when nobody names them any more.
//! What cargo does on the way is told in `building`.

use std::fs;
use std::process::Command;

use stackwright_cli::assets::prune;

use crate::world::{World, both, entries};

#[test]
fn two_checkouts_give_the_same_bytes() {
    let (here, there) = (World::new(), World::new());
    let (ours, theirs) = (here.build(&both()).unwrap(), there.build(&both()).unwrap());
    // The first only: cargo makes the path of a package outside of the workspace part of all symbols in it, and
    // with them goes the order of functions in `orders-count`.
    let (ours, theirs) = (&ours[0], &theirs[0]);
    assert!(fs::read(&ours.path).unwrap() == fs::read(&theirs.path).unwrap(), "the zips differ");
    assert_eq!((&ours.hash, ours.size), (&theirs.hash, theirs.size));
    assert_eq!(ours.path, here.path("out/assets").join(format!("{}.zip", ours.hash)));
    assert_eq!(fs::metadata(&ours.path).unwrap().len(), ours.size);
}

#[test]
fn no_folder_of_this_machine_shows_in_an_executable() {
    let world = World::new();
    let asset = world.build(&both()).unwrap().remove(1);
    let (_, _, _, bootstrap) = entries(&asset.path).remove(0);
    let contains = |text: &str| bootstrap.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains("/local/outside/src/lib.rs"), "the panic in `outside` names its file");
    assert!(!contains(&world.path("").display().to_string()));
}

#[test]
fn the_executable_in_the_zip_runs() {
    let world = World::new();
    let asset = world.build(&both()).unwrap().remove(1);
    let (name, mode, time, bytes) = entries(&asset.path).remove(0);
    assert_eq!((name.as_str(), mode & 0o777, time.as_str()), ("bootstrap", 0o755, "1980-01-01 00:00:00"));
    assert!(bytes.starts_with(b"\x7fELF"));
    let built = world.path("target/lambda/orders-count");
    assert_eq!(bytes, fs::read(&built).unwrap());
    assert_eq!(Command::new(built).output().unwrap().stdout, b"hello\n");
}

#[test]
fn only_what_is_not_kept_is_removed() {
    let world = World::new();
    let assets = world.stub(&both()).unwrap();
    world.write("out/assets/notes.txt", "not ours");
    let removed = prune(&world.path("out"), [assets[0].hash.as_str()]).unwrap();
    assert_eq!(removed, [assets[1].path.clone()]);
    assert!(assets[0].path.exists() && world.path("out/assets/notes.txt").exists());
    assert_eq!(prune(&world.path("nowhere"), []).unwrap(), Vec::<std::path::PathBuf>::new());
}
