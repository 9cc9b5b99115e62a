//! Queues as mappings see them, and a message as a function gets it.
//! Keeps no message: that is the queue's.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use stackwright_pattern::Pattern;

/// A queue that messages are read from.
pub trait Queue: Send + Sync {
    /// Takes at least one message and at most `limit` (1 to 10), and waits for it if none is visible now.
    ///
    /// They are hidden for the queue's visibility timeout, and come again afterwards unless they are deleted. A future
    /// that is dropped before it is ready has taken none. An error is why the queue cannot be read.
    fn receive(&self, limit: usize) -> BoxFuture<'static, Result<Vec<Message>, String>>;

    /// Deletes messages by their receipt handles; handles that are unknown are ignored.
    fn delete(&self, receipt_handles: Vec<String>) -> BoxFuture<'static, ()>;
}

/// A message as it was received.
///
/// See [the event](https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// What it is deleted by.
    pub receipt_handle: String,
    /// Its text.
    pub body: String,
    /// MD5 of the body, in hexadecimal digits.
    pub md5_of_body: String,
    /// `ApproximateReceiveCount`, `SentTimestamp`, `SenderId`, `ApproximateFirstReceiveTimestamp`; for FIFO queues
    /// `MessageGroupId`, `MessageDeduplicationId`, `SequenceNumber`.
    pub attributes: BTreeMap<String, String>,
    /// By name.
    pub message_attributes: BTreeMap<String, Attribute>,
    /// MD5 of the message attributes, if there are any.
    pub md5_of_message_attributes: Option<String>,
}

/// An attribute that the sender gave a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// `String`, `Number`, `Binary`, or one of them with a label of the sender's.
    pub data_type: String,
    /// Of strings and numbers.
    pub string_value: Option<String>,
    /// Of binaries, in base64.
    pub binary_value: Option<String>,
}

impl Message {
    /// As a function gets it, from the queue with that ARN.
    pub(crate) fn event(&self, queue_arn: &str) -> Value {
        let attributes = self.message_attributes.iter().map(|(name, it)| (name.clone(), it.event()));
        let mut event = json!({
            "messageId": self.id,
            "receiptHandle": self.receipt_handle,
            "body": self.body,
            "attributes": self.attributes,
            "messageAttributes": attributes.collect::<Map<_, _>>(),
            "md5OfBody": self.md5_of_body,
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": queue_arn.split(':').nth(3).unwrap_or_default(),
        });
        if let Some(digest) = &self.md5_of_message_attributes {
            event["md5OfMessageAttributes"] = json!(digest);
        }
        event
    }
}

impl Attribute {
    fn event(&self) -> Value {
        let mut event = json!({
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": self.data_type,
        });
        let values = [("stringValue", &self.string_value), ("binaryValue", &self.binary_value)];
        for (name, value) in values {
            if let Some(value) = value {
                event[name] = json!(value);
            }
        }
        event
    }
}

/// Whether one of the filters is for an event, or there are none. A body that is JSON is looked into.
pub(crate) fn is_wanted(filters: &[Pattern], event: &Value) -> bool {
    if filters.is_empty() {
        return true;
    }
    let opened = opened(event);
    filters.iter().any(|filter| filter.matches(opened.as_ref().unwrap_or(event)))
}

/// The event with its body as JSON, if the body is an object or a list.
fn opened(event: &Value) -> Option<Value> {
    let body: Value = serde_json::from_str(event["body"].as_str()?).ok()?;
    (body.is_object() || body.is_array()).then(|| {
        let mut opened = event.clone();
        opened["body"] = body;
        opened
    })
}
