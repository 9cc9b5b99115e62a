//! An event of EventBridge, as a rule hands it to a function or puts it into a queue.
//! Keeps its detail as it was written: numbers and the order of fields are the sender's business.

use serde::Deserialize;
use serde_json::value::RawValue;

/// Before a key that its sender gave an event.
const KEY: &str = "idempotency-key:";

/// What a rule of EventBridge sends to its targets.
/// <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BusEvent {
    /// EventBridge's own id, the same with each delivery.
    pub id: Option<String>,
    /// What kind of event it is.
    #[serde(rename = "detail-type")]
    pub detail_type: Option<String>,
    /// What it tells.
    pub detail: Option<Box<RawValue>>,
    resources: Option<Vec<String>>,
}

impl BusEvent {
    /// What the same event has in common with each delivery: the key that its sender gave it, or else its id.
    /// None if it has neither.
    ///
    /// An id tells deliveries of one event from each other, but a sender that had no answer sends another.
    pub fn key(&self) -> Option<&str> {
        let given = self.resources.iter().flatten().find_map(|resource| resource.strip_prefix(KEY));
        given.or(self.id.as_deref()).filter(|key| !key.is_empty())
    }

    /// What to put among the `resources` of an event, to give it a key.
    pub fn resource_of(key: &str) -> String {
        format!("{KEY}{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(json: &str) -> BusEvent {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_detail_is_kept_as_it_was_written() {
        let event = event(
            r#"{"detail-type": "Order Placed", "detail": {"z": 1.50, "a": 1e3, "big": 12345678901234567890123}}"#,
        );
        assert_eq!(event.detail_type.as_deref(), Some("Order Placed"));
        assert_eq!(event.detail.unwrap().get(), r#"{"z": 1.50, "a": 1e3, "big": 12345678901234567890123}"#);
    }

    #[test]
    fn an_event_with_nothing_in_it_is_taken() {
        for json in ["{}", r#"{"id": null, "detail": null, "detail-type": null, "resources": null}"#] {
            let event = event(json);
            assert!(event.key().is_none() && event.detail.is_none() && event.detail_type.is_none());
        }
    }

    #[test]
    fn the_key_is_the_id_unless_its_sender_gave_another() {
        let resources = serde_json::to_string(&["arn:aws:s3:::x", &BusEvent::resource_of("1#x")]).unwrap();
        let cases = [
            (r#"{"id": "7"}"#.to_owned(), Some("7")),
            (r#"{"id": "7", "resources": ["arn:aws:s3:::x"]}"#.to_owned(), Some("7")),
            (format!(r#"{{"id": "7", "resources": {resources}}}"#), Some("1#x")),
            (r#"{"id": ""}"#.to_owned(), None),
        ];
        for (json, expected) in cases {
            assert_eq!(event(&json).key(), expected, "{json}");
        }
    }
}
