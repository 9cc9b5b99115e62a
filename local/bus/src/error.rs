//! What an action answers when it does not do what was asked, and what no rule can be.
//! Not for deliveries: whoever put an event has gone when those fail.

use serde_json::{Value, json};
use stackwright_pattern::PatternError;

/// An error of EventBridge.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct AwsError {
    /// Its type, such as `ResourceNotFoundException`.
    pub kind: String,
    /// For a person.
    pub message: String,
    /// The status of the HTTP response.
    pub status: u16,
    /// The whole body of the response: `__type` and `message`.
    pub body: Value,
}

impl AwsError {
    fn new(kind: &str, message: impl Into<String>) -> AwsError {
        let message = message.into();
        let body = json!({ "__type": kind, "message": message });
        AwsError { kind: kind.to_owned(), message, status: 400, body }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
        AwsError::new("ValidationException", message)
    }

    pub(crate) fn not_found(what: impl std::fmt::Display) -> AwsError {
        AwsError::new("ResourceNotFoundException", format!("{what} does not exist."))
    }

    pub(crate) fn pattern(error: &PatternError) -> AwsError {
        AwsError::new("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {error}"))
    }

    pub(crate) fn unreadable(error: &serde_json::Error) -> AwsError {
        AwsError::new("SerializationException", error.to_string())
    }

    pub(crate) fn unsupported(action: &str) -> AwsError {
        AwsError::new("UnsupportedOperationException", format!("{action} is not supported here"))
    }

    pub(crate) fn unknown(action: &str) -> AwsError {
        AwsError::new("UnknownOperationException", format!("unknown action `{action}`"))
    }
}

/// Why a rule cannot be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Its pattern is none.
    #[error("Event pattern is not valid. Reason: {0}")]
    Pattern(#[from] PatternError),
    /// Its schedule cannot be read.
    #[error("Parameter ScheduleExpression is not valid: `{expression}`: {reason}")]
    Schedule {
        /// As it is written.
        expression: String,
        /// What it should be.
        reason: String,
    },
    /// Nothing ever triggers it.
    #[error("Parameter(s) EventPattern or ScheduleExpression must be specified.")]
    NothingTriggers,
    /// Schedules are for the default bus.
    #[error("ScheduleExpression is supported only on the default event bus.")]
    ScheduledElsewhere,
    /// More targets than EventBridge allows.
    #[error("a rule has at most {most} targets, got {got}")]
    TooManyTargets {
        /// So many are allowed.
        most: usize,
        /// So many there are.
        got: usize,
    },
    /// Two targets with one id.
    #[error("two targets have the id `{0}`")]
    SameTarget(String),
    /// A path that cannot be read.
    #[error("JSON path for target {target} is not valid: `{path}`: {reason}")]
    Path {
        /// The target's id.
        target: String,
        /// As it is written.
        path: String,
        /// What it should be.
        reason: &'static str,
    },
    /// A template with a name that no path has.
    #[error("InputTemplate for target {target} contains invalid placeholder {placeholder}.")]
    Placeholder {
        /// The target's id.
        target: String,
        /// The name.
        placeholder: String,
    },
    /// An input that is no JSON.
    #[error("Input for target {target} is not JSON: {reason}")]
    Input {
        /// The target's id.
        target: String,
        /// What is wrong.
        reason: String,
    },
}
