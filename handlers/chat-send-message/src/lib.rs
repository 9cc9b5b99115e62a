//! Sends what somebody says to all in the same room, the author included: route `dispatch`, one-way, where
//! `value` is the text.
//! Believes no name and no room that a message tells: both are stored.
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
//! | `dynamodb:ConditionCheckItem` | `TABLE_CR` |
//! | `dynamodb:Scan` | `TABLE_CR` |
//! | `dynamodb:DeleteItem` | `TABLE_CR` |
//! | `dynamodb:GetItem` | `TABLE_RMU` |
//! | `dynamodb:Query` | `TABLE_RMU` |
//! | `dynamodb:PutItem` | `TABLE_RMU` |
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |

use chat_rooms::{Caller, Kind, Refusal, Voice};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "dispatch";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct SendMessage {
    voice: Voice,
}

impl SendMessage {
    /// A handler that keeps and sends messages.
    pub fn new(voice: Voice) -> SendMessage {
        SendMessage { voice }
    }

    async fn say(&self, caller: &Caller, event: &SocketEvent, deadline: Deadline) -> Result<(), Refusal> {
        let text = Kind::Text.read(event)?;
        if let Some(said) = self.voice.chat.say(caller, &text, deadline).await? {
            self.voice.tell(&said.audience, &said.frame, deadline).await;
        }
        Ok(())
    }
}

impl Handler for SendMessage {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(SendMessage::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// Answers nothing itself: what there is to tell is sent.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.say(&caller, &event, deadline).await;
        Ok(self.voice.end(caller, ACTION, outcome, deadline).await)
    }
}
