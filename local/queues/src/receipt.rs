//! Receipt handles: by what a receiver names one receive of one message.
//! Keeps no list: a handle says itself what it stands for. It is no secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::AwsError;

/// One receive of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) message: String,
    /// The how many-th receive of the message.
    pub(crate) receive: i64,
}

impl Receipt {
    pub(crate) fn handle(queue: &str, message: &str, receive: i64) -> String {
        STANDARD.encode(format!("{receive} {queue} {message}"))
    }

    /// Reads the handle of a message from this queue.
    pub(crate) fn read(handle: &str, queue: &str) -> Result<Receipt, AwsError> {
        let text = STANDARD.decode(handle).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let parts = text.as_deref().and_then(|text| text.split_once(' '));
        let parts = parts.and_then(|(receive, rest)| Some((receive.parse().ok()?, rest.split_once(' ')?)));
        match parts {
            Some((receive, (of, message))) if of == queue => {
                Ok(Receipt { message: message.to_owned(), receive })
            }
            _ => Err(AwsError::receipt_handle(handle)),
        }
    }
}
