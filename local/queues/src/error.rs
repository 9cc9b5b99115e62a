//! What an action answers when it does not do what was asked, as SQS says it.
//! Decides nothing: which error it is, is for who finds it.

use std::path::PathBuf;

use serde_json::{Value, json};

/// An error of SQS.
///
/// See [common errors](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html) and
/// those of each action.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct AwsError {
    /// Its type, such as `QueueDoesNotExist`.
    pub kind: String,
    /// For a person.
    pub message: String,
    /// The status of the HTTP response.
    pub status: u16,
    /// The whole body of the response: `__type` and `message`.
    pub body: Value,
    /// The header `x-amzn-query-error`, by which SDKs know the error under its older name.
    pub query_error: String,
}

/// Codes that SQS puts this in front of in its older protocol.
const QUERY_PREFIX: &str = "AWS.SimpleQueueService.";

impl AwsError {
    fn new(namespace: &str, kind: &str, code: &str, message: impl Into<String>) -> AwsError {
        let message = message.into();
        let body = json!({ "__type": format!("{namespace}#{kind}"), "message": message });
        AwsError { kind: kind.to_owned(), message, status: 400, body, query_error: format!("{code};Sender") }
    }

    /// An error that SQS itself defines, with its code in the older protocol.
    fn of_sqs(kind: &str, code: &str, message: impl Into<String>) -> AwsError {
        AwsError::new("com.amazonaws.sqs", kind, code, message)
    }

    /// An error that all services of this protocol have.
    fn common(kind: &str, code: &str, message: impl Into<String>) -> AwsError {
        AwsError::new("com.amazon.coral.service", kind, code, message)
    }

    /// A batch or an action of which the kind says all, but for the wording.
    pub(crate) fn prefixed(kind: &str, message: impl Into<String>) -> AwsError {
        AwsError::of_sqs(kind, &format!("{QUERY_PREFIX}{kind}"), message)
    }

    pub(crate) fn no_queue() -> AwsError {
        let code = format!("{QUERY_PREFIX}NonExistentQueue");
        AwsError::of_sqs("QueueDoesNotExist", &code, "The specified queue does not exist.")
    }

    pub(crate) fn queue_exists(attribute: &str) -> AwsError {
        let message = format!(
            "A queue already exists with the same name and a different value for attribute {attribute}"
        );
        AwsError::of_sqs("QueueNameExists", "QueueAlreadyExists", message)
    }

    pub(crate) fn unknown_attribute(name: &str) -> AwsError {
        let message = format!("Unknown Attribute {name}.");
        AwsError::of_sqs("InvalidAttributeName", "InvalidAttributeName", message)
    }

    pub(crate) fn attribute_value(name: &str) -> AwsError {
        let message = format!("Invalid value for the parameter {name}.");
        AwsError::of_sqs("InvalidAttributeValue", "InvalidAttributeValue", message)
    }

    pub(crate) fn message_contents() -> AwsError {
        let message = "Invalid characters found in the message body. Valid unicode characters are #x9 | #xA | #xD | \
                       #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
        AwsError::of_sqs("InvalidMessageContents", "InvalidMessageContents", message)
    }

    pub(crate) fn receipt_handle(handle: &str) -> AwsError {
        let message = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
        let error = AwsError::of_sqs("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message);
        AwsError { status: 404, ..error }
    }

    pub(crate) fn purged_recently(queue: &str, pause: u64) -> AwsError {
        let message = format!("Only one PurgeQueue operation on {queue} is allowed every {pause} seconds.");
        AwsError { status: 403, ..AwsError::prefixed("PurgeQueueInProgress", message) }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> AwsError {
        AwsError::prefixed("UnsupportedOperation", message)
    }

    pub(crate) fn no_resource(message: impl Into<String>) -> AwsError {
        AwsError::of_sqs("ResourceNotFoundException", "ResourceNotFoundException", message)
    }

    pub(crate) fn parameter(message: impl Into<String>) -> AwsError {
        AwsError::common("InvalidParameterValueException", "InvalidParameterValue", message)
    }

    /// A parameter with a value it may not have.
    pub(crate) fn value(value: impl std::fmt::Display, parameter: &str, reason: &str) -> AwsError {
        let message = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
        AwsError::parameter(message)
    }

    pub(crate) fn missing(parameter: &str) -> AwsError {
        let message = format!("The request must contain the parameter {parameter}.");
        AwsError::common("MissingRequiredParameterException", "MissingParameter", message)
    }

    pub(crate) fn unreadable(error: &serde_json::Error) -> AwsError {
        AwsError::common("SerializationException", "MalformedInput", error.to_string())
    }

    pub(crate) fn unknown_action(action: &str) -> AwsError {
        let message = format!("The action {action} is not valid for this endpoint.");
        AwsError::common("UnknownOperationException", "InvalidAction", message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> AwsError {
        let error = AwsError::common("InternalFailure", "InternalFailure", message);
        AwsError { status: 500, query_error: "InternalFailure;Receiver".to_owned(), ..error }
    }

    /// The code by which an entry of a batch is told that it failed.
    pub(crate) fn code(&self) -> &str {
        self.query_error.split(';').next().unwrap_or_default()
    }

    /// Whether there is no such queue, which is so for all entries of a batch.
    pub(crate) fn is_no_queue(&self) -> bool {
        self.kind == "QueueDoesNotExist"
    }

    /// Whether it is the caller's doing.
    pub(crate) fn is_senders(&self) -> bool {
        self.status < 500
    }
}

impl From<rusqlite::Error> for AwsError {
    fn from(error: rusqlite::Error) -> AwsError {
        AwsError::internal(format!("the store of queues: {error}"))
    }
}

/// Why there are no queues to be had.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("folder {} for queues: {source}", folder.display())]
    Folder {
        /// The folder asked for.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite does not start, or cannot read what is in the folder.
    #[error("the store of queues: {0}")]
    Store(String),
    /// What is in the folder was written by another version of this program.
    #[error("the queues in the folder have form {found}, this program reads form {known}")]
    Form {
        /// The form found.
        found: i64,
        /// The form that is understood.
        known: i64,
    },
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        OpenError::Store(error.to_string())
    }
}
