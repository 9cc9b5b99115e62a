//! [`Queue`]: an SQS queue.
//!
//! FIFO queues are left to L1.

use stackwright_cfn::sqs as l1;
use stackwright_cfn::sqs::queue as types;
use stackwright_core::{Arn, Construct, Declared, DeletionPolicy, Scope, Value};

use super::Adjustments;
use crate::grant::Grant;

/// A queue, encrypted with a key of SQS, kept when it leaves the stack.
///
/// Source: [AWS::SQS::Queue](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html).
#[derive(Debug)]
pub struct Queue {
    /// For how long a message is kept, 60 seconds to 14 days; 14 days by default.
    pub retention_seconds: u32,
    /// For how long a message received is hidden from others, up to 12 hours.
    pub visibility_seconds: u32,
    /// Where messages go that were received too often, and how often that is.
    pub dead_letters: Option<(QueueHandle, u32)>,
    /// What happens to it when it leaves the stack.
    pub removal: DeletionPolicy,
    adjustments: Adjustments<l1::Queue>,
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
            dead_letters: None,
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

    /// Moving a message to `queue` once it was received `times` without being deleted.
    #[must_use]
    pub const fn dead_letters_to(mut self, queue: QueueHandle, times: u32) -> Self {
        self.dead_letters = Some((queue, times));
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
}

impl Construct for Queue {
    type Handle = QueueHandle;

    fn declare(self, scope: &mut Scope<'_>) -> QueueHandle {
        let mut queue = l1::Queue::new()
            .message_retention_period(self.retention_seconds)
            .visibility_timeout(self.visibility_seconds)
            .sqs_managed_sse_enabled(true);
        if let Some((target, times)) = self.dead_letters {
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
}
