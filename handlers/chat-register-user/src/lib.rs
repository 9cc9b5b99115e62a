//! Gives a connection its name: route `register`, two-way, where `value` is the name.
//! Tells nobody else.
//!
//! | variable | what |
//! |---|---|
//! | `TABLE_CR` | table of connections, key `ID` (S), TTL on `expires` |
//! | `TABLE_RMU` | table of rooms, keys `room` (S) and `item` (S), TTL on `expires` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:GetItem` | `TABLE_CR` |
//! | `dynamodb:UpdateItem` | `TABLE_CR` |
//! | `dynamodb:GetItem` | `TABLE_RMU` |
//! | `dynamodb:Query` | `TABLE_RMU` |
//! | `dynamodb:PutItem` | `TABLE_RMU` |
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |

use chat_rooms::{Caller, Chat, Frame, Kind, Refusal};
use handler_kit::{Aws, Deadline, Handler, Reply, SocketEvent, env};

const ACTION: &str = "register";

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct RegisterUser {
    chat: Chat,
}

impl RegisterUser {
    /// A handler that registers users of that chat.
    pub fn new(chat: Chat) -> RegisterUser {
        RegisterUser { chat }
    }

    async fn register(&self, id: &str, event: &SocketEvent, deadline: Deadline) -> Result<Frame, Refusal> {
        self.chat.register(id, &Kind::Name.read(event)?, deadline).await
    }
}

impl Handler for RegisterUser {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let aws = Aws::from_env()?;
        let chat = Chat::new(&aws, env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(RegisterUser::new(chat))
    }

    /// `signup` with the rooms there are, or an error frame.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let outcome = self.register(&caller.id, &event, deadline).await;
        Ok(caller.reply(ACTION, outcome))
    }
}
