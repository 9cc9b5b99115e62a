//! [`EventBus`]: an EventBridge bus of the stack's own.
//!
//! What its events run or reach is said by a [`Rule`]; the account's default bus, archives and schemas are left to L1.

use stackwright_cfn::events as l1;
use stackwright_core::{Arn, Construct, Scope, Value};

use super::physical_name::physical_name;
use super::{Adjustments, EventPattern, Rule};
use crate::grant::Grant;

/// An event bus that takes events of its own account.
///
/// Its name is made of the stack's, the region and its place in the stack.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let bus = stack.add("Bus", EventBus::new());
///     stack.add("PlaceOrder", Function::new("place-order").env("EVENT_BUS", bus.name()).allow(bus.put()));
///     stack.add("AcceptOrder", Function::new("accept-order")
///         .on(bus.events(EventPattern::source("shop").detail_type("Order Placed"))));
/// });
/// ```
///
/// Source: [AWS::Events::EventBus](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html).
#[derive(Debug, Default)]
pub struct EventBus {
    /// What it is, for a person; up to 512 characters.
    pub description: Option<String>,
    adjustments: Adjustments<l1::EventBus>,
}

impl EventBus {
    /// A bus.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what it is, for a person.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::EventBus) -> l1::EventBus + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for EventBus {
    type Handle = EventBusHandle;

    fn declare(self, scope: &mut Scope<'_>) -> EventBusHandle {
        let mut bus = l1::EventBus::new(physical_name(scope));
        if let Some(text) = self.description {
            bus = bus.description(text);
        }
        EventBusHandle(self.adjustments.apply(bus).declare(scope))
    }
}

/// Refers to an event bus.
#[derive(Clone, Copy, Debug)]
pub struct EventBusHandle(l1::EventBusHandle);

impl EventBusHandle {
    /// Its physical name, which `PutEvents` takes as `EventBusName`.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.0.reference()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.0.arn()
    }

    /// The L1 behind it.
    #[must_use]
    pub const fn l1(self) -> l1::EventBusHandle {
        self.0
    }

    /// Putting events on this bus, not on another.
    #[must_use]
    pub fn put(self) -> Grant {
        Grant::new(["events:PutEvents"], self.arn())
    }

    /// The rule for events that match: a trigger of a function, or with [`Rule::to`] the way into a queue.
    #[must_use]
    pub fn events(self, pattern: EventPattern) -> Rule {
        Rule::new(self, pattern)
    }
}
