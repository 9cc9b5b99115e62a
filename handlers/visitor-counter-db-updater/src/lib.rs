//! Counts visits: `$connect` adds one and remembers the connection, `$disconnect` forgets it.
//! Tells nobody the count: that is `visitor-counter-stream-processor`.
//!
//! | variable | what |
//! |---|---|
//! | `CONNECTIONS_TABLE` | table of open connections, key `connectionId` (S), TTL on `expires` |
//! | `COUNTER_TABLE` | table of the counter, key `id` (S), item `visitor_count` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:PutItem` | `CONNECTIONS_TABLE` |
//! | `dynamodb:DeleteItem` | `CONNECTIONS_TABLE` |
//! | `dynamodb:UpdateItem` | `COUNTER_TABLE` |
//!
//! A transaction needs the actions of its parts and none of its own.

mod visit;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, SocketEvent, env};

pub use visit::{Failed, Visits};

/// The handler of both routes.
#[derive(Clone, Debug)]
pub struct DbUpdater {
    visits: Visits,
}

impl DbUpdater {
    /// A handler that counts these visits.
    pub fn new(visits: Visits) -> DbUpdater {
        DbUpdater { visits }
    }

    async fn route(&self, event: &SocketEvent, id: &str, deadline: Deadline) -> Result<(), Failed> {
        let context = &event.request_context;
        match context.route() {
            "$connect" => self.visits.begin(id, context.connected_at(), deadline).await,
            "$disconnect" => self.visits.end(id, deadline).await,
            // A message to an API without a route for it: nothing to count.
            _ => Ok(()),
        }
    }
}

impl Handler for DbUpdater {
    type Event = SocketEvent;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let client = Client::new(Aws::from_env()?.config());
        let connections = env::required("CONNECTIONS_TABLE")?;
        let counter = env::required("COUNTER_TABLE")?;
        Ok(DbUpdater::new(Visits::new(client, connections, counter)))
    }

    /// 200; 400 for an event without a connection; 500 if the tables could not be written, and then
    /// API Gateway refuses the handshake.
    async fn handle(&self, event: SocketEvent, deadline: Deadline) -> Result<Reply, Self::Error> {
        let Some(id) = event.request_context.connection_id.as_deref().filter(|id| !id.is_empty()) else {
            return Ok(Reply::message(400, "the event names no connection"));
        };
        Ok(match self.route(&event, id, deadline).await {
            Ok(()) => Reply::status(200),
            Err(error) => {
                tracing::error!(connection = id, error = %Causes(&error), "the visit was not recorded");
                Reply::message(500, "the visit could not be recorded")
            }
        })
    }
}
