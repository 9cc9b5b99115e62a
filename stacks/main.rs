//! The infrastructure program: `cargo run -- synth`.

use std::process::ExitCode;

fn main() -> ExitCode {
    stackwright_cli::main(stacks::STACKS)
}
