//! Who sent a message, and how a function answers.
//! Believes nothing of what the message says.

use std::time::SystemTime;

use handler_kit::{Connection, Reply, SocketEvent};

use crate::frame::Frame;
use crate::refusal::Refusal;

/// A connection that wants something.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The connection.
    pub id: String,
    pub(crate) connected_at: SystemTime,
    /// What API Gateway calls the message.
    pub(crate) message: Option<String>,
}

impl Caller {
    /// Who sent an event. None if it does not say: then there is nobody to answer.
    pub fn of(event: &SocketEvent) -> Option<Caller> {
        let context = &event.request_context;
        let id = context.connection_id.clone().filter(|id| !id.is_empty())?;
        Some(Caller { id, connected_at: context.connected_at(), message: context.message_id.clone() })
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::new(&self.id, self.connected_at)
    }

    /// The reply to an event that names no connection.
    pub fn nobody() -> Reply {
        Reply::message(400, "the event names no connection")
    }

    /// The reply of a two-way route: API Gateway sends its body to the client, whatever the status. That is
    /// for its metrics.
    pub fn reply(&self, action: &str, outcome: Result<Frame, Refusal>) -> Reply {
        match outcome {
            Ok(frame) => Reply::text(200, frame.to_string()),
            Err(refusal) => Reply::text(refusal.status(), self.refuse(action, &refusal).to_string()),
        }
    }

    /// The frame that tells of a refusal; the log hears of those that are our fault.
    pub(crate) fn refuse(&self, action: &str, refusal: &Refusal) -> Frame {
        if let Refusal::Ours(failed) = refusal {
            let error = handler_kit::Causes(failed);
            tracing::error!(connection = self.id, action, %error, "the request failed");
        }
        Frame::error(action, refusal)
    }
}
