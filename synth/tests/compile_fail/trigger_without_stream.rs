//! A table without a stream has no changes to run a function on.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    let (notes, changes) = stack.add("Notes", Table::new(string("id")));
    stack.add("Count", Function::new("count").on(changes.inserted()));
}

fn main() {}
