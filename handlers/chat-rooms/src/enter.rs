//! Going into a room, which may be a new one, and out of the room before.
//! Tells nobody of it, and leaves a room that is empty now to be closed.

use std::time::SystemTime;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use handler_kit::{Deadline, expiry};
use uuid::Uuid;

use crate::chat::{Chat, until_settled};
use crate::frame::Frame;
use crate::key::{Key, number, string};
use crate::part::{Clause, delete, put, update};
use crate::record::{Record, Seat};
use crate::refusal::{Failed, Refusal};
use crate::rooms::Room;
use crate::time;

/// What to do if there is no such room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Make it.
    Opens,
    /// Stay outside.
    StaysShut,
}

/// Somebody is in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Its name.
    pub room: String,
    /// Whether there was no such room before.
    pub is_new: bool,
    /// The room before, which may be empty now.
    pub left: Option<String>,
    opening: String,
}

impl Chat {
    /// Brings a connection into a room. Who is there already stays there.
    pub async fn enter(
        &self,
        id: &str,
        room: &str,
        door: Door,
        deadline: Deadline,
    ) -> Result<Entered, Refusal> {
        until_settled(deadline, async || {
            let record = self.allowed_rooms(id).await?;
            match self.rooms.find(room).await? {
                Some(found) => self.join(&record, found, deadline).await,
                None if door == Door::Opens => self.open(&record, room, deadline).await,
                None => Err(Refusal::NoSuchRoom(room.to_owned())),
            }
        })
        .await
    }

    /// What was said in the room that somebody is in now.
    pub async fn history(&self, entered: &Entered, deadline: Deadline) -> Result<Frame, Refusal> {
        let history = self.rooms.history(&entered.room, &entered.opening);
        Ok(deadline.bound(history).await.ok_or(Failed::Late)??)
    }

    async fn join(
        &self,
        record: &Record,
        room: Room,
        deadline: Deadline,
    ) -> Result<Option<Entered>, Refusal> {
        let seat = Seat { room: room.name, opening: room.opening };
        if record.seat.as_ref() == Some(&seat) {
            return Ok(Some(Entered { left: None, ..entered(record, seat, false) }));
        }
        let is_same = Clause::new("opening = :opening", [(":opening", string(&seat.opening))]);
        let one_more = Clause::new(
            "SET expires = :expires ADD joins :one",
            [(":expires", last_second()), (":one", number(1))],
        );
        let listed = Key::entry(&seat.room).with([("expires", last_second())]);
        let mut parts = self.sit_down(record, &seat)?;
        parts.push(update(&self.rooms.table, Key::room(&seat.room).attributes(), one_more, is_same)?);
        parts.push(put(&self.rooms.table, listed, None)?);
        let is_written = self.write(parts, deadline).await?;
        Ok(is_written.then(|| entered(record, seat, false)))
    }

    async fn open(
        &self,
        record: &Record,
        room: &str,
        deadline: Deadline,
    ) -> Result<Option<Entered>, Refusal> {
        let seat = Seat { room: room.to_owned(), opening: Uuid::now_v7().to_string() };
        let attributes =
            [("opening", string(&seat.opening)), ("joins", number(1)), ("expires", last_second())];
        let is_free =
            Clause::new("attribute_not_exists(room) OR expires <= :now", [(":now", number(time::seconds()))]);
        let mut parts = self.sit_down(record, &seat)?;
        parts.push(put(&self.rooms.table, Key::room(room).with(attributes), Some(is_free))?);
        parts.push(put(&self.rooms.table, Key::entry(room).with([("expires", last_second())]), None)?);
        let is_written = self.write(parts, deadline).await?;
        Ok(is_written.then(|| entered(record, seat, true)))
    }

    /// What every arrival changes: the row, the new membership, and the one before.
    fn sit_down(&self, record: &Record, seat: &Seat) -> Result<Vec<TransactWriteItem>, BuildError> {
        let change = Clause::new(
            "SET room = :room, opening = :opening",
            [(":room", string(&seat.room)), (":opening", string(&seat.opening))],
        );
        let member = Key::member(&seat.room, &record.id).with(record.attributes());
        let mut parts = vec![
            update(&self.records.table, record.key(), change, record.as_read())?,
            put(&self.rooms.table, member, None)?,
        ];
        if let Some(left) = left(record, seat) {
            parts.push(delete(&self.rooms.table, Key::member(left, &record.id).attributes(), None)?);
        }
        Ok(parts)
    }
}

fn entered(record: &Record, seat: Seat, is_new: bool) -> Entered {
    let left = left(record, &seat).map(str::to_owned);
    Entered { room: seat.room, is_new, left, opening: seat.opening }
}

/// The room that somebody leaves by taking that seat.
fn left<'a>(record: &'a Record, seat: &Seat) -> Option<&'a str> {
    let before = record.seat.as_ref()?;
    (before.room != seat.room).then_some(before.room.as_str())
}

/// When nobody who has come in by now is connected any more: a room that nobody closed dies then.
fn last_second() -> AttributeValue {
    number(expiry(SystemTime::now()))
}
