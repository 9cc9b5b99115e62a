//! Only constructs can be added to a scope.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    stack.add("Notes", "a table, please");
}

fn main() {}
