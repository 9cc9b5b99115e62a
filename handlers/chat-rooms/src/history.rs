//! What was said in a room: an item each, and its JSON.
//! Reads and writes no table.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::key::{Item, number, string, text};
use crate::time;

/// How long what was said is kept, in seconds: 30 days.
const LIFE: u64 = 30 * 24 * 3600;

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who said it.
    pub user: String,
    /// What was said.
    pub content: String,
    /// When, ISO 8601 in UTC.
    pub time: String,
}

impl Line {
    /// Said now.
    pub(crate) fn now(user: &str, content: &str) -> Line {
        Line { user: user.to_owned(), content: content.to_owned(), time: time::iso() }
    }

    /// Reads an item.
    pub(crate) fn from_item(item: &Item) -> Line {
        let owned = |name| text(item, name).unwrap_or_default().to_owned();
        Line { user: owned("user"), content: owned("content"), time: owned("time") }
    }

    /// The attributes of its item, but for the key.
    pub(crate) fn attributes(&self) -> [(&'static str, AttributeValue); 4] {
        [
            ("user", string(&self.user)),
            ("content", string(&self.content)),
            ("time", string(&self.time)),
            ("expires", number(time::seconds() + LIFE)),
        ]
    }
}
