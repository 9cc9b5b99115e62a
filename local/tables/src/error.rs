//! What an action answers when it does not do what was asked, as DynamoDB says it.
//! Not for what the caller can do nothing about: that is `InternalServerError`.

use std::path::PathBuf;

use dynoxide::DynoxideError;
use serde_json::{Value, json};

/// An error of DynamoDB or its streams.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct AwsError {
    /// Its type, such as `ConditionalCheckFailedException`.
    pub kind: String,
    /// For a person.
    pub message: String,
    /// The status of the HTTP response.
    pub status: u16,
    /// The whole body of the response: `__type`, the message, and what some errors add, such as
    /// `CancellationReasons`.
    pub body: Value,
}

impl AwsError {
    fn new(kind: &str, status: u16, message: impl Into<String>) -> AwsError {
        let message = message.into();
        let named = format!("com.amazonaws.dynamodb.v20120810#{kind}");
        let body = json!({ "__type": named, "message": message });
        AwsError { kind: kind.to_owned(), message, status, body }
    }

    pub(crate) fn not_found(what: &str) -> AwsError {
        let message = format!("Requested resource not found: {what}");
        AwsError::new("ResourceNotFoundException", 400, message)
    }

    pub(crate) fn expired_iterator() -> AwsError {
        let message = "The iterator was created more than 15 minutes ago";
        AwsError::new("ExpiredIteratorException", 400, message)
    }

    pub(crate) fn trimmed(sequence_number: u128) -> AwsError {
        let message = format!("The record {sequence_number} is older than what the stream still has");
        AwsError::new("TrimmedDataAccessException", 400, message)
    }

    pub(crate) fn reused_token() -> AwsError {
        let message = "The request token was used for another request in the last 10 minutes";
        AwsError::new("IdempotentParameterMismatchException", 400, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> AwsError {
        AwsError::new("InternalServerError", 500, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
        let mut error = AwsError::new("ValidationException", 400, message);
        error.body["__type"] = json!("com.amazon.coral.validate#ValidationException");
        error
    }

    pub(crate) fn similar_name(table: &str, other: &str) -> AwsError {
        AwsError::invalid(format!(
            "`{table}` cannot be beside `{other}` here: tables need names that differ in more than case"
        ))
    }

    pub(crate) fn unknown(action: &str) -> AwsError {
        let mut error = AwsError::new("UnknownOperationException", 400, format!("unknown action `{action}`"));
        error.body = json!({ "__type": "com.amazon.coral.service#UnknownOperationException" });
        error
    }

    fn malformed(message: &str) -> AwsError {
        let mut error = AwsError::new("SerializationException", 400, message);
        error.body =
            json!({ "__type": "com.amazon.coral.service#SerializationException", "Message": message });
        error
    }

    /// A request that is not of the action's form. The engine marks in the message which error DynamoDB gives.
    pub(crate) fn unreadable(error: &serde_json::Error) -> AwsError {
        let text = error.to_string();
        let invalid = ["VALIDATION_REQUEST:", "VALIDATION_AS_READ:", "VALIDATION:"];
        let malformed = ["SERIALIZATION_AS_READ:", "SERIALIZATION:"];
        let unmarked = ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];
        if let Some(message) = invalid.iter().find_map(|mark| text.strip_prefix(mark)) {
            return AwsError::invalid(message);
        }
        if let Some(message) = malformed.iter().find_map(|mark| text.strip_prefix(mark)) {
            return AwsError::malformed(message);
        }
        match unmarked.iter().any(|part| text.contains(part)) {
            true => AwsError::invalid(text),
            false => AwsError::malformed(&text),
        }
    }
}

impl From<DynoxideError> for AwsError {
    fn from(error: DynoxideError) -> AwsError {
        let kind = error.error_type().rsplit('#').next().unwrap_or_default().to_owned();
        let body = serde_json::from_str(&error.to_json()).unwrap_or_default();
        AwsError { kind, message: error.to_string(), status: error.status_code(), body }
    }
}

/// Why there are no tables to be had.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("folder {} for tables: {source}", folder.display())]
    Folder {
        /// The folder asked for.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The engine does not start, or does not understand what is in the folder.
    #[error("the engine of tables: {0}")]
    Engine(String),
}

impl From<DynoxideError> for OpenError {
    fn from(error: DynoxideError) -> OpenError {
        OpenError::Engine(error.to_string())
    }
}

impl From<AwsError> for OpenError {
    fn from(error: AwsError) -> OpenError {
        OpenError::Engine(error.to_string())
    }
}
