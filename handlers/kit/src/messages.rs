//! A batch of messages from a queue.
//! Reads each by itself: one that makes no sense never takes its batch with it.

use serde::Deserialize;
use serde_json::Value;

use crate::Failures;

/// What a queue invokes a function with.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Messages {
    #[serde(rename = "Records", default)]
    records: Vec<Value>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What a failure is reported with.
    pub id: String,
    /// What it says.
    pub body: String,
}

impl Messages {
    /// The messages in their order, and the failures so far: the records that have no body.
    pub fn read(self) -> (Vec<Message>, Failures) {
        let mut failures = Failures::default();
        let messages = self.records.iter().filter_map(|record| read(record, &mut failures)).collect();
        (messages, failures)
    }
}

fn read(record: &Value, failures: &mut Failures) -> Option<Message> {
    let Some(id) = record["messageId"].as_str().filter(|id| !id.is_empty()) else {
        // Lambda takes a failure without an id for a failure of the whole batch.
        tracing::error!(%record, "a message without an id is dropped");
        return None;
    };
    let Some(body) = record["body"].as_str() else {
        tracing::error!(message = id, "a message without a body");
        failures.add(id);
        return None;
    };
    Some(Message { id: id.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(records: Value, bodies: &[&str], failed: &[&str]) {
        let messages: Messages = serde_json::from_value(json!({ "Records": records })).unwrap();
        let (messages, failures) = messages.read();
        assert_eq!(messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), bodies);
        assert_eq!(failures.identifiers().collect::<Vec<_>>(), failed);
    }

    #[test]
    fn messages_keep_their_order() {
        check(json!([{"messageId": "2", "body": "b"}, {"messageId": "1", "body": "a"}]), &["b", "a"], &[]);
        check(json!([]), &[], &[]);
    }

    #[test]
    fn a_message_that_makes_no_sense_fails_alone() {
        let records =
            json!([{"messageId": "1"}, {"messageId": "2", "body": 7}, {"messageId": "3", "body": ""}]);
        check(records, &[""], &["1", "2"]);
    }

    #[test]
    fn a_message_without_an_id_cannot_be_reported_and_is_dropped() {
        check(json!([null, {"body": "a"}, {"messageId": "", "body": "a"}]), &[], &[]);
    }
}
