//! What an event tells a user: its detail without the user's id.
//! Everything else is passed on as it was written, numbers to the last digit, fields in their order.

use std::fmt;

use notifications_orders::{NoUser, UserId};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// A message, and whom it is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) user: UserId,
    pub(crate) text: String,
}

/// Why a detail is no message.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// It is not there.
    #[error("the event has no detail")]
    Missing,
    /// It is something else than an object.
    #[error("the detail is no JSON object")]
    NoObject(#[from] serde_json::Error),
    /// It does not say whom it is for.
    #[error(transparent)]
    User(#[from] NoUser),
}

/// The fields of a JSON object: each value as it is written.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl Message {
    /// Reads the detail of an event.
    pub(crate) fn read(detail: Option<&RawValue>) -> Result<Message, Malformed> {
        let Fields(fields) = serde_json::from_str(detail.ok_or(Malformed::Missing)?.get())?;
        let (user, others): (Vec<_>, _) = fields.into_iter().partition(|(name, _)| name == "user_id");
        // Of a field that is there twice, the last one counts, as it does for most readers of JSON.
        let user = user.last().map(|(_, value)| serde_json::from_str(value.get())).transpose()?;
        let text = serde_json::to_string(&Fields(others))?;
        Ok(Message { user: UserId::from_field(user.as_ref())?, text })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(detail: &str) -> Result<Message, Malformed> {
        let detail: Option<Box<RawValue>> = serde_json::from_str(detail).unwrap();
        Message::read(detail.as_deref())
    }

    fn check(detail: &str, user: &str, text: &str) {
        let message = read(detail).unwrap();
        assert_eq!((message.user.as_str(), message.text.as_str()), (user, text), "{detail}");
    }

    fn check_refused(detail: &str, reason: &str) {
        assert_eq!(read(detail).unwrap_err().to_string(), reason, "{detail}");
    }

    #[test]
    fn the_user_is_taken_out_and_the_rest_stays() {
        check(r#"{"user_id":"ann","a":1}"#, "ann", r#"{"a":1}"#);
        check(r#"{"a":{"user_id":"bob"},"user_id":"ann"}"#, "ann", r#"{"a":{"user_id":"bob"}}"#);
        check(r#"{"user_id":"ann"}"#, "ann", "{}");
    }

    #[test]
    fn fields_keep_their_order() {
        check(r#"{"z":1,"user_id":"ann","a":2,"m":3}"#, "ann", r#"{"z":1,"a":2,"m":3}"#);
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        let numbers = r#""a":1.50,"b":12345678901234567890123,"c":1e3,"d":-0.0,"e":0.1000000000000000055511151231257827"#;
        check(&format!(r#"{{"user_id":"ann",{numbers}}}"#), "ann", &format!("{{{numbers}}}"));
    }

    #[test]
    fn texts_stay_as_they_are_written() {
        check(
            r#"{"user_id":"\u0061nn","a":"\u00e4\"\n","ü \"x\"":null}"#,
            "ann",
            r#"{"a":"\u00e4\"\n","ü \"x\"":null}"#,
        );
    }

    #[test]
    fn of_two_users_the_last_one_counts_and_none_is_passed_on() {
        check(r#"{"user_id":"ann","a":1,"user_id":"bob"}"#, "bob", r#"{"a":1}"#);
    }

    #[test]
    fn a_detail_that_makes_no_sense_is_refused() {
        check_refused("null", "the event has no detail");
        for detail in ["[]", "\"user_id\"", "7", "true"] {
            check_refused(detail, "the detail is no JSON object");
        }
        check_refused("{}", "`user_id` is missing");
        check_refused(r#"{"user_id":null}"#, "`user_id` is missing");
        check_refused(r#"{"user_id":7}"#, "`user_id` is not a string");
        check_refused(r#"{"user_id":""}"#, "`user_id` is empty");
    }
}
