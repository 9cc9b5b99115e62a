//! A row of `client-records`: what is stored for a connection, which is all that is believed of it.
//! Reads and writes no table.

use std::time::SystemTime;

use aws_sdk_dynamodb::types::AttributeValue;
use handler_kit::{Connection, expiry};

use crate::key::{Item, number, string, text};
use crate::part::Clause;

/// The name, in any case, of those who talk without rooms.
const BASIC_MODE: &str = "no-rooms";

/// What is stored for a connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// None before `register`.
    pub(crate) name: Option<String>,
    /// None outside of rooms.
    pub(crate) seat: Option<Seat>,
    /// `connectedAt` and `expires`.
    lifetime: Item,
}

/// A place in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) room: String,
    /// Which of the rooms that had that name, one after the other.
    pub(crate) opening: String,
}

impl Record {
    /// Reads a row. None for one without an id.
    pub(crate) fn from_item(item: &Item) -> Option<Record> {
        let owned = |name| text(item, name).map(str::to_owned);
        let seat = |room| Seat { room, opening: owned("opening").unwrap_or_default() };
        Some(Record {
            id: owned("ID")?,
            name: owned("name"),
            seat: owned("room").map(seat),
            lifetime: lifetime(item),
        })
    }

    /// Whether it is in basic mode.
    pub(crate) fn is_basic(&self) -> bool {
        self.name.as_deref().is_some_and(means_basic)
    }

    /// What all that the connection holds carries: its id, when it began, and when it dies. A connection
    /// does not outlive its row, so nothing of it needs to.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'static str, AttributeValue)> {
        let lifetime = ["connectedAt", "expires"].into_iter();
        let lifetime = lifetime.filter_map(|name| Some((name, self.lifetime.get(name)?.clone())));
        std::iter::once(("ID", string(&self.id))).chain(lifetime)
    }

    /// The connection, which is as old as the row says.
    pub(crate) fn connection(&self) -> Option<Connection> {
        let row = self.attributes().map(|(name, value)| (name.to_owned(), value)).collect();
        Connection::from_row(&row, "ID")
    }

    /// The key of the row.
    pub(crate) fn key(&self) -> Item {
        [("ID".to_owned(), string(&self.id))].into()
    }

    /// The condition that the row still says what it said.
    pub(crate) fn as_read(&self) -> Clause {
        let name = match &self.name {
            Some(name) => Clause::new("#name = :known_name", [(":known_name", string(name))]),
            None => Clause::new("attribute_not_exists(#name)", []),
        };
        let room = match &self.seat {
            Some(seat) => Clause::new(
                "room = :known_room AND opening = :known_opening",
                [(":known_room", string(&seat.room)), (":known_opening", string(&seat.opening))],
            ),
            None => Clause::new("attribute_not_exists(room)", []),
        };
        Clause::new("attribute_exists(ID)", []).and(name).and(room)
    }
}

/// Whether a name asks for basic mode.
pub(crate) fn means_basic(name: &str) -> bool {
    name.eq_ignore_ascii_case(BASIC_MODE)
}

fn lifetime(row: &Item) -> Item {
    let known = ["connectedAt", "expires"].into_iter();
    let mut lifetime: Item =
        known.filter_map(|name| Some((name.to_owned(), row.get(name)?.clone()))).collect();
    lifetime.entry("expires".to_owned()).or_insert_with(|| number(expiry(SystemTime::now())));
    lifetime
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_mode_is_a_name_in_any_case() {
        for name in ["no-rooms", "No-Rooms", "NO-ROOMS"] {
            assert!(means_basic(name), "{name}");
        }
        for name in ["no rooms", "no-room", "norooms", "no-roomſ"] {
            assert!(!means_basic(name), "{name}");
        }
    }

    #[test]
    fn a_row_without_an_expiry_gives_a_new_one() {
        let record = Record::from_item(&[("ID".to_owned(), string("a="))].into()).unwrap();
        let names: Vec<_> = record.attributes().map(|(name, _)| name).collect();
        assert_eq!(names, ["ID", "expires"]);
    }
}
