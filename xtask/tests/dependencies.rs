//! What `stackwright` may depend on: few crates, nothing asynchronous, no AWS SDK.
//!
//! It asks `cargo tree`, so a dependency that only one platform has counts on that platform.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const MOST_CRATES: usize = 60;
const ASYNCHRONOUS: [&str; 9] =
    ["tokio", "async-std", "smol", "async-executor", "futures", "futures-util", "hyper", "reqwest", "mio"];

/// The names of the crates below `stackwright`, with those its build scripts and macros need.
fn crates() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let arguments = ["tree", "--package", "stackwright", "--edges", "normal,build", "--prefix", "none"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().filter(|line| !line.is_empty()).map(name_and_version).collect()
}

fn name_and_version(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn found(forbidden: impl Fn(&str) -> bool) -> Vec<String> {
    crates().into_iter().filter(|name| forbidden(name.split(' ').next().unwrap_or_default())).collect()
}

#[test]
fn there_are_at_most_60_crates() {
    let crates = crates();
    assert!(crates.iter().any(|name| name.starts_with("stackwright ")), "{crates:#?}");
    assert!(crates.len() <= MOST_CRATES, "{} crates: {crates:#?}", crates.len());
}

#[test]
fn nothing_is_asynchronous() {
    assert_eq!(found(|name| ASYNCHRONOUS.contains(&name)), [""; 0]);
}

#[test]
fn there_is_no_aws_sdk() {
    assert_eq!(found(|name| name.starts_with("aws-") || name.starts_with("rusoto")), [""; 0]);
}
