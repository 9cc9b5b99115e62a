//! `cargo xtask bench --local`: this project's runner beside ministack, and a crowd of a thousand connections.
//!
//! It builds and lays out; clients in Python measure, the same for both runners.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{cargo, tools};

const ROUNDS: &str = "200";
const CROWD: &str = "1000";

/// Builds the program and the handler as `cargo run` does, and measures.
pub(super) fn run() -> Result<()> {
    tools::install()?;
    done(cargo::command().args([
        "build",
        "--workspace",
        "--bin",
        "stackwright-systems",
        "--bin",
        "benchmark-echo",
    ]))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a workspace")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("bench");
    let scripts = root.join("xtask/src/bench/local");
    lay_out(&scripts, &target.join("debug/benchmark-echo"), &folder)?;
    let program = target.join("debug/stackwright-systems");
    let python = |script: &str, count: &str| {
        let mut python = Command::new(root.join("target/tools/venv/bin/python"));
        python.current_dir(root).arg(scripts.join(script)).arg(&program).arg(&folder).arg(count);
        done(&mut python)
    };
    python("side_by_side.py", ROUNDS)?;
    python("crowd.py", CROWD)
}

/// The template, and beside it the folder that it names as the function's code.
fn lay_out(scripts: &Path, handler: &Path, folder: &Path) -> Result<()> {
    let code = folder.join("echo");
    fs::create_dir_all(&code).with_context(|| format!("cannot make {}", code.display()))?;
    let template = "echo.template.yaml";
    copy(&scripts.join(template), &folder.join(template))?;
    copy(handler, &code.join("bootstrap"))?;
    // Of 60 MB 45 are symbols, which ministack would have to take apart.
    done(Command::new("strip").arg(code.join("bootstrap")))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display())).map(drop)
}

fn done(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}
