//! Sends what an event tells of a user to every connection of that user.
//! Keeps no message: who is not connected hears nothing.
//!
//! | variable | what |
//! |---|---|
//! | `CONNECTIONS_TABLE` | table of open connections, key `connection_id` (S), index `UserIdIndex` on `user_id` (S) |
//! | `IDEMPOTENCY_TABLE` | table of what was done, key `id` (S), TTL on `expires` |
//! | `CALLBACK_URL` | management endpoint of the WebSocket stage, `https://…/<stage>` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:Query` | index `UserIdIndex` of `CONNECTIONS_TABLE` |
//! | `dynamodb:DeleteItem` | `CONNECTIONS_TABLE` |
//! | `dynamodb:PutItem` | `IDEMPOTENCY_TABLE` |
//! | `dynamodb:DeleteItem` | `IDEMPOTENCY_TABLE` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |
//!
//! The message is the event's `detail` without its `user_id`. A detail that makes no sense is logged and
//! dropped: it would make none tomorrow. A message that is too large fails, and ends in the queue of failures.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod devices;
mod message;

use std::convert::Infallible;

use aws_sdk_dynamodb::Client;
use futures_util::{StreamExt as _, stream};
use handler_kit::{
    Aws, Broadcast, BusEvent, Causes, Connection, Deadline, Handler, Idempotency, NotDone, Once, Sender, env,
};

pub use devices::{Devices, Unread};
pub use message::Malformed;
use message::Message;

/// The largest message that API Gateway sends, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
const LARGEST: usize = 128 * 1024;

/// The handler of the bus's events.
#[derive(Clone, Debug)]
pub struct MessagePublisher {
    broadcast: Broadcast,
    devices: Devices,
    sent: Idempotency,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// No connection would take it.
    #[error("the message has {0} bytes, at most {LARGEST} are allowed")]
    TooLarge(usize),
    /// It could not be sent, this time.
    #[error("the message was not sent")]
    Undone(#[from] NotDone<Unread>),
}

impl MessagePublisher {
    /// A handler that sends in that way to these devices, and remembers what was sent.
    pub fn new(broadcast: Broadcast, devices: Devices, sent: Idempotency) -> MessagePublisher {
        MessagePublisher { broadcast, devices, sent }
    }

    /// Sends the message of an event, unless it was sent before. An event that nothing tells from others
    /// is sent each time.
    async fn send_once(
        &self,
        event: &BusEvent,
        message: &Message,
        deadline: Deadline,
    ) -> Result<Once, NotSent> {
        let send = self.send(message, deadline);
        Ok(match event.key() {
            Some(key) => self.sent.once(&format!("{key}#told"), deadline, send).await?,
            None => send.await.map(|()| Once::Now).map_err(NotDone::Work)?,
        })
    }

    /// Sends a message to all devices of its user. Connections that do not take it are no failure: to try
    /// again would send it twice to all others. For the same reason all are known before the first is told.
    async fn send(&self, message: &Message, deadline: Deadline) -> Result<(), Unread> {
        let devices = self.devices.of(&message.user, deadline).await?;
        let rows = stream::iter(devices).map(Ok::<Connection, Infallible>);
        let forget = async |connection| self.devices.forget(connection).await;
        let Ok(outcome) = self.broadcast.send(rows, &message.text, deadline, forget).await;
        if outcome.cut_short {
            tracing::error!(?outcome, "there was no time to send the message to all devices");
        } else {
            tracing::info!(?outcome, "the message was sent");
        }
        Ok(())
    }
}

impl Handler for MessagePublisher {
    type Event = BusEvent;
    type Answer = ();
    type Error = NotSent;

    fn from_env() -> Result<Self, env::Missing> {
        let aws = Aws::from_env()?;
        let client = Client::new(aws.config());
        let sender = Sender::new(&aws, &env::required("CALLBACK_URL")?);
        let devices = Devices::new(client.clone(), env::required("CONNECTIONS_TABLE")?);
        let sent = Idempotency::new(client, env::required("IDEMPOTENCY_TABLE")?);
        Ok(MessagePublisher::new(Broadcast::new(sender), devices, sent))
    }

    async fn handle(&self, event: BusEvent, deadline: Deadline) -> Result<(), NotSent> {
        let message = match Message::read(event.detail.as_deref()) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(event = event.id, error = %Causes(&error), "an event was dropped");
                return Ok(());
            }
        };
        if message.text.len() > LARGEST {
            return Err(NotSent::TooLarge(message.text.len()));
        }
        if self.send_once(&event, &message, deadline).await? == Once::Before {
            tracing::info!(event = event.id, "the message was sent before");
        }
        Ok(())
    }
}
