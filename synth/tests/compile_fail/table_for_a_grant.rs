//! A table is not a grant: what may be done with it must be said.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    let notes = stack.add("Notes", Table::new(string("id")));
    stack.add("Reader", Function::new("reader").allow(notes));
}

fn main() {}
