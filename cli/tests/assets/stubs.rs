//! Under `--stub-assets` a shell script stands in for each executable.
//! No cargo is called: a workspace that does not compile has stubs too.

use std::collections::BTreeSet;
use std::process::Command;

use stackwright_cli::assets::AssetRequest;

use crate::world::{World, both, entries};

#[test]
fn a_stub_is_the_same_everywhere() {
    let (here, there) = (World::new(), World::new());
    let (ours, theirs) = (here.stub(&both()).unwrap(), there.stub(&both()).unwrap());
    let hashes = |assets: &[stackwright_cli::assets::Asset]| -> Vec<_> {
        assets.iter().map(|asset| (asset.hash.clone(), asset.files_hash.clone())).collect()
    };
    assert_eq!(hashes(&ours), hashes(&theirs));
    assert_eq!(hashes(&ours), hashes(&here.stub(&both()).unwrap()));
    assert_eq!(ours.iter().map(|asset| &asset.hash).collect::<BTreeSet<_>>().len(), 2);
}

#[test]
fn a_stub_says_what_it_is_and_fails() {
    let world = World::new();
    let asset = world.stub(&[AssetRequest::new("orders-count")]).unwrap().remove(0);
    let (name, mode, _, script) = entries(&asset.path).remove(0);
    assert_eq!((name.as_str(), mode & 0o777), ("bootstrap", 0o755));
    let run = Command::new("sh").arg("-c").arg(String::from_utf8(script).unwrap()).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let said = "error: this is a stub of `orders-count`, made by --stub-assets\n  hint: build the real one with `cargo run -- synth`\n";
    assert_eq!(String::from_utf8(run.stderr).unwrap(), said);
}

#[test]
fn code_that_does_not_compile_has_a_stub_too() {
    let world = World::new();
    world.write("w/handlers/orders-count/src/main.rs", "fn main() {");
    world.stub(&[AssetRequest::new("orders-count")]).unwrap();
}

#[test]
fn files_are_packed_as_they_are() {
    let world = World::new();
    let asset = world.stub(&both()).unwrap().remove(0);
    let found: Vec<_> =
        entries(&asset.path).into_iter().map(|(name, mode, time, _)| (name, mode & 0o777, time)).collect();
    let epoch = || "1980-01-01 00:00:00".to_owned();
    let expected = [
        ("bootstrap".to_owned(), 0o755, epoch()),
        ("site/index.html".to_owned(), 0o644, epoch()),
        ("site/js/app.js".to_owned(), 0o644, epoch()),
    ];
    assert_eq!(found, expected);
    assert_eq!(entries(&asset.path)[1].3, b"<h1>orders</h1>");
}

#[test]
fn a_changed_file_changes_both_hashes() {
    let world = World::new();
    let before = world.stub(&both()).unwrap();
    world.write("w/web/js/app.js", "export { }");
    let after = world.stub(&both()).unwrap();
    assert_ne!((&before[0].hash, &before[0].files_hash), (&after[0].hash, &after[0].files_hash));
    assert_ne!(before[0].files_hash, after[0].files_hash);
    assert_eq!(before[1], after[1]);
}
