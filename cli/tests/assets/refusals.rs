//! What cannot become an asset, and what the user is told to do about it.
//! Whole messages where they are ours, the telling part where they are the compiler's.

use stackwright_cli::assets::{Architecture, AssetError, AssetRequest, Workspace};

use crate::world::{World, both};

fn check(error: &AssetError, expected: &str) {
    assert_eq!(error.to_string(), expected);
}

#[test]
fn handler_crates_are_known_without_cargo() {
    let world = World::new();
    assert_eq!(world.workspace().handler_crates().unwrap(), ["orders-api", "orders-count", "tool"]);
    assert_eq!(world.calls(), Vec::<String>::new());
}

#[test]
fn crates_that_are_missing_are_named_together() {
    let world = World::new();
    let requests = ["order-api", "orders-count", "kit", "billing"].map(AssetRequest::new);
    let expected = format!(
        "no crate of the workspace is called `billing`\n  \
           hint: make one with `cargo new handlers/billing` and name it in `[workspace] members`\n\
         the crate `kit` in {} makes no executable\n  hint: give it a src/main.rs\n\
         no crate of the workspace is called `order-api`\n  hint: did you mean `orders-api`?",
        world.path("w/handlers/kit").display()
    );
    check(&world.stub(&requests).unwrap_err(), &expected);
    check(&world.build(&requests).unwrap_err(), &expected);
    assert_eq!(world.calls(), Vec::<String>::new());
}

#[test]
fn code_that_does_not_compile_is_shown_with_the_command() {
    let world = World::new();
    world.write("w/handlers/orders-api/src/main.rs", "fn main() { kit::no_such_function() }");
    let error = world.build(&both()).unwrap_err().to_string();
    assert!(error.starts_with("the handlers do not build\nerror[E0425]: cannot find function"), "{error}");
    assert!(error.contains("handlers/orders-api/src/main.rs:1:18"), "{error}");
    assert!(
        error.contains("\n  hint: `cargo build --profile lambda -p orders-api -p orders-count"),
        "{error}"
    );
    assert!(!world.path("out").exists(), "nothing is written");
}

#[test]
fn a_broken_manifest_is_shown_as_cargo_shows_it() {
    let world = World::new();
    world.write(
        "w/handlers/kit/Cargo.toml",
        "[package]\nname = 'kit'\n[dependencies]\nnowhere = { path = '../nowhere' }\n",
    );
    let error = world.build(&both()).unwrap_err().to_string();
    assert!(error.starts_with("`cargo metadata --format-version 1` failed\nerror: "), "{error}");
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn a_profile_that_is_not_defined_is_said_by_cargo() {
    let world = World::new();
    let options = stackwright_cli::assets::Options {
        profile: "tiny".into(),
        cargo: Some(world.path("cargo")),
        ..Default::default()
    };
    let mut silent = stackwright_cli::assets::Silent;
    let error = stackwright_cli::assets::package(
        &world.workspace(),
        &both(),
        &world.path("out"),
        &options,
        &mut silent,
    );
    let error = error.unwrap_err().to_string();
    assert!(error.contains("profile `tiny` is not defined"), "{error}");
}

#[test]
fn an_architecture_this_machine_cannot_build_is_refused_before_building() {
    let other = match std::env::consts::ARCH {
        "x86_64" => Architecture::Arm64,
        _ => Architecture::X86_64,
    };
    let world = World::new();
    let result = world.build(&[AssetRequest::new("orders-api").on(other)]);
    let error = match result {
        // A machine with the target and a linker installed builds it.
        Ok(assets) => return assert_eq!(assets[0].architecture, other),
        Err(error) => error,
    };
    assert!(matches!(error, AssetError::CannotBuildFor { .. }), "{error}");
    assert!(error.to_string().contains("hint: `rustup target add "), "{error}");
    assert!(!world.calls().iter().any(|call| call.starts_with("build")));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_folder_only() {
    use std::os::unix::fs::symlink;
    let world = World::new();
    symlink(world.path("w/web/index.html"), world.path("w/web/start.html")).unwrap();
    let asset = world.stub(&both()).unwrap().remove(0);
    let names: Vec<_> = crate::world::entries(&asset.path).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["bootstrap", "site/index.html", "site/js/app.js", "site/start.html"]);

    let link = world.path("w/web/escape.txt");
    symlink(world.path("w/Cargo.toml"), &link).unwrap();
    let expected = format!(
        "{} cannot be packed: the link leads to {}\n  hint: put a copy in its place; only links to files in the folder are followed",
        link.display(),
        world.path("w/Cargo.toml").display()
    );
    check(&world.stub(&both()).unwrap_err(), &expected);
    std::fs::remove_file(link).unwrap();

    symlink(world.path("w/web"), world.path("w/web/js/round")).unwrap();
    assert!(matches!(world.stub(&both()).unwrap_err(), AssetError::SiteLink { .. }));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let world = World::new();
    let error = world.stub(&[AssetRequest::new("orders-api").with_files("wbe")]).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("the files in {} cannot be packed: ", world.path("w/wbe").display())),
        "{error}"
    );
}

#[test]
fn a_folder_in_no_workspace_is_named() {
    let error = Workspace::find(std::path::Path::new("/proc/self")).unwrap_err();
    check(
        &error,
        "no Cargo.toml in /proc/self or above it\n  hint: run this in the workspace of the handlers",
    );
}

/// `hypot` has a new version since glibc 2.35: an executable linked with it does not start on Lambda.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn an_executable_for_a_newer_glibc_is_refused() {
    let world = World::new();
    let main = "fn main() { println!(\"{}\", (std::env::args().count() as f64).hypot(4.0)) }";
    world.write("w/handlers/orders-count/src/main.rs", main);
    // A machine with an older glibc, with cargo-zigbuild or with a musl target builds it.
    let Err(error) = world.build(&both()) else { return };
    let expected = "the executable of `orders-count` needs glibc 2.35, Lambda has 2.34\n  \
        hint: `cargo install cargo-zigbuild` and `pip install ziglang`, or `rustup target add ";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert!(!world.path("out").exists(), "nothing is written");
}
