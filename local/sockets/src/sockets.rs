//! All WebSocket APIs of one host: there they are defined, connected to, posted to and stopped.
//! Does not listen: requests are brought to it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::oneshot;

use crate::api::Api;
use crate::client::Client;
use crate::closing::Closing;
use crate::connection::{Connection, ConnectionInfo};
use crate::engine::Engine;
use crate::handshake::Handshake;
use crate::happening::What;
use crate::host::Host;
use crate::limits::Limits;
use crate::management::PostError;
use crate::opening::Visit;
use crate::outbox::Rejection;
use crate::refusal::{self, INTERNAL, TurnedAway};
use crate::{id, moment};

/// WebSocket APIs, ready to be connected to. Clones are the same.
#[derive(Clone)]
pub struct Sockets(Arc<Engine>);

impl Sockets {
    /// No APIs yet.
    #[must_use]
    pub fn start(host: Host) -> Sockets {
        Sockets(Arc::new(Engine::new(host)))
    }

    /// Adds an API, or replaces the one of its id. Open connections stay, and have the new routes from their next
    /// message on.
    pub fn define(&self, api: Api) {
        self.0.apis().insert(api.id.clone(), Arc::new(api));
    }

    /// An API as it is defined.
    #[must_use]
    pub fn api(&self, id: &str) -> Option<Arc<Api>> {
        self.0.api(id)
    }

    /// Removes an API and closes its connections with 1001; says whether there was one. No `$disconnect` runs.
    pub fn remove(&self, api: &str) -> bool {
        let is_removed = self.0.apis().remove(api).is_some();
        self.0.close_all(|connection| connection.api == api);
        is_removed
    }

    /// Answers a request to a stage of an API: the handshake of a connection, which begins when the answer has been
    /// sent. The answer waits for the authorizer and `$connect`. What is no handshake is answered with 400, 405 or 426.
    ///
    /// The request comes with hyper's `OnUpgrade`, and `ConnectInfo<SocketAddr>` for the client's address.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn upgrade(&self, api: &str, stage: &str, request: Request) -> Response {
        match self.begin(api, stage, request) {
            Ok(answer) => answer.await.unwrap_or_else(|_| internal()),
            Err(turned_away) => {
                let reason = turned_away.to_string();
                let response = turned_away.into_response();
                let status = response.status().as_u16();
                self.0.tell(api, None, What::Refused { status, reason, duration: Duration::ZERO });
                response
            }
        }
    }

    fn begin(
        &self,
        api: &str,
        stage: &str,
        mut request: Request,
    ) -> Result<oneshot::Receiver<Response>, TurnedAway> {
        let engine = &self.0;
        let defined = engine.api(api).filter(|api| api.stages.contains_key(stage));
        let api = defined.ok_or(TurnedAway::Unknown)?;
        let handshake = Handshake::read(&mut request)?;
        if engine.is_stopped() {
            return Err(TurnedAway::Stopped);
        }
        let limit = engine.host.limits.connections_per_second;
        if !engine.rate.take(limit) {
            return Err(TurnedAway::TooMany(limit));
        }
        let visit = self.visit(api, stage, &request);
        let (reply, answer) = oneshot::channel();
        tokio::spawn(visit.decide(Arc::clone(engine), handshake, reply));
        Ok(answer)
    }

    fn visit(&self, api: Arc<Api>, stage: &str, request: &Request) -> Visit {
        let host = &self.0.host;
        let at = (host.now)();
        let trace = id::trace(moment::millis(at) / 1000, (host.number)());
        let client = Client::of(request, &api.domain(), trace);
        Visit { api, stage: stage.to_owned(), client, id: id::id((host.number)()), at }
    }

    /// Has a message sent to a connection of any API, and returns when it waits for the client to read it.
    ///
    /// # Errors
    ///
    /// If the connection is not open, the message too long, or too much waits already.
    pub fn post(&self, connection: &str, message: impl Into<Bytes>) -> Result<(), PostError> {
        let (message, limits) = (message.into(), self.limits());
        if message.len() > limits.message {
            return Err(PostError::TooLarge { got: message.len(), limit: limits.message });
        }
        let connection = self.find(connection)?;
        connection.outbox.push(&message, limits.waiting).map_err(|rejection| match rejection {
            Rejection::Full => PostError::ClientTooSlow { waiting: connection.outbox.size() },
            Rejection::Over => PostError::Gone,
        })?;
        self.0.tell(&connection.api, Some(&connection.id), What::Posted { size: message.len() });
        Ok(())
    }

    /// Has a connection closed with 1000, after what waits for it is sent; then `$disconnect` runs.
    ///
    /// # Errors
    ///
    /// If the connection is not open.
    pub fn delete(&self, connection: &str) -> Result<(), PostError> {
        let is_closing = self.find(connection)?.outbox.close(Closing::DELETED);
        if is_closing { Ok(()) } else { Err(PostError::Gone) }
    }

    /// An open connection of any API.
    #[must_use]
    pub fn connection(&self, id: &str) -> Option<ConnectionInfo> {
        self.find(id).ok().map(|connection| connection.info())
    }

    /// All open connections, oldest first.
    #[must_use]
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        let mut all: Vec<_> = self.0.connections().values().map(|connection| connection.info()).collect();
        all.sort_by(|a, b| (a.connected_at, &a.id).cmp(&(b.connected_at, &b.id)));
        all
    }

    /// Closes all connections with 1001, and waits until they are closed. Refuses new ones, and runs no `$disconnect`:
    /// that is a best effort on AWS, too, and the functions are about to stop.
    pub async fn shutdown(&self) {
        self.0.stop().await;
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.host.limits
    }

    fn find(&self, connection: &str) -> Result<Arc<Connection>, PostError> {
        self.0.connections().get(connection).cloned().ok_or(PostError::Gone)
    }
}

impl std::fmt::Debug for Sockets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.apis().keys()).finish()
    }
}

fn internal() -> Response {
    refusal::plain(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL)
}
