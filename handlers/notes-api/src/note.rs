//! A note: its item in the table, and its JSON.
//! Does not read or write the table.

use std::collections::HashMap;
use std::time::SystemTime;

use aws_sdk_dynamodb::types::AttributeValue;
use handler_kit::iso_8601;
use serde::Serialize;
use uuid::Uuid;

use crate::draft::Draft;

/// A note as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// A UUIDv7: ids sort by time, and two within a millisecond differ and keep their order.
    pub id: String,
    /// What it is about; never blank.
    pub title: String,
    /// The text; never blank.
    pub content: String,
    /// How many words the content has; absent until they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_count: Option<u64>,
    /// When it was written, ISO 8601 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it was last replaced, or written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
}

pub(crate) type Item = HashMap<String, AttributeValue>;

impl Note {
    /// A new note, written now.
    pub(crate) fn new(draft: Draft) -> Note {
        let now = now();
        Note {
            id: Uuid::now_v7().to_string(),
            title: draft.title,
            content: draft.content,
            word_count: None,
            created_at: Some(now.clone()),
            updated_at: Some(now),
        }
    }

    /// Reads an item. None for one without an id.
    pub(crate) fn from_item(item: &Item) -> Option<Note> {
        let text = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let count = item.get("wordCount").and_then(|value| value.as_n().ok()?.parse().ok());
        Some(Note {
            id: text("id")?,
            title: text("title").unwrap_or_default(),
            content: text("content").unwrap_or_default(),
            word_count: count,
            created_at: text("createdAt"),
            updated_at: text("updatedAt"),
        })
    }

    /// The item of a note that has not been counted yet.
    pub(crate) fn to_item(&self) -> Item {
        let dates = [("createdAt", &self.created_at), ("updatedAt", &self.updated_at)];
        let dates = dates.into_iter().filter_map(|(name, date)| Some((name, date.as_ref()?)));
        [("id", &self.id), ("title", &self.title), ("content", &self.content)]
            .into_iter()
            .chain(dates)
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())))
            .collect()
    }

    /// How many bytes of Lambda's answer it takes at most: it is JSON in a string of JSON, so what is
    /// escaped is escaped twice.
    pub(crate) fn size(&self) -> usize {
        let names_dates_and_id = 250;
        names_dates_and_id + escaped_twice(&self.title) + escaped_twice(&self.content)
    }
}

fn escaped_twice(text: &str) -> usize {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' => 4,
        0..0x20 => 7,
        _ => 1,
    });
    bytes.sum()
}

/// Now, as a note has it.
pub(crate) fn now() -> String {
    iso_8601(SystemTime::now())
}
