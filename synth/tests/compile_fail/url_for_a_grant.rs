//! A URL is not a grant: one says what may be done with it.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>, url: FunctionUrlHandle) {
    stack.add("Guests", IdentityPool::guests().allow(url));
}

fn main() {}
