//! The tools that `cargo xtask test` installs, as commands to run.
//!
//! It skips nothing: a test that wants a tool that is not there fails.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A program of the Python environment, such as `aws`.
#[track_caller]
pub(crate) fn tool(name: &str) -> Command {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/venv/bin").join(name);
    assert!(program.exists(), "the test tool `{name}` is missing, hint: run `cargo xtask test`");
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// What the command writes to standard output; a panic with all it said if it fails.
#[track_caller]
pub(crate) fn output(command: &mut Command) -> String {
    let done = command.output().expect("the command starts");
    assert!(done.status.success(), "{command:?}: {}\n{}", done.status, said(&done));
    String::from_utf8(done.stdout).expect("its output is UTF-8")
}

fn said(done: &Output) -> String {
    [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}
