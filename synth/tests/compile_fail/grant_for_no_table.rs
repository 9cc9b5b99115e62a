//! A data source that asks nobody has no role that could be allowed something.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>, api: GraphqlApiHandle, events: TableHandle) {
    stack.add("Nothing", DataSource::none(api).allow(events.get()));
}

fn main() {}
