//! Telling clients: one, those in a room, those in basic mode, or everyone.
//! Decides nothing but what follows when somebody does not hear it any more: they are gone.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream::{self, LocalBoxStream};
use handler_kit::{Aws, Broadcast, Causes, Connection, Deadline, Reply, Sender};

use crate::caller::Caller;
use crate::chat::Chat;
use crate::frame::Frame;
use crate::key::Key;
use crate::refusal::{Failed, Refusal};

/// How often everyone is told of one room at most, if it comes and goes meanwhile.
const TELLINGS: u32 = 3;

/// Sends frames to clients.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Where to find them.
    pub chat: Chat,
    broadcast: Broadcast,
}

/// Who is told.
#[derive(Clone, Debug)]
pub enum Audience {
    /// One connection.
    One(Caller),
    /// Those in a room.
    Room(String),
    /// Those in basic mode.
    Basics,
    /// All who are connected.
    Everyone,
}

impl Voice {
    /// Tells those in the chat, in that way.
    pub fn new(chat: Chat, broadcast: Broadcast) -> Voice {
        Voice { chat, broadcast }
    }

    /// Tells those in the chat of those tables, at the usual pace, over the management endpoint of their stage.
    pub fn of(aws: &Aws, records: impl Into<String>, rooms: impl Into<String>, callback_url: &str) -> Voice {
        Voice::new(Chat::new(aws, records, rooms), Broadcast::new(Sender::new(aws, callback_url)))
    }

    /// Sends a frame. Those found gone are forgotten, and rooms that are empty for that are closed.
    pub async fn tell(&self, audience: &Audience, frame: &Frame, deadline: Deadline) {
        let left = self.send(audience, frame, deadline).await;
        self.close_empty(left, deadline).await;
    }

    /// Tells everyone that there is a room now.
    pub async fn tell_of_room(&self, room: &str, deadline: Deadline) {
        let left = self.announce(room, true, deadline).await;
        self.close_empty(left, deadline).await;
    }

    /// Closes those of the rooms that nobody is in, and tells everyone.
    pub async fn close_empty(&self, rooms: impl IntoIterator<Item = String>, deadline: Deadline) {
        let closed = self.close(rooms, deadline).await;
        self.tell_of_closed(closed, deadline).await;
    }

    /// Closes those of the rooms that nobody is in: these, of which everyone is to be told still. Sends may
    /// take all the time there is, so what else is to be told comes after this.
    pub async fn close(
        &self,
        rooms: impl IntoIterator<Item = String>,
        deadline: Deadline,
    ) -> BTreeSet<String> {
        let mut closed = BTreeSet::new();
        for room in rooms {
            match self.chat.close_if_empty(&room, deadline).await {
                Ok(true) => _ = closed.insert(room),
                Ok(false) => {}
                Err(error) => tracing::error!(room, error = %Causes(&error), "a room was not looked after"),
            }
        }
        closed
    }

    /// Tells everyone that those rooms are closed. Rooms that are empty for those found gone are closed too.
    pub async fn tell_of_closed(&self, mut closed: BTreeSet<String>, deadline: Deadline) {
        // Each round forgets connections or is the last one, so this ends.
        while let Some(room) = closed.pop_first() {
            let left = self.announce(&room, false, deadline).await;
            closed.extend(self.close(left, deadline).await);
        }
    }

    /// Tells everyone that a room is there, or is not, and says which rooms those were in who were found gone.
    ///
    /// While that is on its way others may make or close the room, and their news may arrive before: what is
    /// no longer so when all have been told is told anew.
    async fn announce(&self, room: &str, is_there: bool, deadline: Deadline) -> BTreeSet<String> {
        let (mut left, mut is_there) = (BTreeSet::new(), is_there);
        for _ in 0..TELLINGS {
            let frame = Frame::of_room(room, is_there);
            left.extend(self.send(&Audience::Everyone, &frame, deadline).await);
            match self.chat.has_room(room, deadline).await {
                Ok(now) if now != is_there => is_there = now,
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(room, error = %Causes(&error), "what was told of a room was not checked");
                    break;
                }
            }
        }
        left
    }

    /// Ends a one-way request: the caller alone is told of a refusal. The reply is for API Gateway's metrics.
    pub async fn end(
        &self,
        caller: Caller,
        action: &str,
        outcome: Result<(), Refusal>,
        deadline: Deadline,
    ) -> Reply {
        let Err(refusal) = outcome else { return Reply::status(200) };
        let frame = caller.refuse(action, &refusal);
        self.tell(&Audience::One(caller), &frame, deadline).await;
        Reply::status(refusal.status())
    }

    /// Whether a connection is gone for sure. Its client is told nothing.
    pub(crate) async fn finds_gone(&self, connection: &Connection, deadline: Deadline) -> bool {
        self.broadcast.finds_gone(connection, deadline).await
    }

    /// Sends a frame, and says which rooms those were in who were found gone.
    async fn send(&self, audience: &Audience, frame: &Frame, deadline: Deadline) -> BTreeSet<String> {
        let left = RefCell::<BTreeSet<String>>::default();
        let forget = async |gone: Connection| {
            let rooms = self.farewell(audience, &gone.id, deadline).await?;
            left.borrow_mut().extend(rooms);
            Ok::<_, Failed>(())
        };
        let outcome =
            self.broadcast.send(self.connections(audience), &frame.to_string(), deadline, forget).await;
        match outcome {
            Ok(outcome) if outcome.cut_short => {
                tracing::error!(?audience, ?outcome, "there was no time to tell everyone")
            }
            Ok(outcome) => tracing::info!(?audience, ?outcome, "a frame was sent"),
            Err(error) => {
                tracing::error!(?audience, error = %Causes(&error), "those to tell could not be read")
            }
        }
        left.into_inner()
    }

    fn connections<'a>(&'a self, audience: &'a Audience) -> LocalBoxStream<'a, Result<Connection, Failed>> {
        match audience {
            Audience::One(caller) => stream::iter([Ok(caller.connection())]).boxed_local(),
            Audience::Room(room) => self.chat.rooms.members(room).boxed_local(),
            Audience::Basics => self.chat.rooms.basics().boxed_local(),
            Audience::Everyone => self.chat.records.connections().boxed_local(),
        }
    }

    /// Forgets a connection that is gone, and says which rooms it was in. What stands for it where it was
    /// found goes too, should its row have gone before.
    async fn farewell(
        &self,
        audience: &Audience,
        id: &str,
        deadline: Deadline,
    ) -> Result<BTreeSet<String>, Failed> {
        let mut rooms = BTreeSet::from_iter(self.chat.forget(id, deadline).await?);
        match audience {
            Audience::Room(found) if !rooms.contains(found) => {
                self.chat.sweep(Key::member(found, id), deadline).await?;
                rooms.insert(found.clone());
            }
            Audience::Basics => self.chat.sweep(Key::basic(id), deadline).await?,
            _ => {}
        }
        Ok(rooms)
    }
}
