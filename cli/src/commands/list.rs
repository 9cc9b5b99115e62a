//! `list`: the names of the stacks.

use std::process::ExitCode;

use anyhow::Result;
use stackwright::Stack;

use crate::printer::Printer;

pub(crate) fn run(stacks: &[Stack], printer: &mut Printer) -> Result<ExitCode> {
    for stack in stacks {
        printer.data(stack.name)?;
    }
    Ok(ExitCode::SUCCESS)
}
