//! Which part of the list is wanted, which part it is, and where the next one starts.
//! Does not read the table.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::LONGEST_ID;
use crate::note::Note;
use crate::refusal::Refusal;

/// The most notes asked for at once.
const MOST: usize = 1000;

/// What a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// At most so many notes; as many as fit, if none.
    pub(crate) limit: Option<usize>,
    /// After that place.
    pub(crate) after: Option<Token>,
}

/// What it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) notes: Vec<Note>,
    /// Where to go on; none at the end.
    pub(crate) next: Option<Token>,
}

/// A place in the list: the note before it. Opaque to clients, so that it may become something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: String,
}

impl Wanted {
    /// Reads `?limit=` and `?next=`.
    pub(crate) fn read(limit: Option<&str>, next: Option<&str>) -> Result<Wanted, Refusal> {
        Ok(Wanted { limit: limit.map(read_limit).transpose()?, after: next.map(Token::read).transpose()? })
    }

    /// Whether it is the whole list that is wanted.
    pub(crate) fn is_everything(&self) -> bool {
        *self == Wanted::default()
    }
}

fn read_limit(text: &str) -> Result<usize, Refusal> {
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| Refusal::field("limit", format!("is `{text}`, and must be from 1 to {MOST}")))
}

impl Token {
    fn read(text: &str) -> Result<Token, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let text_inside = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let id = text_inside.as_deref().and_then(|text| text.strip_prefix("after:"));
        let id = id.filter(|id| (1..=LONGEST_ID).contains(&id.len()));
        let id = id.ok_or_else(|| Refusal::field("next", "is not a token of this list"))?;
        Ok(Token { id: id.to_owned() })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&URL_SAFE_NO_PAD.encode(format!("after:{}", self.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way_through_a_url() {
        let token = Token { id: "0195-ä/+=?".to_owned() };
        let text = token.to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert_eq!(Token::read(&text).unwrap(), token);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "!", "abc", "YWZ0ZXI6", "0195cafe", "/w"] {
            let message = Token::read(text).unwrap_err().to_string();
            assert_eq!(message, "`next` is not a token of this list", "{text}");
        }
    }

    #[test]
    fn a_limit_is_from_1_to_1000() {
        for (text, limit) in [("1", 1), ("1000", 1000)] {
            assert_eq!(read_limit(text).unwrap(), limit);
        }
        for text in ["", "0", "1001", "-1", "ten", "1.5"] {
            let message = read_limit(text).unwrap_err().to_string();
            assert_eq!(message, format!("`limit` is `{text}`, and must be from 1 to 1000"));
        }
    }
}
