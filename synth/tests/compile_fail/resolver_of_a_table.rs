//! A resolver asks a data source, not a table: the source has the role that may.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>, events: TableHandle, code: SourceFile) {
    stack.add("GetEvent", Resolver::new(events, "Query", "getEvent", code));
}

fn main() {}
