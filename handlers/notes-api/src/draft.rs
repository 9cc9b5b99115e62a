//! What a client writes: a title and a content, checked.
//! Has no id and no date: those are given by the server.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The largest body taken, in bytes. An item of DynamoDB holds 400 KB, and a note is more than its text.
const LARGEST: usize = 350 * 1024;

/// A note as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) content: String,
}

impl Draft {
    /// Reads the body of a request.
    pub(crate) fn read(body: &str) -> Result<Draft, Refusal> {
        if body.len() > LARGEST {
            return Err(Refusal::TooLarge { size: body.len(), largest: LARGEST });
        }
        let fields: Map<String, Value> =
            serde_json::from_str(body).map_err(|error| Refusal::NotJson(error.to_string()))?;
        Ok(Draft { title: text(&fields, "title")?, content: text(&fields, "content")? })
    }
}

/// A text that is there and not blank, as it was written: white space around it is the author's business.
fn text(fields: &Map<String, Value>, name: &'static str) -> Result<String, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Err(Refusal::field(name, "is missing")),
        Some(Value::String(text)) if text.trim().is_empty() => Err(Refusal::field(name, "is blank")),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(Refusal::field(name, "is not a string")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, message: &str) {
        assert_eq!(Draft::read(body).unwrap_err().to_string(), message, "{body}");
    }

    #[test]
    fn a_draft_is_taken_as_it_was_written() {
        let draft = Draft::read(r#"{"title":" a ","content":"b\n","more":1}"#).unwrap();
        assert_eq!(draft, Draft { title: " a ".to_owned(), content: "b\n".to_owned() });
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(r#"{"content":"b"}"#, "`title` is missing");
        check(r#"{"title":null,"content":"b"}"#, "`title` is missing");
        check(r#"{"title":"","content":"b"}"#, "`title` is blank");
        check("{\"title\":\"a\",\"content\":\" \\u00a0\\t\"}", "`content` is blank");
        check(r#"{"title":7,"content":"b"}"#, "`title` is not a string");
        check(r#"{"title":"a","content":["b"]}"#, "`content` is not a string");
        check(r#"{"title":"a"}"#, "`content` is missing");
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused() {
        for body in ["", "hello", "[]", "\"title\"", "null", "{\"title\":"] {
            let message = Draft::read(body).unwrap_err().to_string();
            assert!(message.starts_with("the body is no JSON object: "), "{body}: {message}");
        }
    }

    #[test]
    fn a_body_over_350_kb_is_too_large() {
        let empty = r#"{"title":"a","content":""}"#.len();
        let body = |size: usize| format!(r#"{{"title":"a","content":"{}"}}"#, "x".repeat(size - empty));
        assert!(Draft::read(&body(LARGEST)).is_ok());
        check(&body(LARGEST + 1), "the body has 358401 bytes, at most 358400 are allowed");
    }
}
