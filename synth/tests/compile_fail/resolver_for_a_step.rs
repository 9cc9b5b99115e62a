//! A pipeline is made of functions, not of resolvers.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>, api: GraphqlApiHandle, nothing: DataSourceHandle, code: SourceFile) {
    let check = stack.add("Check", Resolver::new(nothing, "Query", "check", code));
    stack.add("GetEvent", Resolver::pipeline(api, "Query", "getEvent", code).then(check));
}

fn main() {}
