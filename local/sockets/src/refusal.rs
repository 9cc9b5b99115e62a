//! What API Gateway itself answers when it refuses something: over HTTP, and as a frame.
//! Knows no reasons: its callers do.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::handshake::Flaw;

/// What API Gateway says to a client who may not, or whose message no route takes.
pub(crate) const FORBIDDEN: &str = "Forbidden";
/// What it says when a function fails.
pub(crate) const INTERNAL: &str = "Internal server error";
/// What it says of messages over the limit.
pub(crate) const TOO_LONG: &str = "Message too long";

/// Why a request does not even become a client that asks for a connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TurnedAway {
    #[error("there is no such API or stage")]
    Unknown,
    #[error(transparent)]
    NoHandshake(#[from] Flaw),
    #[error("the host is being stopped")]
    Stopped,
    #[error("{0} connections a second are allowed")]
    TooMany(u32),
}

impl IntoResponse for TurnedAway {
    fn into_response(self) -> Response {
        match self {
            TurnedAway::Unknown => plain(StatusCode::FORBIDDEN, FORBIDDEN),
            TurnedAway::NoHandshake(flaw) => flaw.into_response(),
            TurnedAway::Stopped => plain(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
            TurnedAway::TooMany(_) => plain(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"),
        }
    }
}

/// `{"message":"Forbidden"}`.
pub(crate) fn plain(status: StatusCode, message: &str) -> Response {
    let body = format!("{{\"message\":{}}}", Value::from(message));
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// `{"message": "Forbidden", "connectionId":"…", "requestId":"…"}`, with API Gateway's spaces.
pub(crate) fn frame(message: &str, connection: &str, request: &str) -> Bytes {
    format!("{{\"message\": \"{message}\", \"connectionId\":\"{connection}\", \"requestId\":\"{request}\"}}")
        .into()
}

/// The same as an answer to a handshake.
pub(crate) fn of_handshake(status: StatusCode, message: &str, connection: &str, request: &str) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], frame(message, connection, request)).into_response()
}
