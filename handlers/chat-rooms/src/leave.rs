//! Going out of a room, and closing a room that nobody is in.
//! Tells nobody of it.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::Deadline;

use crate::chat::{Chat, until_settled};
use crate::key::{Key, number, string};
use crate::part::{Clause, delete, update};
use crate::record::{Record, Seat};
use crate::refusal::{Failed, Refusal};
use crate::rooms::Room;

impl Chat {
    /// Takes a connection out of the room it is in: that one, which may be empty now.
    pub async fn leave(&self, id: &str, deadline: Deadline) -> Result<String, Refusal> {
        until_settled(deadline, async || {
            let record = self.allowed_rooms(id).await?;
            let seat = record.seat.as_ref().ok_or(Refusal::InNoRoom)?;
            let is_written = self.write(self.stand_up(&record, seat)?, deadline).await?;
            Ok(is_written.then(|| seat.room.clone()))
        })
        .await
    }

    fn stand_up(&self, record: &Record, seat: &Seat) -> Result<Vec<TransactWriteItem>, BuildError> {
        let change = Clause::new("REMOVE room, opening", []);
        Ok(vec![
            update(&self.records.table, record.key(), change, record.as_read())?,
            delete(&self.rooms.table, Key::member(&seat.room, &record.id).attributes(), None)?,
        ])
    }

    /// Deletes a room if nobody is in it, and says whether it did.
    ///
    /// Members are counted nowhere, so that two who leave at once need not agree on a number. Each looks
    /// after it has left: the last one finds nobody. The room goes only if nobody has come in since it was
    /// read, and of several who try only one succeeds.
    pub async fn close_if_empty(&self, room: &str, deadline: Deadline) -> Result<bool, Failed> {
        let look = async {
            let found = self.rooms.find(room).await?;
            let is_inhabited = self.rooms.is_inhabited(room).await?;
            Ok::<_, Failed>(found.filter(|_| !is_inhabited))
        };
        match deadline.bound(look).await.ok_or(Failed::Late)?? {
            Some(empty) => self.write(self.close(&empty)?, deadline).await,
            None => Ok(false),
        }
    }

    fn close(&self, room: &Room) -> Result<Vec<TransactWriteItem>, BuildError> {
        let nobody_came = Clause::new(
            "opening = :opening AND joins = :joins",
            [(":opening", string(&room.opening)), (":joins", number(room.joins))],
        );
        Ok(vec![
            delete(&self.rooms.table, Key::room(&room.name).attributes(), Some(nobody_came))?,
            delete(&self.rooms.table, Key::entry(&room.name).attributes(), None)?,
        ])
    }
}
