//! The pages in a real browser: what people see and do, in several tabs, against `local`.
//!
//! The stories are told in JavaScript, beside this file: a `<system>.mjs` each, run by Node's own test runner, with
//! Playwright at the browser. Pictures of all pages are left in `target/pictures` for a person to look at.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn agenda_calendar() {
    check("agenda_calendar");
}

#[test]
fn agenda_create() {
    check("agenda_create");
}

#[test]
fn agenda_holidays() {
    check("agenda_holidays");
}

#[test]
fn agenda_live() {
    check("agenda_live");
}

#[test]
fn chat() {
    check("chat");
}

#[test]
fn chat_connection() {
    check("chat_connection");
}

#[test]
fn chat_failures() {
    check("chat_failures");
}

#[test]
fn chat_rooms() {
    check("chat_rooms");
}

#[test]
fn chat_session() {
    check("chat_session");
}

#[test]
fn inside() {
    check("inside");
}

#[test]
fn inside_trouble() {
    check("inside_trouble");
}

#[test]
fn layout() {
    check("layout");
}

#[test]
fn notes() {
    check("notes");
}

#[test]
fn notes_notebook() {
    check("notes_notebook");
}

#[test]
fn notes_trouble() {
    check("notes_trouble");
}

#[test]
fn notifications() {
    check("notifications");
}

#[test]
fn notifications_trouble() {
    check("notifications_trouble");
}

#[test]
fn pages() {
    check("pages");
}

#[test]
fn shared() {
    check("shared");
}

#[test]
fn visitor_counter() {
    check("visitor_counter");
}

/// Runs the tests of a file, with a folder of their own.
#[track_caller]
fn check(file: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(file);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let [packages, chromium] = ["node/node_modules", "chromium/chromium"].map(|tool| {
        let path = root.join("target/tools").join(tool);
        assert!(path.exists(), "{} is missing, hint: run `cargo xtask test`", path.display());
        path
    });
    let told = Command::new("node")
        .args(["--test", "--test-reporter=spec"])
        .arg(root.join("tests/browser").join(file).with_extension("mjs"))
        .current_dir(root)
        .env("STACKWRIGHT", env!("CARGO_BIN_EXE_stackwright-systems"))
        .env("FOLDER", &folder)
        .env("PICTURES", root.join("target/pictures"))
        .env("PACKAGES", packages)
        .env("CHROMIUM", chromium)
        .stdin(Stdio::null())
        .output()
        .expect("Node starts");
    let said = [told.stdout, told.stderr].concat();
    assert!(told.status.success(), "{}\nsee {}", String::from_utf8_lossy(&said), folder.display());
}
