//! A rule whose events go nowhere.

use stackwright::prelude::*;

fn declare(stack: &mut Scope<'_>) {
    let bus = stack.add("Bus", EventBus::new());
    stack.add("Orders", Rule::new(bus, EventPattern::source("shop")));
}

fn main() {}
