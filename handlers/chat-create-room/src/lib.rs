//! Makes a room and goes into it: route `new-room`, one-way, where `value` is the room. One that exists is
//! joined, and its history sent to the newcomer.
//! Makes no room for those in basic mode.
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

use chat_rooms::{Audience, Caller, Door, Entered, Kind, Refusal, Voice};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "new-room";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct CreateRoom {
    voice: Voice,
}

impl CreateRoom {
    /// A handler that makes rooms and tells of them.
    pub fn new(voice: Voice) -> CreateRoom {
        CreateRoom { voice }
    }

    async fn create(&self, caller: &Caller, event: &SocketEvent, deadline: Deadline) -> Result<(), Refusal> {
        let room = Kind::Room.read(event)?;
        let entered = self.voice.chat.enter(&caller.id, &room, Door::Opens, deadline).await?;
        let closed = self.voice.close(entered.left.clone(), deadline).await;
        let told = self.tell(caller, &entered, deadline).await;
        // Whatever became of that: the room before is left.
        self.voice.tell_of_closed(closed, deadline).await;
        told
    }

    /// Tells everyone of a new room, and a newcomer what was said in one that exists.
    async fn tell(&self, caller: &Caller, entered: &Entered, deadline: Deadline) -> Result<(), Refusal> {
        if entered.is_new {
            self.voice.tell_of_room(&entered.room, deadline).await;
        } else {
            let history = self.voice.chat.history(entered, deadline).await?;
            self.voice.tell(&Audience::One(caller.clone()), &history, deadline).await;
        }
        Ok(())
    }
}

impl Handler for CreateRoom {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(CreateRoom::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// Answers nothing itself: what there is to tell is sent.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.create(&caller, &event, deadline).await;
        Ok(self.voice.end(caller, ACTION, outcome, deadline).await)
    }
}
