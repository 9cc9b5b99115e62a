//! The keys of the items of `room-messages-users`.
//! Knows what items are called, not what is in them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// An item's attributes, or some of them.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The partition of the directory of rooms.
pub(crate) const DIRECTORY: &str = " rooms";
/// The partition of those in basic mode.
pub(crate) const BASIC: &str = " basic";
/// What the items of members begin with.
pub(crate) const MEMBER: &str = "member#";

const NAMES: &str = " names";

/// Where an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    room: String,
    item: String,
}

impl Key {
    pub(crate) fn room(room: &str) -> Key {
        Key::new(room, "room")
    }

    pub(crate) fn member(room: &str, id: &str) -> Key {
        Key::new(room, format!("{MEMBER}{id}"))
    }

    pub(crate) fn message(room: &str, opening: &str, id: impl std::fmt::Display) -> Key {
        Key::new(room, format!("{}{id}", messages(opening)))
    }

    pub(crate) fn entry(room: &str) -> Key {
        Key::new(DIRECTORY, room)
    }

    pub(crate) fn name(name: &str) -> Key {
        Key::new(NAMES, name)
    }

    pub(crate) fn basic(id: &str) -> Key {
        Key::new(BASIC, id)
    }

    fn new(room: &str, item: impl Into<String>) -> Key {
        Key { room: room.to_owned(), item: item.into() }
    }

    /// The two attributes of the key.
    pub(crate) fn attributes(self) -> Item {
        HashMap::from([("room".to_owned(), string(self.room)), ("item".to_owned(), string(self.item))])
    }

    /// An item with that key and these attributes.
    pub(crate) fn with(self, attributes: impl IntoIterator<Item = (&'static str, AttributeValue)>) -> Item {
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
        self.attributes().into_iter().chain(attributes).collect()
    }
}

/// What the messages of one opening of a room begin with.
pub(crate) fn messages(opening: &str) -> String {
    format!("message#{opening}#")
}

pub(crate) fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A string attribute of an item.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
