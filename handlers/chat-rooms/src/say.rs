//! Saying something: to a room, where it is kept, or to those in basic mode, where it is not.
//! Sends nothing.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::Deadline;
use uuid::Uuid;

use crate::caller::Caller;
use crate::chat::{Chat, until_settled};
use crate::frame::Frame;
use crate::history::Line;
use crate::key::Key;
use crate::part::{check, put};
use crate::record::{Record, Seat};
use crate::refusal::Refusal;
use crate::transaction::{Outcome, carry_out, fresh_token};
use crate::voice::Audience;

/// Something was said, and is to be sent.
#[derive(Clone, Debug)]
pub struct Said {
    /// What to send.
    pub frame: Frame,
    /// To whom.
    pub audience: Audience,
}

impl Chat {
    /// Says something where the caller is. None if it has been said before: the same message, delivered
    /// again.
    pub async fn say(
        &self,
        caller: &Caller,
        text: &str,
        deadline: Deadline,
    ) -> Result<Option<Said>, Refusal> {
        let token = Cell::new(Some(token(caller, text)));
        until_settled(deadline, async || {
            let (record, name) = self.registered(&caller.id).await?;
            let frame = Frame::ClientMessage { user: name.clone(), message: text.to_owned() };
            if record.is_basic() {
                return Ok(Some(Some(Said { frame, audience: Audience::Basics })));
            }
            let seat = record.seat.as_ref().ok_or(Refusal::InNoRoom)?;
            let parts = self.keep(&record, seat, &Line::now(&name, text))?;
            // Begun anew it is another request, whose token DynamoDB must not take for the first one's.
            let token = token.take().unwrap_or_else(fresh_token);
            let audience = Audience::Room(seat.room.clone());
            Ok(match carry_out(&self.records.client, parts, token, deadline).await? {
                Outcome::Written => Some(Some(Said { frame, audience })),
                Outcome::Repeated => Some(None),
                Outcome::Changed => None,
            })
        })
        .await
    }

    /// Keeps a line in the room, if its author is still there.
    fn keep(&self, record: &Record, seat: &Seat, line: &Line) -> Result<Vec<TransactWriteItem>, BuildError> {
        let key = Key::message(&seat.room, &seat.opening, Uuid::now_v7());
        Ok(vec![
            check(&self.records.table, record.key(), record.as_read())?,
            put(&self.rooms.table, key.with(line.attributes()), None)?,
        ])
    }
}

/// The same for the same message: what API Gateway calls it, and a hash of who said what. At most 36
/// characters; DynamoDB refuses another request with a token that it has seen.
fn token(caller: &Caller, text: &str) -> String {
    let Some(message) = &caller.message else { return fresh_token() };
    let mut hash = DefaultHasher::new();
    (&caller.id, message, text).hash(&mut hash);
    let message: String = message.chars().filter(char::is_ascii).take(20).collect();
    format!("{message}{:016x}", hash.finish())
}
