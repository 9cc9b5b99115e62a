//! Messages as they are sent and as they are received.
//! Knows no queue: what one allows is for `rules`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// A message to send. `From` a text makes one without anything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewMessage {
    /// What it says: at least one character, at most as many bytes as the queue allows.
    pub body: String,
    /// Attributes of the sender's own, by name; at most 10.
    pub attributes: BTreeMap<String, Attribute>,
    /// `AWSTraceHeader`, the one system attribute that senders may set.
    pub trace: Option<Attribute>,
    /// How many seconds it is hidden at first; the queue's own number without it. Not for a FIFO queue.
    pub delay: Option<i64>,
    /// Its group: needed in a FIFO queue.
    pub group: Option<String>,
    /// By what a FIFO queue knows that it has the message already.
    pub deduplication: Option<String>,
    /// Who sends it: `SenderId`, the account without one.
    pub sender: Option<String>,
}

impl<T: Into<String>> From<T> for NewMessage {
    fn from(body: T) -> NewMessage {
        NewMessage { body: body.into(), ..NewMessage::default() }
    }
}

/// An attribute of a message, with its value as the protocol writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, possibly with a label: `Number.float`.
    #[serde(default)]
    pub data_type: String,
    /// The value of a string or a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// Bytes, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
    /// Not supported by SQS, which says so.
    #[serde(default, skip_serializing)]
    pub string_list_values: Vec<String>,
    /// Not supported by SQS, which says so.
    #[serde(default, skip_serializing)]
    pub binary_list_values: Vec<String>,
}

impl Attribute {
    /// An attribute of type `String`.
    #[must_use]
    pub fn string(value: impl Into<String>) -> Attribute {
        Attribute { data_type: "String".to_owned(), string_value: Some(value.into()), ..Attribute::default() }
    }

    /// The value as it counts for sizes: a string's UTF-8, or base64 as it is written.
    pub(crate) fn value(&self) -> &str {
        self.string_value.as_deref().or(self.binary_value.as_deref()).unwrap_or_default()
    }

    pub(crate) fn is_binary(&self) -> bool {
        self.data_type == "Binary" || self.data_type.starts_with("Binary.")
    }
}

/// What a sender is told. Serialised, it is the answer of `SendMessage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The message's id, which it keeps in every queue.
    #[serde(rename = "MessageId")]
    pub id: String,
    /// MD5 of the body, in hexadecimal.
    #[serde(rename = "MD5OfMessageBody")]
    pub body_digest: String,
    /// MD5 of the attributes, if there are any.
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    pub attributes_digest: Option<String>,
    /// MD5 of the trace header, if there is one.
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    pub system_digest: Option<String>,
    /// Its place in a FIFO queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "SequenceNumber")]
    pub sequence_number: Option<String>,
}

/// A message received, with everything there is to know of it. Serialised, it is a message of `ReceiveMessage`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// Its id.
    #[serde(rename = "MessageId")]
    pub id: String,
    /// By what this receive of it is known, to delete it or to change how long it is hidden.
    #[serde(rename = "ReceiptHandle")]
    pub receipt_handle: String,
    /// MD5 of the body, in hexadecimal.
    #[serde(rename = "MD5OfBody")]
    pub body_digest: String,
    /// What it says.
    #[serde(rename = "Body")]
    pub body: String,
    /// `SentTimestamp`, `ApproximateReceiveCount` and the other system attributes.
    #[serde(rename = "Attributes", skip_serializing_if = "BTreeMap::is_empty")]
    pub system_attributes: BTreeMap<String, String>,
    /// MD5 of the attributes below, if there are any.
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    pub attributes_digest: Option<String>,
    /// The sender's attributes.
    #[serde(rename = "MessageAttributes", skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Attribute>,
}

/// A message in its queue, as who looks on sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// What it says.
    pub body: String,
    /// The sender's attributes.
    pub attributes: BTreeMap<String, Attribute>,
    /// When it was sent.
    pub sent_at: SystemTime,
    /// How often it was received.
    pub receives: i64,
    /// Whether nobody can receive it now: it is delayed, or somebody has it.
    pub is_hidden: bool,
}

/// What a receiver asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receive {
    /// At most so many messages.
    pub most: usize,
    /// How long to wait for the first one, in seconds, a year at most; as long as the queue says without it.
    pub wait: Option<i64>,
    /// How long they are hidden, in seconds; as long as the queue says without it.
    pub visibility: Option<i64>,
}

impl Default for Receive {
    /// One message, and the queue's own times.
    fn default() -> Receive {
        Receive { most: 1, wait: None, visibility: None }
    }
}
