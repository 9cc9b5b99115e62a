//! What a function needs to be run asynchronously: an end to Lambda's retries, and a queue for what failed then.
//!
//! It knows no trigger; each that runs a function without waiting for its answer asks for this, and gets it once.

use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::event_invoke_config as types;
use stackwright_core::{Arn, Declared, LogicalId, Scope, Value};

use super::{Alarm, Alarms, FunctionHandle, Queue, QueueHandle};

/// How long Lambda goes on with an event that a function fails at, or that waits for one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) retries: u32,
    pub(crate) age_seconds: u32,
}

/// The queue of a function for events that it failed at, and for those that could not be handed to it.
#[derive(Debug)]
pub(crate) struct Asynchronous {
    failures: QueueHandle,
    /// The rules that put into the queue what they cannot hand to the function.
    rules: Vec<Value<Arn>>,
}

impl Asynchronous {
    /// Declares the queue with its alarm and the function's configuration.
    ///
    /// Lambda asks at once whether the role may send to the queue, so the policy must be there first.
    pub(crate) fn declare(
        scope: &mut Scope<'_>,
        function: FunctionHandle,
        policy: LogicalId,
        patience: Patience,
        alarms: &Alarms,
    ) -> Self {
        let failures = scope.part("AsyncFailures", Queue::new());
        let destination = types::OnFailure::new(failures.arn());
        let config = l1::EventInvokeConfig::new(function.name(), "$LATEST")
            .maximum_retry_attempts(patience.retries)
            .maximum_event_age_in_seconds(patience.age_seconds)
            .destination_config(types::DestinationConfig::new().on_failure(destination));
        scope.part("AsyncConfig", Declared::from(config).after(policy));
        alarms.declare(scope, "AsyncFailuresAlarm", Alarm::waiting_messages(failures.name()));
        Self { failures, rules: Vec::new() }
    }

    pub(crate) const fn failures(&self) -> QueueHandle {
        self.failures
    }

    pub(crate) fn take_undelivered(&mut self, rule: Value<Arn>) {
        self.rules.push(rule);
    }

    /// Lets all rules at once send to the queue: SQS keeps one policy a queue.
    pub(crate) fn finish(self, scope: &mut Scope<'_>) {
        if !self.rules.is_empty() {
            scope.part("AsyncFailuresPolicy", self.failures.taking_events_of(self.rules));
        }
    }
}
