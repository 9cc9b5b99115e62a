//! A GraphQL API must say how its callers show that they may call.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>, schema: SourceFile) {
    stack.add("Api", GraphqlApi::new(schema));
}

fn main() {}
