//! An event: its item in the table, and its JSON.
//! Does not read or write the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::draft::Draft;

/// An event as it was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Whose it is.
    pub user_id: i32,
    /// Its number among those of the user; 32 bits, as GraphQL's `Int`.
    pub id: i32,
    /// What it is; never blank.
    pub name: String,
    /// When it begins: ISO 8601 in local time, or a date alone.
    pub dt_start: String,
    /// When it ends, never before it begins; a date alone is that whole day.
    pub dt_end: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The attribute that tells which request an item was made for.
const REQUEST: &str = "request";

impl Event {
    /// The event of a draft, with that id.
    pub(crate) fn new(draft: &Draft, id: i32) -> Event {
        Event {
            user_id: draft.user_id,
            id,
            name: draft.name.clone(),
            dt_start: draft.dt_start.clone(),
            dt_end: draft.dt_end.clone(),
            location: draft.location.clone(),
        }
    }

    /// The event of an item that this request has made of this draft; none if the item is another one.
    pub(crate) fn made_by(request: &str, draft: &Draft, item: &Item) -> Option<Event> {
        let event = Event::new(draft, i32::try_from(id(item)?).ok()?);
        (event.to_item(request) == *item).then_some(event)
    }

    /// The item of an event.
    pub(crate) fn to_item(&self, request: &str) -> Item {
        let numbers = [("user_id", self.user_id), ("id", self.id)];
        let numbers = numbers.map(|(name, number)| (name, AttributeValue::N(number.to_string())));
        let texts = [("name", &self.name), ("dt_start", &self.dt_start), ("dt_end", &self.dt_end)];
        let texts = texts.into_iter().chain(self.location.iter().map(|location| ("location", location)));
        let texts = texts.map(|(name, text)| (name, AttributeValue::S(text.clone())));
        let request = [(REQUEST, AttributeValue::S(request.to_owned()))];
        let attributes = numbers.into_iter().chain(texts).chain(request);
        attributes.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// The number of the event that an item is.
pub(crate) fn id(item: &Item) -> Option<i64> {
    item.get("id")?.as_n().ok()?.parse().ok()
}
