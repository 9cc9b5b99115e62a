//! An infrastructure program of made-up stacks, for `cargo xtask bench` to run as a whole process.
//!
//! It takes the arguments of any such program; the variable `BENCH_STACKS` names the set of stacks.

mod generated;

use std::process::ExitCode;

fn main() -> ExitCode {
    let set = std::env::var("BENCH_STACKS").unwrap_or_default();
    match generated::stacks(&set) {
        Some(stacks) => stackwright_cli::main(&stacks),
        None => unknown(&set),
    }
}

#[expect(clippy::print_stderr, reason = "a program of its own, before the command line that prints")]
fn unknown(set: &str) -> ExitCode {
    eprintln!("error: no such set: BENCH_STACKS=`{set}`\n  hint: one of {:?}", generated::SETS);
    ExitCode::FAILURE
}
