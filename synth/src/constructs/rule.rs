//! [`Rule`]: where the events of a bus go: to a function, or with [`Rule::to`] into a queue.
//!
//! There is no way to a target whose events are lost when it cannot be reached. Other targets are left to L1.

use stackwright_cfn::events as l1;
use stackwright_cfn::events::rule as types;
use stackwright_core::{Arn, Construct, Declared, LogicalId, Scope, Value};

use super::alarm::{Alarm, Alarms};
use super::{Adjustments, EventBusHandle, EventPattern, Queue, QueueHandle};
use crate::trigger::{Trigger, Wiring};

/// The events of a bus that match a pattern.
///
/// A function is run by it: `.on(bus.events(pattern))`. A queue is fed by it: `Rule::new(bus, pattern).to(queue)`.
///
/// What the target does not take is tried again 20 times within an hour, then put into a queue of its own with an alarm.
/// EventBridge would do so 185 times in a day without saying a word; attempts come ever more rarely, so that 20 outlast
/// a throttled or faulty service, and after an hour it is time that a person looks.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let bus = stack.add("Bus", EventBus::new());
///     let accepted = EventPattern::source("shop").detail_type("Order Accepted");
///     let parcels = stack.add("Parcels", Queue::new().delayed(10).retrying(3));
///     stack.add("ToParcels", Rule::new(bus, accepted).to(parcels));
/// });
/// ```
///
/// Source: [AWS::Events::Rule](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html).
#[derive(Debug)]
pub struct Rule {
    /// The bus.
    pub bus: EventBusHandle,
    /// Which of its events.
    pub pattern: EventPattern,
    name: Option<String>,
    /// How often an event that the target did not take is tried again, 0 to 185.
    pub retries: u32,
    /// After how many seconds an event is given up, 60 to 86,400.
    pub maximum_age_seconds: u32,
    adjustments: Adjustments<l1::Rule>,
}

impl Rule {
    /// The rule for events of the bus that match.
    #[must_use]
    pub fn new(bus: EventBusHandle, pattern: EventPattern) -> Self {
        Self {
            bus,
            pattern,
            name: None,
            retries: 20,
            maximum_age_seconds: 60 * 60,
            adjustments: Adjustments::default(),
        }
    }

    /// Trying again this often to hand an event over.
    #[must_use]
    pub const fn retry(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }

    /// Giving up events older than this.
    #[must_use]
    pub const fn maximum_age(mut self, seconds: u32) -> Self {
        self.maximum_age_seconds = seconds;
        self
    }

    /// Under another name below its function than `On<detail types>`, or `On<bus>` if it is for no certain types.
    #[must_use]
    pub fn called(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Rule) -> l1::Rule + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    /// Into this queue, one message an event. A queue takes the events of one rule.
    #[must_use]
    pub fn to(self, queue: QueueHandle) -> RuleToQueue {
        RuleToQueue { rule: self, queue, alarms: Alarms::default() }
    }

    fn name(&self) -> String {
        let subject = || self.pattern.subject().unwrap_or_else(|| LogicalId::from(self.bus.l1()).to_string());
        self.name.clone().unwrap_or_else(|| format!("On {}", subject()))
    }

    fn resource(self, scope: &mut Scope<'_>, target: Value<Arn>, failures: QueueHandle) -> l1::Rule {
        let retries = types::RetryPolicy::new()
            .maximum_retry_attempts(self.retries)
            .maximum_event_age_in_seconds(self.maximum_age_seconds);
        let target = types::Target::new(target, "Target")
            .retry_policy(retries)
            .dead_letter_config(types::DeadLetterConfig::new().arn(failures.arn()));
        let rule = l1::Rule::new()
            .event_bus_name(self.bus.name())
            .event_pattern(self.pattern.resolve(scope))
            .targets([target]);
        self.adjustments.apply(rule)
    }
}

impl Trigger for Rule {
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>) {
        let failures = wiring.asynchronous();
        let (function, policy) = (wiring.function, wiring.policy);
        let rule = wiring.scope.part(self.name(), |scope: &mut Scope<'_>| {
            let rule = self.resource(scope, function.arn(), failures);
            let rule = Declared::from(rule).after(policy).declare(scope);
            scope.part("Permission", function.permission("events.amazonaws.com", rule.arn()));
            rule
        });
        wiring.take_undelivered(rule.arn());
    }
}

/// Events of a bus that go into a queue; [`Rule::to`] makes it.
#[derive(Debug)]
pub struct RuleToQueue {
    /// Which events.
    pub rule: Rule,
    /// Where they go.
    pub queue: QueueHandle,
    /// The alarm on events that could not be put into the queue.
    pub alarms: Alarms,
}

impl RuleToQueue {
    /// With an alarm on what could not be delivered that tells somebody, or without.
    #[must_use]
    pub fn alarms(mut self, alarms: Alarms) -> Self {
        self.alarms = alarms;
        self
    }
}

impl Construct for RuleToQueue {
    type Handle = RuleHandle;

    fn declare(self, scope: &mut Scope<'_>) -> RuleHandle {
        let failures = scope.part("Failures", Queue::new());
        let rule = self.rule.resource(scope, self.queue.arn(), failures).declare(scope);
        scope.part("QueuePolicy", self.queue.taking_events_of([rule.arn()]));
        scope.part("FailuresPolicy", failures.taking_events_of([rule.arn()]));
        self.alarms.declare(scope, "FailuresAlarm", Alarm::waiting_messages(failures.name()));
        RuleHandle(rule)
    }
}

/// Refers to a rule that feeds a queue.
#[derive(Clone, Copy, Debug)]
pub struct RuleHandle(l1::RuleHandle);

impl RuleHandle {
    /// Its physical name.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.0.rule_name()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.0.arn()
    }
}
