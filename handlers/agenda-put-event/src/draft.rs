//! What a client writes: an event without an id, checked.
//! Corrects nothing: texts are stored as they were written.

use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::span::Span;

/// The longest name or location, in characters.
const LONGEST: usize = 256;

/// An event as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) user_id: i32,
    pub(crate) name: String,
    pub(crate) dt_start: String,
    pub(crate) dt_end: String,
    pub(crate) location: Option<String>,
}

impl Draft {
    /// Reads the body of a request. Other keys are the client's business.
    pub(crate) fn read(body: &str) -> Result<Draft, Refusal> {
        let fields: Map<String, Value> =
            serde_json::from_str(body).map_err(|error| Refusal::NotJson(error.to_string()))?;
        let (dt_start, start) = date(&fields, "dt_start")?;
        let (dt_end, end) = date(&fields, "dt_end")?;
        if end.last < start.first {
            let problem = format!("is `{dt_end}`, and must not be before `dt_start`, `{dt_start}`");
            return Err(Refusal::field("dt_end", problem));
        }
        let name = text(&fields, "name")?.ok_or_else(|| Refusal::field("name", "is blank"))?;
        let location =
            if fields.get("location").is_none_or(Value::is_null) { None } else { text(&fields, "location")? };
        Ok(Draft { user_id: user_id(&fields)?, name, dt_start, dt_end, location })
    }
}

/// A field that is there.
fn field<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<&'a Value, Refusal> {
    let value = fields.get(name).filter(|value| !value.is_null());
    value.ok_or_else(|| Refusal::field(name, "is missing"))
}

fn string<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refusal> {
    field(fields, name)?.as_str().ok_or_else(|| Refusal::field(name, "is not a string"))
}

/// A text of bearable length; none if it is blank.
fn text(fields: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Refusal> {
    let text = string(fields, name)?;
    let length = text.chars().count();
    if length > LONGEST {
        let problem = format!("has {length} characters, at most {LONGEST} are allowed");
        return Err(Refusal::field(name, problem));
    }
    Ok((!text.trim().is_empty()).then(|| text.to_owned()))
}

fn date(fields: &Map<String, Value>, name: &'static str) -> Result<(String, Span), Refusal> {
    let text = string(fields, name)?;
    let span = Span::read(text).ok_or_else(|| {
        let shown: String = text.chars().take(32).collect();
        let problem = format!("is `{shown}`, and must be a date such as `2024-02-09` or `2024-02-09T18:30`");
        Refusal::field(name, problem)
    })?;
    Ok((text.to_owned(), span))
}

/// A number or a string of one; forms send strings.
fn user_id(fields: &Map<String, Value>) -> Result<i32, Refusal> {
    let value = field(fields, "user_id")?;
    let number = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64().and_then(|number| i32::try_from(number).ok()),
    };
    number.ok_or_else(|| {
        let shown: String = value.to_string().chars().take(32).collect();
        let problem = format!("is `{shown}`, and must be an integer from {} to {}", i32::MIN, i32::MAX);
        Refusal::field("user_id", problem)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A good body with other fields; null takes one away.
    fn body(changes: Value) -> String {
        let mut body = json!({
            "name": "Choir", "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T20:00", "user_id": 7,
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.to_string()
    }

    fn taken(changes: Value) -> Draft {
        Draft::read(&body(changes)).unwrap()
    }

    fn check(changes: Value, message: &str) {
        let refusal = Draft::read(&body(changes.clone())).unwrap_err();
        assert_eq!(refusal.to_string(), message, "{changes}");
    }

    #[test]
    fn a_draft_is_taken_as_it_was_written() {
        let expected = Draft {
            user_id: 7,
            name: " Choir ".to_owned(),
            dt_start: "2024-02-09T18:30".to_owned(),
            dt_end: "2024-02-09T20:00".to_owned(),
            location: Some("Town hall".to_owned()),
        };
        assert_eq!(taken(json!({"name": " Choir ", "location": "Town hall", "colour": "red"})), expected);
    }

    #[test]
    fn a_location_is_optional() {
        for location in [json!(null), json!(""), json!(" \t")] {
            assert_eq!(taken(json!({ "location": location })).location, None);
        }
        check(json!({"location": 7}), "`location` is not a string");
    }

    #[test]
    fn a_user_is_a_number_or_a_string_of_one() {
        for (user_id, expected) in
            [(json!(0), 0), (json!("42"), 42), (json!(-1), -1), (json!(i32::MAX), i32::MAX)]
        {
            assert_eq!(taken(json!({ "user_id": user_id })).user_id, expected);
        }
        let range = "and must be an integer from -2147483648 to 2147483647";
        for user_id in
            [json!(1.5), json!(true), json!([7]), json!({}), json!(2_147_483_648_i64), json!(1e300)]
        {
            check(json!({ "user_id": user_id }), &format!("`user_id` is `{user_id}`, {range}"));
        }
        for user_id in ["", "seven", "7 ", "1.5", "0x7", "99999999999"] {
            check(json!({ "user_id": user_id }), &format!("`user_id` is `\"{user_id}\"`, {range}"));
        }
    }

    #[test]
    fn what_is_missing_blank_or_of_another_type_is_said() {
        for name in ["name", "dt_start", "dt_end", "user_id"] {
            check(json!({ name: null }), &format!("`{name}` is missing"));
        }
        for name in ["name", "dt_start", "dt_end"] {
            check(json!({ name: 7 }), &format!("`{name}` is not a string"));
        }
        check(json!({"name": ""}), "`name` is blank");
        check(json!({"name": " \u{2003}\n"}), "`name` is blank");
    }

    #[test]
    fn an_event_does_not_end_before_it_begins() {
        for (start, end) in [
            ("2024-02-09T18:30", "2024-02-09T18:30"),
            ("2024-02-09T18:30", "2024-02-09"),
            ("2024-02-09", "2024-02-09"),
            ("2024-02-09", "2024-02-09T00:00"),
            ("2024-02-09T18:30:00", "2024-02-09T18:30"),
            ("2023-12-31", "2024-01-01"),
        ] {
            taken(json!({"dt_start": start, "dt_end": end}));
        }
        for (start, end) in [
            ("2024-02-09T18:30", "2024-02-09T18:29"),
            ("2024-02-09T18:30:01", "2024-02-09T18:30"),
            ("2024-02-09", "2024-02-08"),
            ("2024-02-10T00:00", "2024-02-09"),
        ] {
            let message = format!("`dt_end` is `{end}`, and must not be before `dt_start`, `{start}`");
            check(json!({"dt_start": start, "dt_end": end}), &message);
        }
    }

    #[test]
    fn a_date_that_is_none_is_shown_with_what_is_allowed() {
        let allowed = "and must be a date such as `2024-02-09` or `2024-02-09T18:30`";
        check(json!({"dt_start": "31/02/2024"}), &format!("`dt_start` is `31/02/2024`, {allowed}"));
        check(json!({"dt_end": "x".repeat(9_999)}), &format!("`dt_end` is `{}`, {allowed}", "x".repeat(32)));
    }

    #[test]
    fn texts_have_256_characters_at_most() {
        for name in ["name", "location"] {
            taken(json!({ name: "é".repeat(256) }));
            let message = format!("`{name}` has 257 characters, at most 256 are allowed");
            check(json!({ name: "é".repeat(257) }), &message);
        }
    }

    #[test]
    fn a_body_that_is_no_json_object_is_refused() {
        for body in ["", "hello", "[]", "\"name\"", "null", "{\"name\":", &"[".repeat(100_000)] {
            let message = Draft::read(body).unwrap_err().to_string();
            assert!(message.starts_with("the body is no JSON object: "), "{message}");
        }
    }
}
