//! The chores of this workspace: `cargo xtask <chore>`.
//!
//! Nothing here is part of what a program depends on.

mod bench;
mod cargo;
mod pictures;
mod schema;
mod test_command;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <chore>

  bench     measure synthesis, whole process and in process; `--with-handlers` adds real handlers,
            `--build` measures how `stackwright` compiles instead, `--local` what `local` runs, beside ministack
  pictures  run the browser tests, and keep their pictures for the README in web/pictures
  schema    fetch the resource specifications and write synth/schema/data, synth/schema/src/table.rs
            and the features of synth/cfn
  test      run every test of the workspace; further arguments go to `cargo test`
  tools     install what tests need beyond Rust into target/tools
";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> anyhow::Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["bench", further @ ..] => bench::run(further),
        ["pictures"] => pictures::run(),
        ["schema"] => schema::run(),
        ["test", further @ ..] => test_command::run(further),
        ["tools"] => tools::install(),
        _ => anyhow::bail!("no such chore: `{}`\n{USAGE}", arguments.join(" ")),
    }
}

/// Says something to the person who waits.
#[expect(clippy::print_stderr, reason = "the one place where a chore speaks")]
fn say(text: &str) {
    eprintln!("{text}");
}
