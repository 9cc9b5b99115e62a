//! What every handler shares: where it runs, the events it takes, the answers it gives, the broadcast, and the
//! memory of what was done.
//! Not a framework: it knows no table, no route and no message of any system.
//!
//! A handler is a value built once from the environment ([`Handler`]) and a `main` of one line:
//!
//! ```no_run
//! use handler_kit::{Deadline, Handler, env};
//!
//! struct Greeter {
//!     greeting: String,
//! }
//!
//! impl Handler for Greeter {
//!     type Event = String;
//!     type Answer = String;
//!     type Error = std::convert::Infallible;
//!
//!     fn from_env() -> Result<Self, env::Missing> {
//!         Ok(Greeter { greeting: env::required("GREETING")? })
//!     }
//!
//!     async fn handle(&self, name: String, _: Deadline) -> Result<String, Self::Error> {
//!         Ok(format!("{}, {name}", self.greeting))
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     handler_kit::run::<Greeter>()
//! }
//! ```
//!
//! The event types here are small ones of our own. Those of `aws_lambda_events` 1.2 require
//! `connectedAt`, `requestTimeEpoch` and `httpMethod` in the request context, and one record they cannot
//! read makes them refuse its whole batch.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod aws;
mod backoff;
mod batch;
mod body;
mod broadcast;
mod bus_event;
mod causes;
mod connection;
mod deadline;
mod each;
pub mod env;
mod graphql;
mod handler;
mod idempotency;
mod logs;
mod messages;
mod moment;
mod not_written;
mod null;
mod reply;
mod request;
mod sender;
mod signature;
mod socket;
mod url_request;
mod web;

pub use aws::Aws;
pub use backoff::backoff;
pub use batch::{Batch, Change, Failures, Image, Kind};
pub use body::NotText;
pub use broadcast::{Broadcast, Outcome, Pace};
pub use bus_event::BusEvent;
pub use causes::Causes;
pub use connection::{Connection, expiry, rows};
pub use deadline::Deadline;
pub use graphql::{Graphql, GraphqlError};
pub use handler::{Handler, run};
pub use idempotency::{Claim, Held, Idempotency, NotDone, Once};
pub use messages::{Message, Messages};
pub use moment::{iso_8601, since_epoch};
pub use not_written::NotWritten;
pub use reply::Reply;
pub use request::Request;
pub use sender::{Answer, Sender};
pub use signature::Unsigned;
pub use socket::{SocketContext, SocketEvent};
pub use url_request::UrlRequest;
pub use web::{Web, WebError};
