//! The payload of an invocation: the events of a batch in one document, of Lambda's 6 MB at most.
//! Does not look into events.

/// The most that an invocation takes, in bytes.
pub(crate) const LIMIT: usize = 6 * 1024 * 1024;

const START: &str = r#"{"Records":["#;
const END: &str = "]}";

/// The bytes that a payload has without events.
pub(crate) const EMPTY: usize = START.len() + END.len();

/// Puts events, which are JSON, into one payload.
pub(crate) fn of<'a>(events: impl Iterator<Item = &'a str>) -> String {
    let mut payload = START.to_owned();
    for (place, event) in events.enumerate() {
        if place > 0 {
            payload.push(',');
        }
        payload.push_str(event);
    }
    payload.push_str(END);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_records_of_one_document() {
        assert_eq!(of(std::iter::empty()), r#"{"Records":[]}"#);
        assert_eq!(of(["1", "2"].into_iter()), r#"{"Records":[1,2]}"#);
        assert_eq!(of(std::iter::empty()).len(), EMPTY);
    }
}
