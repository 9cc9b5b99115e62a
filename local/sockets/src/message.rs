//! What is done about a message, and about the end of a connection: its route runs, and may answer.
//! Reads and writes no frames.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::api::DISCONNECT;
use crate::closing::Closing;
use crate::connection::Connection;
use crate::engine::Engine;
use crate::event::Occasion;
use crate::happening::What;
use crate::id;
use crate::integration::Place;
use crate::refusal::{self, FORBIDDEN, INTERNAL, TOO_LONG};

/// Handles one message, whatever becomes of its connection meanwhile. The place is one of those that a connection has
/// for messages in the hands of functions.
pub(crate) async fn handle(
    engine: Arc<Engine>,
    connection: Arc<Connection>,
    text: Utf8Bytes,
    place: Option<OwnedSemaphorePermit>,
) {
    let begun = Instant::now();
    let size = text.len();
    let Handled { route, failure, reply } = outcome(&engine, &connection, text).await;
    let what = What::Message { route, size, failure, duration: begun.elapsed() };
    engine.tell(&connection.api, Some(&connection.id), what);
    if let Some(reply) = reply
        && connection.outbox.push_when_there_is_room(&reply, engine.host.limits.waiting).await
    {
        engine.tell(&connection.api, Some(&connection.id), What::Replied { size: reply.len() });
    }
    drop(place);
}

/// What becomes of a message.
struct Handled {
    route: Option<String>,
    failure: Option<String>,
    reply: Option<Bytes>,
}

async fn outcome(engine: &Engine, connection: &Connection, text: Utf8Bytes) -> Handled {
    let occasion = Occasion::new(&engine.host);
    let frame = |message| Some(refusal::frame(message, &connection.id, &occasion.request));
    let api = engine.api(&connection.api);
    let Some((api, (key, route))) = api.as_deref().and_then(|api| Some((api, api.route_of(&text)?))) else {
        return Handled { route: None, failure: None, reply: frame(FORBIDDEN) };
    };
    let event = connection.subject(api).message(key, &text, id::id((engine.host.number)()), &occasion);
    // The function may take its time: the message is in the event now.
    drop(text);
    let place = Place { host: &engine.host, api, part: format!("{}/{key}", connection.stage) };
    let (failure, reply) = match place.run(route, event).await {
        Err(failure) => (Some(failure.to_string()), frame(INTERNAL)),
        Ok(answer) => match answer.body.filter(|_| route.is_two_way) {
            Some(body) if body.len() > engine.host.limits.message => {
                (Some(format!("the answer's body has {} bytes", body.len())), frame(TOO_LONG))
            }
            body => (None, body),
        },
    };
    Handled { route: Some(key.to_owned()), failure, reply }
}

/// Runs `$disconnect`, if there is one, and tells of the end.
pub(crate) async fn disconnect(engine: &Engine, connection: &Connection, closing: Closing) {
    let lifetime = connection.age();
    let api = engine.api(&connection.api);
    let mut failure = None;
    if let Some((api, route)) = api.as_deref().and_then(|api| Some((api, api.routes.get(DISCONNECT)?))) {
        let event = connection.subject(api).disconnect(&closing, &Occasion::new(&engine.host));
        let place = Place { host: &engine.host, api, part: format!("{}/{DISCONNECT}", connection.stage) };
        failure = place.run(route, event).await.err().map(|failure| failure.to_string());
    }
    let what = What::Disconnected { closing, lifetime, failure };
    engine.tell(&connection.api, Some(&connection.id), what);
}
