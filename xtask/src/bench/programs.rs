//! The programs that are measured, and how cargo makes them.
//!
//! It measures nothing.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The sets of made-up stacks, as `benches/generated` names them.
const SETS: [&str; 3] = ["5 stacks, 153 resources", "1 stack x 500 resources", "100 stacks x 30 resources"];

/// How cargo compiles a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Profile {
    /// `cargo build --release`.
    Release,
    /// What `cargo run -- synth` runs.
    Dev,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }

    /// The folder below the target directory.
    const fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "debug",
        }
    }
}

/// A program that synthesises.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: String,
    executable: PathBuf,
    /// Which stacks it declares, if it can declare several.
    set: Option<&'static str>,
}

impl Program {
    pub(super) fn synth(&self, out: &Path, options: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        command.current_dir(root()).arg("synth").arg("--out").arg(out).args(options);
        if let Some(set) = self.set {
            command.env("BENCH_STACKS", set);
        }
        command
    }
}

/// The program of this workspace.
pub(super) fn own(profile: Profile) -> Program {
    let name = format!("the program's own stacks, {}", profile.name());
    Program { name, executable: built(profile).join("stackwright-systems"), set: None }
}

/// Every program: the workspace's own, and one for each set of made-up stacks.
pub(super) fn all(profile: Profile) -> Vec<Program> {
    let executable = built(profile).join("examples/generated_program");
    let generated = SETS.iter().map(|set| Program {
        name: format!("{set}, {}", profile.name()),
        executable: executable.clone(),
        set: Some(set),
    });
    std::iter::once(own(profile)).chain(generated).collect()
}

/// Builds all programs, each as its users would: with the features its own package asks for.
pub(super) fn build(profile: Profile) -> Result<()> {
    let profile = ["--quiet", "--profile", profile.name()];
    cargo(&["build", "--package", "stackwright-systems", "--bin", "stackwright-systems"], &profile)?;
    cargo(&["build", "--package", "xtask", "--example", "generated_program"], &profile)
}

/// Runs the benchmark in process, which prints for itself.
pub(super) fn in_process() -> Result<()> {
    cargo(&["bench", "--package", "xtask", "--bench", "synthesis"], &["--quiet"])
}

fn cargo(command: &[&str], options: &[&str]) -> Result<()> {
    let status = crate::cargo::command().current_dir(root()).args(command).args(options).status();
    ensure!(status.context("cannot start cargo")?.success(), "`cargo {}` failed", command.join(" "));
    Ok(())
}

/// An empty place for templates. Not in the workspace: some editors index what appears there.
pub(super) fn fresh_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("stackwright-bench-{}", std::process::id()));
    clear(&folder)?;
    Ok(folder)
}

/// Removes the folder, if it is there.
pub(super) fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot empty {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn built(profile: Profile) -> PathBuf {
    target().join(profile.folder())
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder of the workspace.
pub(super) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
