//! Stores the events that the form sends to a function URL, and gives each its id.
//! Tells no calendar of them: the table's stream and `agenda-stream-to-appsync` do. Who may send is decided
//! by the URL.
//!
//! | variable | what |
//! |---|---|
//! | `EVENTS_TABLE` | table of events, keys `user_id` (N) and `id` (N) |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:Query` | `EVENTS_TABLE` |
//! | `dynamodb:PutItem` | `EVENTS_TABLE` |
//!
//! `POST {"name", "dt_start", "dt_end", "user_id", "location"?}` answers 201 and the event as it was stored.
//! What is wrong with a request is a 400 or 405 with `{"message": …}`.
//!
//! A user's events are numbered from 1. An event gets the number after the newest there is, by a write that
//! fails if someone else was quicker; then it gets the next. (If the newest event is deleted, its number is
//! given again.)

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod draft;
mod event;
mod events;
mod refusal;
mod span;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Causes, Deadline, Handler, Reply, UrlRequest, env};
use uuid::Uuid;

use draft::Draft;
pub use event::Event;
pub use events::Events;
use refusal::Refusal;

/// The handler of the function URL.
#[derive(Clone, Debug)]
pub struct PutEvent {
    events: Events,
}

impl PutEvent {
    /// A handler that stores these events.
    pub fn new(events: Events) -> PutEvent {
        PutEvent { events }
    }

    async fn create(&self, request: &UrlRequest, deadline: Deadline) -> Result<Reply, Refusal> {
        // An event that does not say its method has lost it on the way: only a POST has a body.
        if !["POST", ""].contains(&request.method()) {
            return Err(Refusal::Method(request.method().to_owned()));
        }
        let draft = Draft::read(&request.text()?)?;
        // Without an id a request cannot be recognised when it is delivered again, but attempts of the
        // SDK's can.
        let id = request.id().map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
        let event = self.events.add(&draft, &id, deadline).await?;
        Ok(Reply::json(201, &event)?)
    }
}

impl Handler for PutEvent {
    type Event = UrlRequest;
    type Answer = Reply;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let client = Client::new(Aws::from_env()?.config());
        Ok(PutEvent::new(Events::new(client, env::required("EVENTS_TABLE")?)))
    }

    /// The headers that other origins need are added by the function URL: written twice, browsers refuse
    /// them.
    async fn handle(&self, request: UrlRequest, deadline: Deadline) -> Result<Reply, Self::Error> {
        Ok(self.create(&request, deadline).await.unwrap_or_else(|refusal| {
            if refusal.is_ours() {
                tracing::error!(error = %Causes(&refusal), "the event was not stored");
            }
            refusal.into()
        }))
    }
}
