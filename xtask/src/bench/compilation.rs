//! `cargo xtask bench --build`: how many crates `stackwright` needs, and what compiling them costs.
//!
//! It compiles into a folder of its own and leaves nothing behind.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use super::{peers, process, programs};

pub(super) fn run() -> Result<()> {
    let crates = crates()?;
    crate::say("| | crates | cold debug build, CPU s |\n|---|---|---|");
    let seconds = cold_build()?;
    crate::say(&format!("| stackwright, {} services | {crates} | {seconds:.1} |", services()?));
    for (what, crates, seconds) in peers::CRATES {
        crate::say(&format!("| {what} | {crates} | {seconds} |"));
    }
    crate::say(
        "\nThe others' figures were taken once on a machine of this kind; they are not measured here.",
    );
    Ok(())
}

/// The crates of the tree, those of build scripts and macros included.
fn crates() -> Result<usize> {
    let tree = tree(&["--edges", "normal,build", "--format", "{p}"])?;
    let named = tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    Ok(named.collect::<BTreeSet<_>>().len())
}

/// The services whose L1 is compiled: the features of `stackwright-cfn` that are on.
fn services() -> Result<usize> {
    let tree = tree(&["--edges", "normal", "--format", "{lib} {f}"])?;
    let features = tree.lines().find_map(|line| line.strip_prefix("stackwright_cfn "));
    let features = features.context("`stackwright` does not depend on `stackwright-cfn`")?;
    Ok(features.trim_end_matches(" (*)").split(',').filter(|feature| *feature != "default").count())
}

fn tree(options: &[&str]) -> Result<String> {
    let mut cargo = crate::cargo::command();
    cargo.current_dir(programs::root()).args(["tree", "--package", "stackwright", "--prefix", "none"]);
    let output = cargo.args(options).output().context("cannot start cargo")?;
    ensure!(output.status.success(), "`cargo tree` failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).context("`cargo tree` does not write UTF-8")
}

/// User and system seconds of cargo and of all that it runs.
fn cold_build() -> Result<f64> {
    let target = programs::fresh_folder()?;
    let mut cargo = crate::cargo::command();
    cargo.current_dir(programs::root()).env("CARGO_TARGET_DIR", &target);
    let sample = process::measure(cargo.args(["build", "--package", "stackwright"]))?;
    programs::clear(&target)?;
    Ok(sample.cpu.as_secs_f64())
}
