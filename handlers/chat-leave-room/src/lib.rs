//! Takes somebody out of the room they are in: route `leave-room`, one-way. The last one closes it.
//! Reads nothing of the message: which room that is, is stored.
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
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |

use chat_rooms::{Caller, Refusal, Voice};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "leave-room";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct LeaveRoom {
    voice: Voice,
}

impl LeaveRoom {
    /// A handler that takes people out of rooms, and closes those that are empty.
    pub fn new(voice: Voice) -> LeaveRoom {
        LeaveRoom { voice }
    }

    async fn leave(&self, id: &str, deadline: Deadline) -> Result<(), Refusal> {
        let left = self.voice.chat.leave(id, deadline).await?;
        self.voice.close_empty([left], deadline).await;
        Ok(())
    }
}

impl Handler for LeaveRoom {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(LeaveRoom::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// Answers nothing itself: what there is to tell is sent.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.leave(&caller.id, deadline).await;
        Ok(self.voice.end(caller, ACTION, outcome, deadline).await)
    }
}
