//! A change of an item: what it was, what it is, and what of that a stream shows.
//! Knows no stream: what orders and keeps changes is `stream.rs`.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::settings::since_epoch;

/// What a stream shows of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Keys,
    New,
    Old,
    Both,
}

const VIEWS: [(&str, View); 4] = [
    ("NEW_IMAGE", View::New),
    ("OLD_IMAGE", View::Old),
    ("NEW_AND_OLD_IMAGES", View::Both),
    ("KEYS_ONLY", View::Keys),
];

impl View {
    pub(crate) fn named(name: &str) -> Option<View> {
        VIEWS.iter().find(|(known, _)| *known == name).map(|(_, view)| *view)
    }

    pub(crate) fn name(self) -> &'static str {
        VIEWS.iter().find(|(_, view)| *view == self).map_or("", |(name, _)| name)
    }
}

/// A change as the engine recorded it: images are JSON of attributes.
pub(crate) struct RawChange {
    /// Higher than that of every change before it, in all tables.
    pub(crate) id: i64,
    /// Seconds since 1970.
    pub(crate) created: u64,
    pub(crate) table: String,
    pub(crate) keys: String,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    pub(crate) by_expiry: bool,
}

impl RawChange {
    /// What there is to tell of it: nothing if the item is what it was. The engine keeps members of sets in order and
    /// numbers in their shortest form, so that equal items are equal JSON.
    pub(crate) fn seen(&self) -> Option<SeenChange> {
        let read = |image: &Option<String>| -> Option<Value> { serde_json::from_str(image.as_deref()?).ok() };
        let (old, new) = (read(&self.old), read(&self.new));
        let event = match (&old, &new) {
            (None, None) => return None,
            (Some(old), Some(new)) if old == new => return None,
            (None, Some(_)) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        };
        let keys = serde_json::from_str(&self.keys).unwrap_or_default();
        Some(SeenChange { event, keys, old, new, by_expiry: self.by_expiry })
    }
}

/// A change that changed something.
pub(crate) struct SeenChange {
    event: &'static str,
    keys: Value,
    old: Option<Value>,
    new: Option<Value>,
    by_expiry: bool,
}

impl SeenChange {
    /// The `dynamodb` part of the record, and its size.
    pub(crate) fn shown(self, view: View, number: u128, now: SystemTime) -> (Value, usize) {
        let mut shown = Map::new();
        let old = self.old.filter(|_| matches!(view, View::Old | View::Both));
        let new = self.new.filter(|_| matches!(view, View::New | View::Both));
        let parts = [("Keys", Some(self.keys)), ("NewImage", new), ("OldImage", old)];
        for (name, part) in parts {
            shown.extend(part.map(|part| (name.to_owned(), part)));
        }
        let size = shown.values().map(item_size).sum();
        shown.insert("ApproximateCreationDateTime".to_owned(), json!(since_epoch(now).as_secs()));
        shown.insert("SequenceNumber".to_owned(), json!(number.to_string()));
        shown.insert("SizeBytes".to_owned(), json!(size));
        shown.insert("StreamViewType".to_owned(), json!(view.name()));
        (Value::Object(shown), size)
    }

    pub(crate) fn event(&self) -> &'static str {
        self.event
    }

    pub(crate) fn is_by_expiry(&self) -> bool {
        self.by_expiry
    }
}

/// A record of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its place in the stream: higher than that of every change before it.
    pub sequence_number: u128,
    /// When it was made.
    pub created: SystemTime,
    /// The bytes of keys and images it shows, as DynamoDB counts them.
    pub size: usize,
    pub(crate) record: Value,
}

impl Change {
    /// As `GetRecords` answers it.
    pub fn record(&self) -> &Value {
        &self.record
    }

    /// As a Lambda function receives it, from the stream of that ARN.
    #[must_use]
    pub fn event(&self, stream_arn: &str) -> Value {
        let mut event = self.record.clone();
        event["eventSourceARN"] = json!(stream_arn);
        if let Some(identity) = event.get("userIdentity") {
            event["userIdentity"] = json!({"type": identity["Type"], "principalId": identity["PrincipalId"]});
        }
        event
    }
}

/// The bytes of attributes, as DynamoDB counts them.
fn item_size(attributes: &Value) -> usize {
    let item: Option<dynoxide::Item> = serde_json::from_value(attributes.clone()).ok();
    item.map_or(0, |item| dynoxide::types::item_size(&item))
}
