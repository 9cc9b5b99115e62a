//! Who orders, and who is told.
//! Does not know whether there is such a user: nobody here keeps a list.

use serde_json::Value;

/// The longest id, in characters. As the key of an index it may have 2,048 bytes.
const LONGEST: usize = 256;

/// The id of a user: 1 to 256 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserId(String);

/// Why something is no id of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoUser {
    /// It is not there.
    #[error("`user_id` is missing")]
    Missing,
    /// It is something else, such as a number.
    #[error("`user_id` is not a string")]
    NotText,
    /// It has no characters.
    #[error("`user_id` is empty")]
    Empty,
    /// It has too many.
    #[error("`user_id` has {0} characters, at most {LONGEST} are allowed")]
    TooLong(usize),
}

impl UserId {
    /// The id in a text that may not be there: of a query, of a ticket.
    pub fn from_text(text: Option<&str>) -> Result<UserId, NoUser> {
        let text = text.ok_or(NoUser::Missing)?;
        match text.chars().count() {
            0 => Err(NoUser::Empty),
            length if length > LONGEST => Err(NoUser::TooLong(length)),
            _ => Ok(UserId(text.to_owned())),
        }
    }

    /// The id in a field that may not be there.
    pub fn from_field(field: Option<&Value>) -> Result<UserId, NoUser> {
        match field {
            None | Some(Value::Null) => Err(NoUser::Missing),
            Some(Value::String(text)) => UserId::from_text(Some(text)),
            Some(_) => Err(NoUser::NotText),
        }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(field: Option<Value>, expected: Result<&str, &str>) {
        let user = UserId::from_field(field.as_ref()).map(|user| user.0);
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(user.map_err(|error| error.to_string()), expected, "{field:?}");
    }

    #[test]
    fn a_user_has_1_to_256_characters() {
        check(Some(json!("7")), Ok("7"));
        check(Some(json!(" ")), Ok(" "));
        check(Some(json!("𝄞".repeat(256))), Ok(&"𝄞".repeat(256)));
        check(Some(json!("𝄞".repeat(257))), Err("`user_id` has 257 characters, at most 256 are allowed"));
        check(Some(json!("")), Err("`user_id` is empty"));
    }

    #[test]
    fn a_user_is_a_string() {
        check(None, Err("`user_id` is missing"));
        check(Some(Value::Null), Err("`user_id` is missing"));
        for field in [json!(7), json!(true), json!(["7"]), json!({"id": "7"})] {
            check(Some(field), Err("`user_id` is not a string"));
        }
    }
}
