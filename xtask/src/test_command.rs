//! `cargo xtask test`: the tools, then every test of the workspace.
//!
//! It leaves no test out, and none passes for want of a tool.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tools;

/// Runs `cargo test --workspace` with further arguments, such as `--test deploy`.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    tools::install()?;
    let mut cargo = cargo();
    cargo.args(["test", "--workspace"]).args(arguments);
    let status = cargo.status().context("cannot start cargo")?;
    ensure!(status.success(), "tests failed");
    Ok(())
}

/// The cargo that runs us, without what it says about our own package: build scripts that watch these
/// variables (ring's does) would run again each time another way of calling cargo sets or unsets them.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for (name, _) in std::env::vars_os() {
        if is_about_a_package(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo
}

fn is_about_a_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
