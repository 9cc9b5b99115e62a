//! Forgets a connection, its name and its place: route `$disconnect`. The last one in a room closes it.
//! Is not relied upon: API Gateway promises no `$disconnect`, so what it forgets dies by itself too.
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
//! | `dynamodb:DeleteItem` | `TABLE_CR` |
//! | `dynamodb:GetItem` | `TABLE_RMU` |
//! | `dynamodb:Query` | `TABLE_RMU` |
//! | `dynamodb:DeleteItem` | `TABLE_RMU` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |

use chat_rooms::{Caller, Failed, Voice};
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, SocketEvent, env};

/// The handler of the route.
#[derive(Clone, Debug)]
pub struct Disconnect {
    voice: Voice,
}

impl Disconnect {
    /// A handler that forgets connections, and closes rooms that are empty for that.
    pub fn new(voice: Voice) -> Disconnect {
        Disconnect { voice }
    }

    async fn forget(&self, id: &str, deadline: Deadline) -> Result<(), Failed> {
        let left = self.voice.chat.forget(id, deadline).await?;
        self.voice.close_empty(left, deadline).await;
        Ok(())
    }
}

impl Handler for Disconnect {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let (records, rooms) = (env::required("TABLE_CR")?, env::required("TABLE_RMU")?);
        Ok(Disconnect::new(Voice::of(&Aws::from_env()?, records, rooms, &env::required("CALLBACK_URL")?)))
    }

    /// 200, also if there is nothing to forget; 400 for an event without a connection; 500 if it could not
    /// be forgotten.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        Ok(match self.forget(&caller.id, deadline).await {
            Ok(()) => Reply::status(200),
            Err(error) => {
                tracing::error!(connection = caller.id, error = %Causes(&error), "nobody was forgotten");
                Reply::message(500, "the connection could not be forgotten")
            }
        })
    }
}
