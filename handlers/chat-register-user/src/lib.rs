//! Gives a connection its name: route `register`, two-way, where `value` is the name.
//! Tells others only of a room that is empty because one was in it who had the name and is found gone.
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
//! | `dynamodb:Scan` | `TABLE_CR` |
//! | `dynamodb:UpdateItem` | `TABLE_CR` |
//! | `dynamodb:DeleteItem` | `TABLE_CR` |
//! | `dynamodb:GetItem` | `TABLE_RMU` |
//! | `dynamodb:Query` | `TABLE_RMU` |
//! | `dynamodb:PutItem` | `TABLE_RMU` |
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |
//! | `execute-api:ManageConnections` | states of `CALLBACK_URL` |

use chat_rooms::{Caller, Frame, Kind, Refusal, Voice};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "register";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct RegisterUser {
    voice: Voice,
}

impl RegisterUser {
    /// A handler that registers users, and forgets those who had their names and are gone.
    pub fn new(voice: Voice) -> RegisterUser {
        RegisterUser { voice }
    }

    async fn register(&self, id: &str, event: &SocketEvent, deadline: Deadline) -> Result<Frame, Refusal> {
        self.voice.register(id, &Kind::Name.read(event)?, deadline).await
    }
}

impl Handler for RegisterUser {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(RegisterUser::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// `signup` with the rooms there are, or an error frame.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.register(&caller.id, &event, deadline).await;
        Ok(caller.reply(ACTION, outcome))
    }
}
