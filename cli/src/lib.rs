//! The command line of a Stackwright program, as a library: a program hands [`main`] its stacks.
//!
//! It reads files, calls cargo and writes templates; what is declared, and what is wrong with it, is decided in
//! `stackwright`.

mod arguments;
pub mod assets;
mod commands;
mod declared;
mod manifest;
mod output;
mod printer;
mod selection;
mod writing;

use std::process::ExitCode;

use clap::Parser as _;
use stackwright::Stack;

use crate::arguments::{Arguments, Command};
use crate::printer::Printer;

/// Runs the program's command line over its stacks.
///
/// ```no_run
/// use std::process::ExitCode;
/// use stackwright::{Scope, Stack};
///
/// fn declare(_stack: &mut Scope<'_>) {}
///
/// const STACKS: &[Stack] = &[Stack::new("Notes", declare)];
///
/// fn main() -> ExitCode {
///     stackwright_cli::main(STACKS)
/// }
/// ```
///
/// Exit status: 0 if all went well, 1 if something is wrong with what is declared or could not be built or written,
/// 2 if the arguments are not understood.
#[must_use]
pub fn main(stacks: &[Stack]) -> ExitCode {
    let arguments = Arguments::parse();
    let mut printer = Printer::new();
    let result = match &arguments.command {
        Command::Synth(synth) => commands::synth::run(synth, stacks, &mut printer),
        Command::Local(local) => commands::local::run(local, stacks, &mut printer),
        Command::List => commands::list::run(stacks, &mut printer),
    };
    result.unwrap_or_else(|error| printer.error(&error))
}
