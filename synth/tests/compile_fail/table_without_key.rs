//! A table has a key.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    stack.add("Notes", Table::new());
}

fn main() {}
