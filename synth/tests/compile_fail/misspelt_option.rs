//! An option that there is not.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    stack.add("Notes", Table::new(string("id")).sort_by(number("at")));
}

fn main() {}
