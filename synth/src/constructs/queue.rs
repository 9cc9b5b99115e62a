//! [`Queue`]: an SQS queue.
//!
//! FIFO queues are left to L1.

use stackwright_cfn::sqs as l1;
use stackwright_cfn::sqs::queue as types;
use stackwright_core::{Arn, Construct, Declared, DeletionPolicy, Expr, LogicalId, Scope, Value};

use super::alarm::{Alarm, Alarms};
use super::{Adjustments, QueueTrigger};
use crate::grant::{Grant, document};

/// A queue, encrypted with a key of SQS, kept when it leaves the stack.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let jobs = stack.add("Jobs", Queue::new().delayed(5).hiding_for(60).retrying(3));
///     stack.add("Planner", Function::new("planner").env("QUEUE_URL", jobs.url()).allow(jobs.send()));
///     stack.add("Worker", Function::new("worker").on(jobs.messages().batch(10)));
/// });
/// ```
///
/// Source: [AWS::SQS::Queue](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html).
#[derive(Debug)]
pub struct Queue {
    /// For how long a message is kept, 60 seconds to 14 days; 14 days by default.
    pub retention_seconds: u32,
    /// For how long a message received is hidden from others, up to 12 hours.
    pub visibility_seconds: u32,
    /// For how long a message sent is hidden from all, 0 to 900 seconds.
    pub delay_seconds: u32,
    /// Where messages go that were received too often.
    pub dead_letters: DeadLetters,
    /// The alarm on the failure queue of its own, if it has one.
    pub alarms: Alarms,
    /// What happens to it when it leaves the stack.
    pub removal: DeletionPolicy,
    adjustments: Adjustments<l1::Queue>,
}

/// What becomes of messages that are received again and again.
#[derive(Clone, Copy, Debug)]
pub enum DeadLetters {
    /// They come back until they are too old.
    None,
    /// Received this often without being deleted, they go to a queue made for them, which has an alarm.
    Own(u32),
    /// Received this often without being deleted, they go to that queue.
    To(QueueHandle, u32),
}

impl Default for Queue {
    fn default() -> Self {
        Self::new()
    }
}

impl Queue {
    /// A queue that keeps messages for 14 days and hides received ones for 30 seconds.
    #[must_use]
    pub fn new() -> Self {
        Self {
            retention_seconds: 14 * 24 * 60 * 60,
            visibility_seconds: 30,
            delay_seconds: 0,
            dead_letters: DeadLetters::None,
            alarms: Alarms::default(),
            removal: DeletionPolicy::RetainExceptOnCreate,
            adjustments: Adjustments::default(),
        }
    }

    /// Hiding received messages for this long; it must outlast the function that handles them.
    #[must_use]
    pub const fn hiding_for(mut self, seconds: u32) -> Self {
        self.visibility_seconds = seconds;
        self
    }

    /// Hiding messages sent for this long, from 0 to 900 seconds.
    #[must_use]
    pub const fn delayed(mut self, seconds: u32) -> Self {
        self.delay_seconds = seconds;
        self
    }

    /// Handing out a message this often; received once more, it is moved to a failure queue with an alarm instead.
    ///
    /// What is handed to a function that has no time for it counts too: AWS advises five for a busy one.
    #[must_use]
    pub const fn retrying(mut self, times: u32) -> Self {
        self.dead_letters = DeadLetters::Own(times);
        self
    }

    /// Moving a message to `queue` once it was received `times` without being deleted.
    #[must_use]
    pub const fn dead_letters_to(mut self, queue: QueueHandle, times: u32) -> Self {
        self.dead_letters = DeadLetters::To(queue, times);
        self
    }

    /// With an alarm on its failure queue that tells somebody, or without.
    #[must_use]
    pub fn alarms(mut self, alarms: Alarms) -> Self {
        self.alarms = alarms;
        self
    }

    /// Deleted with the stack.
    #[must_use]
    pub const fn transient(mut self) -> Self {
        self.removal = DeletionPolicy::Delete;
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::Queue) -> l1::Queue + 'static) -> Self {
        self.adjustments.push(change);
        self
    }

    /// Where messages go that were received more often than this.
    fn dead_letters(&self, scope: &mut Scope<'_>) -> Option<(QueueHandle, u32)> {
        match self.dead_letters {
            DeadLetters::None => None,
            DeadLetters::Own(times) => Some((self.failures(scope), times)),
            DeadLetters::To(queue, times) => Some((queue, times)),
        }
    }

    fn failures(&self, scope: &mut Scope<'_>) -> QueueHandle {
        let queue = scope.part("Failures", Self { removal: self.removal, ..Self::new() });
        self.alarms.declare(scope, "FailuresAlarm", Alarm::waiting_messages(queue.name()));
        queue
    }
}

impl Construct for Queue {
    type Handle = QueueHandle;

    fn declare(self, scope: &mut Scope<'_>) -> QueueHandle {
        let mut queue = l1::Queue::new()
            .message_retention_period(self.retention_seconds)
            .visibility_timeout(self.visibility_seconds)
            .sqs_managed_sse_enabled(true);
        if self.delay_seconds > 0 {
            queue = queue.delay_seconds(self.delay_seconds);
        }
        if let Some((target, times)) = self.dead_letters(scope) {
            let policy = types::QueueRedrivePolicy::new().dead_letter_target_arn(target.arn());
            queue = queue.redrive_policy(policy.max_receive_count(times));
        }
        let declared = Declared::from(self.adjustments.apply(queue)).on_removal(self.removal);
        QueueHandle(declared.declare(scope))
    }
}

/// Refers to a queue.
#[derive(Clone, Copy, Debug)]
pub struct QueueHandle(l1::QueueHandle);

impl QueueHandle {
    /// Its URL.
    #[must_use]
    pub fn url(self) -> Value<String> {
        self.0.reference()
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        self.0.arn()
    }

    /// Its physical name.
    #[must_use]
    pub fn name(self) -> Value<String> {
        self.0.queue_name()
    }

    /// Its logical id.
    #[must_use]
    pub fn id(self) -> LogicalId {
        self.0.into()
    }

    /// The trigger that runs a function on its messages.
    #[must_use]
    pub fn messages(self) -> QueueTrigger {
        QueueTrigger::new(self)
    }

    /// Sending messages to it.
    #[must_use]
    pub fn send(self) -> Grant {
        Grant::new(["sqs:SendMessage"], self.arn())
    }

    /// Receiving its messages and deleting them.
    #[must_use]
    pub fn receive(self) -> Grant {
        let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
        Grant::new(actions, self.arn())
    }

    /// The policy by which EventBridge may put into it what comes of these rules.
    pub(crate) fn taking_events_of(self, rules: impl IntoIterator<Item = Value<Arn>>) -> l1::QueuePolicy {
        let mut rules: Vec<Expr> = rules.into_iter().map(Value::into_expr).collect();
        let rules = if rules.len() == 1 { rules.remove(0) } else { Expr::List(rules) };
        let statement = Expr::map([
            ("Effect", Expr::from("Allow")),
            ("Principal", Expr::map([("Service", "events.amazonaws.com")])),
            ("Action", "sqs:SendMessage".into()),
            ("Resource", self.arn().into_expr()),
            ("Condition", Expr::map([("ArnEquals", Expr::map([("aws:SourceArn", rules)]))])),
        ]);
        l1::QueuePolicy::new(document([statement]), [self.url()])
    }
}
