//! The chat: both tables together, and how what is in them changes.
//! Tells nobody: that is the voice's business.

use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::{Aws, Deadline, backoff};

use crate::record::Record;
use crate::records::Records;
use crate::refusal::{Failed, Refusal};
use crate::rooms::Rooms;
use crate::transaction::{Outcome, carry_out, fresh_token};

/// How often a change is begun anew because what it was decided on has changed meanwhile.
const ROUNDS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(20);

/// The connections and the rooms.
#[derive(Clone, Debug)]
pub struct Chat {
    pub(crate) records: Records,
    pub(crate) rooms: Rooms,
}

impl Chat {
    /// The chat in those tables: `client-records` and `room-messages-users`.
    pub fn new(aws: &Aws, records: impl Into<String>, rooms: impl Into<String>) -> Chat {
        Chat { records: Records::new(aws, records), rooms: Rooms::new(aws, rooms) }
    }

    /// The row of a connection that says what it wants.
    pub(crate) async fn connected(&self, id: &str) -> Result<Record, Refusal> {
        self.records.read(id).await?.ok_or(Refusal::NotConnected)
    }

    /// The same, with a name.
    pub(crate) async fn registered(&self, id: &str) -> Result<(Record, String), Refusal> {
        let record = self.connected(id).await?;
        let name = record.name.clone().ok_or(Refusal::NotRegistered)?;
        Ok((record, name))
    }

    /// The same, and not in basic mode.
    pub(crate) async fn allowed_rooms(&self, id: &str) -> Result<Record, Refusal> {
        let (record, _) = self.registered(id).await?;
        if record.is_basic() { Err(Refusal::BasicMode) } else { Ok(record) }
    }

    /// Whether there is a room of that name.
    pub(crate) async fn has_room(&self, room: &str, deadline: Deadline) -> Result<bool, Failed> {
        let found = deadline.bound(self.rooms.find(room)).await.ok_or(Failed::Late)??;
        Ok(found.is_some())
    }

    /// Writes what was decided on. False if it was decided on what is no longer so.
    pub(crate) async fn write(
        &self,
        parts: Vec<TransactWriteItem>,
        deadline: Deadline,
    ) -> Result<bool, Failed> {
        let outcome = carry_out(&self.records.client, parts, fresh_token(), deadline).await?;
        Ok(outcome == Outcome::Written)
    }
}

/// Reads, decides and writes, and begins anew if it comes to nothing because somebody was faster.
pub(crate) async fn until_settled<T, E: From<Failed>>(
    deadline: Deadline,
    attempt: impl AsyncFn() -> Result<Option<T>, E>,
) -> Result<T, E> {
    for round in 1..=ROUNDS {
        if let Some(settled) = deadline.bound(attempt()).await.ok_or(Failed::Late)?? {
            return Ok(settled);
        }
        let pause = backoff(PAUSE, round);
        if !deadline.allows(pause) {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    Err(Failed::Overtaken.into())
}
