//! `cargo xtask test`: the tools, then every test of the workspace.
//!
//! It leaves no test out, and none passes for want of a tool.

use anyhow::{Context, Result, ensure};

use crate::{cargo, tools};

/// Runs `cargo test --workspace` with further arguments, such as `--test deploy`.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    tools::install()?;
    let mut cargo = cargo::command();
    cargo.args(["test", "--workspace"]).args(arguments);
    let status = cargo.status().context("cannot start cargo")?;
    ensure!(status.success(), "tests failed");
    Ok(())
}
