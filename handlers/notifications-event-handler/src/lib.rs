//! Keeps the open connections, each with its user: `$connect` stores one, `$disconnect` forgets it.
//! Sends no message: that is `notifications-message-publisher`.
//!
//! | variable | what |
//! |---|---|
//! | `CONNECTIONS_TABLE` | table of open connections, key `connection_id` (S), TTL on `expires` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `CONNECTIONS_TABLE` |
//! | `dynamodb:DeleteItem` | `CONNECTIONS_TABLE` |
//!
//! | route | answer |
//! |---|---|
//! | `$connect` with `?user_id=` | 200 `Connection established successfully`; 400 for no user; 403 for another user than the ticket's |
//! | `$disconnect` | 200 `Connection removed successfully`, whether or not there was a row |
//! | anything else | 404 `Invalid Route`; the connection stays |

mod connections;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, SocketContext, SocketEvent, env};
use notifications_orders::{NoUser, UserId};
use serde_json::Value;

pub use connections::{Connections, Failed};

/// The handler of all routes.
#[derive(Clone, Debug)]
pub struct EventHandler {
    connections: Connections,
}

/// Why an event was not done as it asked.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the event names no connection")]
    NoConnection,
    #[error(transparent)]
    NoUser(#[from] NoUser),
    #[error("the ticket is for another user than `user_id`")]
    OtherUser,
    #[error("Invalid Route")]
    NoRoute,
    #[error("the table was not written")]
    Table(#[from] Failed),
}

impl EventHandler {
    /// A handler that keeps these connections.
    pub fn new(connections: Connections) -> EventHandler {
        EventHandler { connections }
    }

    async fn route(&self, event: &SocketEvent, deadline: Deadline) -> Result<&'static str, Refusal> {
        let context = &event.request_context;
        let id = context.connection_id.as_deref().filter(|id| !id.is_empty()).ok_or(Refusal::NoConnection)?;
        match context.route() {
            "$connect" => {
                let user = user(event)?;
                self.connections.open(id, &user, context.connected_at(), deadline).await?;
                Ok("Connection established successfully")
            }
            "$disconnect" => {
                self.connections.close(id, deadline).await?;
                Ok("Connection removed successfully")
            }
            _ => Err(Refusal::NoRoute),
        }
    }
}

impl Handler for EventHandler {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let client = Client::new(Aws::from_env()?.config());
        Ok(EventHandler::new(Connections::new(client, env::required("CONNECTIONS_TABLE")?)))
    }

    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        Ok(match self.route(&event, deadline).await {
            Ok(text) => Reply::text(200, text),
            Err(refusal) => refuse(&event.request_context, &refusal),
        })
    }
}

/// Whose connection it is: the ticket's user if there is a ticket, and then nobody else's.
fn user(event: &SocketEvent) -> Result<UserId, Refusal> {
    let said = event.query("user_id");
    let Some(ticket) = ticket(&event.request_context) else { return Ok(UserId::from_text(said)?) };
    match said {
        Some(said) if said != ticket => Err(Refusal::OtherUser),
        _ => Ok(UserId::from_text(Some(ticket))?),
    }
}

/// The user that the authorizer found on the ticket; none where sign-in is off.
fn ticket(context: &SocketContext) -> Option<&str> {
    let authorizer = context.authorizer.as_ref()?;
    ["user_id", "principalId"].into_iter().find_map(|name| authorizer.get(name).and_then(Value::as_str))
}

fn refuse(context: &SocketContext, refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::NoConnection | Refusal::NoUser(_) => Reply::message(400, refusal.to_string()),
        Refusal::OtherUser => Reply::message(403, refusal.to_string()),
        Refusal::NoRoute => Reply::text(404, refusal.to_string()),
        Refusal::Table(error) => {
            let (connection, route) = (context.connection_id.as_deref(), context.route());
            tracing::error!(connection, route, error = %Causes(error), "the connection was not recorded");
            Reply::message(500, "the connection could not be recorded")
        }
    }
}
