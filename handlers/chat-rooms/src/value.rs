//! What a client sends: `{"action", "value", "room", "name"}`, of which only `value` is read.
//! Believes nothing: which room and which name are the connection's own is stored.

use handler_kit::SocketEvent;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// What `value` is in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a user, at most 64 characters.
    Name,
    /// The name of a room, at most 64 characters.
    Room,
    /// Something said, at most 4,000 characters.
    Text,
}

impl Kind {
    /// Reads `value`, without the white space around it.
    pub fn read(self, event: &SocketEvent) -> Result<String, Refusal> {
        let fields: Map<String, Value> =
            serde_json::from_str(&event.text()?).map_err(|_| Refusal::NotAnObject)?;
        match fields.get("value") {
            None | Some(Value::Null) => Err(self.refuse("is missing")),
            Some(Value::String(text)) => self.check(text.trim()),
            Some(_) => Err(self.refuse("is not a string")),
        }
    }

    fn check(self, text: &str) -> Result<String, Refusal> {
        match text.chars().count() {
            0 => Err(self.refuse("is blank")),
            length if length > self.longest() => {
                let longest = self.longest();
                Err(self.refuse(format!("has {length} characters, at most {longest} are allowed")))
            }
            _ => Ok(text.to_owned()),
        }
    }

    fn refuse(self, why: impl Into<String>) -> Refusal {
        let what = match self {
            Kind::Name => "the name of the user",
            Kind::Room => "the name of the room",
            Kind::Text => "the text",
        };
        Refusal::Value { what, why: why.into() }
    }

    const fn longest(self) -> usize {
        match self {
            Kind::Name | Kind::Room => 64,
            Kind::Text => 4_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, body: &str) -> Result<String, String> {
        let event = serde_json::from_value(json!({ "body": body })).unwrap();
        kind.read(&event).map_err(|refusal| refusal.to_string())
    }

    fn check(kind: Kind, value: Value, expected: Result<&str, &str>) {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(read(kind, &json!({ "value": value }).to_string()), expected, "{value}");
    }

    #[test]
    fn a_value_is_trimmed_and_otherwise_as_it_was_written() {
        check(Kind::Name, json!(" Ada \n"), Ok("Ada"));
        check(Kind::Room, json!("\"a\" <b> 'c' #d 🦀"), Ok("\"a\" <b> 'c' #d 🦀"));
        check(Kind::Text, json!("\u{a0}one\n  two "), Ok("one\n  two"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check(Kind::Name, Value::Null, Err("the name of the user is missing"));
        check(Kind::Room, json!(7), Err("the name of the room is not a string"));
        check(Kind::Text, json!(["a"]), Err("the text is not a string"));
        check(Kind::Text, json!(" \t\u{2003}"), Err("the text is blank"));
        assert_eq!(read(Kind::Text, "{}"), Err("the text is missing".to_owned()));
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        for (kind, longest) in [(Kind::Name, 64), (Kind::Room, 64), (Kind::Text, 4_000)] {
            assert!(read(kind, &json!({"value": "🦀".repeat(longest)}).to_string()).is_ok());
            let message = read(kind, &json!({"value": "a".repeat(longest + 1)}).to_string()).unwrap_err();
            let expected = format!("has {} characters, at most {longest} are allowed", longest + 1);
            assert!(message.ends_with(&expected), "{message}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused() {
        for body in ["", "hello", "[]", "\"value\"", "null", "{\"value\":", "{\"value\":\"\\ud800\"}"] {
            assert_eq!(read(Kind::Text, body), Err("the message is no JSON object".to_owned()), "{body}");
        }
    }
}
