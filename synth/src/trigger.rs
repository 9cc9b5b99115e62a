//! [`Trigger`]: what runs a function, as a value that is given to the function.
//!
//! A trigger declares its own resources, below the function it runs.

use stackwright_core::{Arn, LogicalId, Scope, Value};

use crate::constructs::{Alarms, Asynchronous, FunctionHandle, Patience, QueueHandle};
use crate::grant::Grant;

/// Something that runs a function: a stream's changes, a queue's messages, a rule, a route.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not run a function",
    label = "not a trigger",
    note = "triggers are values such as `changes.inserted()`, `queue.messages()`, `bus.events(…)`, `api.route(…)`"
)]
pub trait Trigger {
    /// Declares what is needed to run the function.
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>);
}

/// A function while its triggers are attached.
#[derive(Debug)]
pub struct Wiring<'w, 's> {
    /// The function's own scope.
    pub scope: &'w mut Scope<'s>,
    /// The function.
    pub function: FunctionHandle,
    /// Its policy, for what must wait until the permissions are there.
    pub policy: LogicalId,
    /// What the function may do; a trigger adds what the service needs the function's role for.
    pub grants: &'w mut Vec<Grant>,
    /// Whether alarms are wanted, and whom they tell.
    pub alarms: &'w Alarms,
    pub(crate) patience: Patience,
    pub(crate) asynchronous: Option<Asynchronous>,
}

impl Wiring<'_, '_> {
    /// For triggers that do not wait for the function's answer: the queue for what it fails at.
    ///
    /// The first that asks has it declared, with an alarm and an end to Lambda's retries; the function may send to it.
    pub fn asynchronous(&mut self) -> QueueHandle {
        if let Some(known) = &self.asynchronous {
            return known.failures();
        }
        let asynchronous =
            Asynchronous::declare(self.scope, self.function, self.policy, self.patience, self.alarms);
        let failures = asynchronous.failures();
        self.asynchronous = Some(asynchronous);
        self.grants.push(failures.send());
        failures
    }

    /// Lets the rule put into that queue what it cannot hand to the function.
    pub(crate) fn take_undelivered(&mut self, rule: Value<Arn>) {
        if let Some(asynchronous) = &mut self.asynchronous {
            asynchronous.take_undelivered(rule);
        }
    }

    /// Declares what can only be said once all triggers are attached.
    pub(crate) fn finish(self) {
        if let Some(asynchronous) = self.asynchronous {
            asynchronous.finish(self.scope);
        }
    }
}
