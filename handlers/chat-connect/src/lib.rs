//! Remembers a connection: `$connect` makes its row, with neither name nor room.
//! Registers nobody: that is `chat-register-user`.
//!
//! | variable | what |
//! |---|---|
//! | `TABLE_CR` | table of connections, key `ID` (S), TTL on `expires` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `TABLE_CR` |

use chat_rooms::{Caller, Records};
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, SocketEvent, env};

/// The handler of `$connect`.
#[derive(Clone, Debug)]
pub struct Connect {
    records: Records,
}

impl Connect {
    /// A handler that remembers connections there.
    pub fn new(records: Records) -> Connect {
        Connect { records }
    }
}

impl Handler for Connect {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        Ok(Connect::new(Records::new(&Aws::from_env()?, env::required("TABLE_CR")?)))
    }

    /// 200; 400 for an event without a connection; 500 if the row could not be written, and then API
    /// Gateway refuses the handshake.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(caller) = Caller::of(&event) else { return Ok(Caller::nobody()) };
        let connected_at = event.request_context.connected_at();
        Ok(match self.records.open(&caller.id, connected_at, deadline).await {
            Ok(()) => Reply::status(200),
            Err(error) => {
                tracing::error!(connection = caller.id, error = %Causes(&error), "nobody was let in");
                Reply::message(500, "the connection could not be remembered")
            }
        })
    }
}
