//! A program with one small stack: what `local` makes of edits while it runs is told in the tests.

use std::process::ExitCode;

use stackwright::prelude::*;

fn greeter(stack: &mut Scope<'_>) {
    let greet = stack.add("Greet", Function::new("greet"));
    stack.add("Name", Output::new(greet.name()));
}

fn main() -> ExitCode {
    stackwright_cli::main(&[Stack::new("Greeter", greeter)])
}
