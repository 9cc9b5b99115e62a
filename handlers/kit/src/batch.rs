//! A batch of changes from a DynamoDB stream, and which of them failed.
//! Reads each record by itself: one that makes no sense never takes its batch with it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a stream invokes a function with.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records", default)]
    records: Vec<Value>,
}

/// One change of one item.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its place in the shard; what a failure is reported with.
    pub sequence_number: String,
    /// What happened to the item.
    pub kind: Kind,
    /// The item after the change; none after a removal, or if the stream carries no new images.
    pub new_image: Option<Image>,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// It was not there before.
    Insert,
    /// It was there, and changed.
    Modify,
    /// It is gone: deleted, or expired.
    Remove,
}

/// An item as streams write it: `{"count": {"N": "3"}}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Image(Map<String, Value>);

/// The records of a batch to be delivered again. In a stream, Lambda goes on from the lowest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failures {
    batch_item_failures: Vec<Failure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl Batch {
    /// The changes in their order, and the failures so far: the records that are no changes.
    pub fn changes(self) -> (Vec<Change>, Failures) {
        let mut failures = Failures::default();
        let changes = self.records.iter().filter_map(|record| read(record, &mut failures)).collect();
        (changes, failures)
    }
}

fn read(record: &Value, failures: &mut Failures) -> Option<Change> {
    let sequence_number = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str);
    let Some(sequence_number) = sequence_number.filter(|number| !number.is_empty()) else {
        // Lambda takes a failure without a number for a failure of the whole batch.
        tracing::error!(%record, "a record without a sequence number is dropped");
        return None;
    };
    let change = parse(sequence_number, record);
    if let Err(error) = &change {
        tracing::error!(%error, sequence_number, "a record that cannot be read");
        failures.add(sequence_number);
    }
    change.ok()
}

fn parse(sequence_number: &str, record: &Value) -> Result<Change, serde_json::Error> {
    let image = record.pointer("/dynamodb/NewImage").unwrap_or(&Value::Null);
    Ok(Change {
        sequence_number: sequence_number.to_owned(),
        kind: Kind::deserialize(&record["eventName"])?,
        new_image: Option::deserialize(image)?,
    })
}

impl Image {
    /// A string attribute.
    pub fn string(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.get("S")?.as_str()
    }

    /// A number attribute that is an integer.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.get("N")?.as_str()?.parse().ok()
    }
}

impl Failures {
    /// One more record that failed: its sequence number in the stream, its id in the queue.
    pub fn add(&mut self, identifier: impl Into<String>) {
        self.batch_item_failures.push(Failure { item_identifier: identifier.into() });
    }

    /// What was added, in that order.
    pub fn identifiers(&self) -> impl Iterator<Item = &str> {
        self.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(records: Value, sequence_numbers: &[&str], failed: &[&str]) {
        let batch: Batch = serde_json::from_value(json!({ "Records": records })).unwrap();
        let (changes, failures) = batch.changes();
        let numbers: Vec<_> = changes.iter().map(|change| change.sequence_number.as_str()).collect();
        assert_eq!(numbers, sequence_numbers);
        assert_eq!(failures.identifiers().collect::<Vec<_>>(), failed);
    }

    #[test]
    fn changes_keep_their_order() {
        let record = |name, number| json!({"eventName": name, "dynamodb": {"SequenceNumber": number}});
        check(
            json!([record("REMOVE", "1"), record("INSERT", "2"), record("MODIFY", "3")]),
            &["1", "2", "3"],
            &[],
        );
    }

    #[test]
    fn a_record_that_makes_no_sense_fails_alone() {
        let good = json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": {"id": {"S": "a"}}}});
        let no_event = json!({"dynamodb": {"SequenceNumber": "2"}});
        let no_image = json!({"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "3", "NewImage": "?"}});
        check(json!([good, no_event, no_image]), &["1"], &["2", "3"]);
    }

    #[test]
    fn a_record_without_a_number_cannot_be_reported_and_is_dropped() {
        check(json!([null, {}, {"eventName": "INSERT", "dynamodb": {"SequenceNumber": ""}}]), &[], &[]);
    }

    #[test]
    fn an_empty_event_is_an_empty_batch() {
        let batch: Batch = serde_json::from_value(json!({})).unwrap();
        assert!(batch.changes().0.is_empty());
    }

    #[test]
    fn failures_have_the_shape_lambda_wants() {
        let mut failures = Failures::default();
        assert_eq!(serde_json::to_value(&failures).unwrap(), json!({"batchItemFailures": []}));
        failures.add("111");
        let expected = json!({"batchItemFailures": [{"itemIdentifier": "111"}]});
        assert_eq!(serde_json::to_value(&failures).unwrap(), expected);
    }

    #[test]
    fn attributes_are_read_by_type() {
        let image: Image = serde_json::from_value(json!({"id": {"S": "a"}, "count": {"N": "12"}})).unwrap();
        assert_eq!((image.string("id"), image.integer("count")), (Some("a"), Some(12)));
        assert_eq!((image.integer("id"), image.string("count"), image.string("x")), (None, None, None));
    }
}
