//! A name cannot stand where an ARN is wanted.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    let notes = stack.add("Notes", Table::new(string("id")));
    stack.add("Reader", Function::new("reader").allow(Grant::new(["dynamodb:GetItem"], notes.name())));
}

fn main() {}
