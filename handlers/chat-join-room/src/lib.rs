//! Brings somebody into a room, and out of the one before: route `join-room`, two-way, where `value` is the
//! room. The answer is its history.
//! Makes no room: that is `chat-create-room`.
//!
//! | variable | what |
//! |---|---|
//! | `TABLE_CR` | table of connections, key `ID` (S), TTL on `expires` |
//! | `TABLE_RMU` | table of rooms, keys `room` (S) and `item` (S), TTL on `expires` |
//! | `CALLBACK_URL` | management endpoint of the WebSocket stage, `https://…/<stage>` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:GetItem` | `TABLE_CR` |
//! | `dynamodb:UpdateItem` | `TABLE_CR` |
//! | `dynamodb:Scan` | `TABLE_CR` |
//! | `dynamodb:DeleteItem` | `TABLE_CR` |
//! | `dynamodb:GetItem` | `TABLE_RMU` |
//! | `dynamodb:Query` | `TABLE_RMU` |
//! | `dynamodb:PutItem` | `TABLE_RMU` |
//! | `dynamodb:UpdateItem` | `TABLE_RMU` |
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |

use chat_rooms::{Caller, Door, Frame, Kind, Refusal, Voice};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "join-room";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct JoinRoom {
    voice: Voice,
}

impl JoinRoom {
    /// A handler that brings people into rooms, and closes those that are empty for that.
    pub fn new(voice: Voice) -> JoinRoom {
        JoinRoom { voice }
    }

    async fn join(&self, id: &str, event: &SocketEvent, deadline: Deadline) -> Result<Frame, Refusal> {
        let chat = &self.voice.chat;
        let entered = chat.enter(id, &Kind::Room.read(event)?, Door::StaysShut, deadline).await?;
        let closed = self.voice.close(entered.left.clone(), deadline).await;
        let history = chat.history(&entered, deadline).await;
        self.voice.tell_of_closed(closed, deadline).await;
        history
    }
}

impl Handler for JoinRoom {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(JoinRoom::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// `multi-message` with the history, or an error frame.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.join(&caller.id, &event, deadline).await;
        Ok(caller.reply(ACTION, outcome))
    }
}
