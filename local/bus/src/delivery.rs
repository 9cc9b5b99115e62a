//! What goes to a target, what may go wrong with it, and what is told of it.
//! Does nothing: `courier` delivers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

/// Takes a delivery to what its ARN stands for.
pub(crate) type Deliver =
    Arc<dyn Fn(Delivery) -> BoxFuture<'static, Result<(), DeliveryError>> + Send + Sync>;

/// Something for a target, or for a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// For whom.
    pub target_arn: String,
    /// The rule by which; a target's resource policy may name it as `aws:SourceArn`.
    pub rule_arn: String,
    /// The role to do it with, if the target has one.
    pub role_arn: Option<String>,
    /// What the target gets: JSON, unless an input transformer makes something else.
    pub body: String,
    /// `SqsParameters.MessageGroupId` of a target that is a FIFO queue.
    pub message_group: Option<String>,
    /// Attributes of a message for a dead-letter queue, `RULE_ARN` and others; none for a target.
    pub attributes: BTreeMap<String, String>,
    /// The event's id.
    pub event_id: String,
}

/// Why a delivery failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct DeliveryError {
    /// `ERROR_CODE` for the dead-letter queue, such as `NO_PERMISSIONS` or `RESOURCE_NOT_FOUND`.
    pub code: String,
    /// For a person.
    pub message: String,
    /// Whether it may go well later. Missing permissions and missing targets are not tried again.
    pub is_retryable: bool,
}

impl DeliveryError {
    /// It may go well later.
    #[must_use]
    pub fn retryable(code: impl Into<String>, message: impl Into<String>) -> DeliveryError {
        DeliveryError { code: code.into(), message: message.into(), is_retryable: true }
    }

    /// It is not worth another try.
    #[must_use]
    pub fn lasting(code: impl Into<String>, message: impl Into<String>) -> DeliveryError {
        DeliveryError { is_retryable: false, ..DeliveryError::retryable(code, message) }
    }
}

/// What is told of an event on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Which event.
    pub event: Label,
    /// What became of it.
    pub step: Step,
}

/// An event, as people tell it from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The name of the bus that it is on, or was to be on.
    pub bus: String,
    /// Its id.
    pub id: String,
    /// Its source.
    pub source: String,
    /// Its type.
    pub detail_type: String,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The bus took it.
    Accepted {
        /// The names of the rules that match it.
        rules: Vec<String>,
    },
    /// Its bus is not there; AWS says nothing of that.
    NoSuchBus,
    /// A target took it.
    Delivered {
        /// Who.
        target_arn: String,
    },
    /// A target did not take it.
    Failed {
        /// Who.
        target_arn: String,
        /// Why.
        error: DeliveryError,
        /// When it is tried again.
        retry_in: Option<Duration>,
    },
    /// It went to the dead-letter queue.
    Buried {
        /// For whom it was.
        target_arn: String,
        /// The queue.
        queue_arn: String,
    },
    /// It went nowhere: there is no dead-letter queue, or that does not take it.
    Dropped {
        /// For whom it was.
        target_arn: String,
        /// Why.
        error: DeliveryError,
    },
}

impl Label {
    /// Something to be told of this event.
    pub(crate) fn telling(&self, step: Step) -> Happening {
        Happening { event: self.clone(), step }
    }
}
