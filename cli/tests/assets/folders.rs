//! Folders of code for the local runner: what is in them, and that they are never changed.

use std::fs;
use std::path::{Path, PathBuf};

use stackwright_cli::assets::{Asset, AssetRequest, Destination, prune_folders};

use crate::world::{World, both};

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(root, &path, found),
                false => found.push(path.strip_prefix(root).unwrap().display().to_string()),
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn paths(assets: &[Asset]) -> Vec<PathBuf> {
    assets.iter().map(|asset| asset.path.clone()).collect()
}

#[test]
fn a_folder_holds_what_a_zip_would() {
    let world = World::new();
    let assets = world.lay_out(&both()).unwrap();
    assert_eq!(files(&assets[0].path), ["bootstrap", "site/index.html", "site/js/app.js"]);
    assert_eq!(files(&assets[1].path), ["bootstrap"]);
    let name = format!("orders-api-{}", &assets[0].hash[..16]);
    assert_eq!(assets[0].path, world.path("out/code").join(name));
    let zipped = world.build(&both()).unwrap();
    assert_eq!(assets[0].files_hash, zipped[0].files_hash);
    assert_eq!(assets[1].files_hash, None);
}

#[test]
fn it_is_what_cargo_builds_that_runs_here() {
    let world = World::new();
    let asset = world.lay_out(&[AssetRequest::new("orders-api")]).unwrap().remove(0);
    let ran = std::process::Command::new(asset.path.join("bootstrap")).output().unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), "hello\n");
    let build = world.calls().into_iter().find(|call| call.starts_with("build")).unwrap();
    assert_eq!(build, "build --profile dev -p orders-api --message-format json");
}

#[test]
fn what_was_built_for_zips_is_not_built_again_for_folders() {
    let world = World::new();
    world.build(&both()).unwrap();
    world.write_cargo("exit 70");
    let assets = world.lay_out_built(&both(), "lambda", Destination::Lambda).unwrap();
    assert_eq!(files(&assets[1].path), ["bootstrap"]);
    world.build(&both()).unwrap();
}

#[test]
fn with_nothing_changed_neither_cargo_is_called_nor_a_folder_touched() {
    let world = World::new();
    let first = world.lay_out(&both()).unwrap();
    world.write_cargo("exit 70");
    let times = || paths(&first).iter().map(|path| fs::metadata(path).unwrap().modified().unwrap()).collect();
    let before: Vec<_> = times();
    assert_eq!(world.lay_out(&both()).unwrap(), first);
    assert_eq!(times(), before);
}

/// One edit, and whether the two handlers come to lie elsewhere.
fn check(file: &str, text: &str, moved: [bool; 2]) {
    let world = World::new();
    let first = world.lay_out(&both()).unwrap();
    let old = fs::read(first[0].path.join("bootstrap")).unwrap();
    world.write(file, text);
    let second = world.lay_out(&both()).unwrap();
    let differs = |index: usize| first[index].path != second[index].path;
    assert_eq!([differs(0), differs(1)], moved, "{file}");
    assert_eq!(fs::read(first[0].path.join("bootstrap")).unwrap(), old, "what was there stays as it was");
}

#[test]
fn other_code_comes_to_lie_elsewhere() {
    check("w/handlers/orders-api/src/main.rs", "fn main() { println!(\"new\") }", [true, false]);
    check("w/handlers/kit/src/lib.rs", "pub fn greeting() -> &'static str { \"new\" }", [true, true]);
    check("w/web/index.html", "<h1>new</h1>", [true, false]);
}

#[test]
fn folders_that_nobody_names_are_removed() {
    let world = World::new();
    let first = world.lay_out(&both()).unwrap();
    world.write("w/web/index.html", "<h1>new</h1>");
    let second = world.lay_out(&both()).unwrap();
    world.write("out/code/orders-api-0123.77.part/bootstrap", "of another process");
    let removed = prune_folders(&world.path("out"), second.iter().map(|asset| asset.path.as_path())).unwrap();
    assert_eq!(removed, [first[0].path.clone()]);
    assert!(world.path("out/code/orders-api-0123.77.part").exists());
    assert!(paths(&second).iter().all(|path| path.join("bootstrap").exists()));
}
