//! The WebSocket handshake over HTTP: what a request must have, and the answer that opens the connection.
//! Decides about no connection: that is for the authorizer and `$connect`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::refusal;

/// A request that may become a connection.
#[derive(Debug)]
pub(crate) struct Handshake {
    /// What `Sec-WebSocket-Accept` is to say.
    accept: String,
    upgrade: OnUpgrade,
}

/// Why a request is no handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("a WebSocket handshake is a GET request")]
    Method,
    #[error("this is a WebSocket API, and the request does not ask to be upgraded")]
    NotAsked,
    #[error("`Sec-WebSocket-Version` must be 13")]
    Version,
    #[error("`Sec-WebSocket-Key` must be 16 bytes in base64")]
    Key,
    #[error("a WebSocket handshake is an HTTP/1.1 request")]
    Http,
}

impl Handshake {
    /// Reads a request, or says what is wrong with it.
    pub(crate) fn read(request: &mut Request) -> Result<Handshake, Flaw> {
        if request.method() != Method::GET {
            return Err(Flaw::Method);
        }
        let headers = request.headers();
        if !(lists(headers, &CONNECTION, "upgrade") && lists(headers, &UPGRADE, "websocket")) {
            return Err(Flaw::NotAsked);
        }
        if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(Flaw::Version);
        }
        let accept = accept(headers).ok_or(Flaw::Key)?;
        let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(Flaw::Http)?;
        Ok(Handshake { accept, upgrade })
    }

    /// What the client gets when the connection is accepted, and what then becomes of its connection.
    pub(crate) fn accepted(self, protocol: Option<HeaderValue>) -> (Response, OnUpgrade) {
        let mut response = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(UPGRADE, "websocket")
            .header(CONNECTION, "upgrade")
            .header("sec-websocket-accept", self.accept)
            .body(Body::empty())
            .unwrap_or_default();
        if let Some(protocol) = protocol {
            response.headers_mut().insert("sec-websocket-protocol", protocol);
        }
        (response, self.upgrade)
    }
}

fn accept(headers: &HeaderMap) -> Option<String> {
    let key = headers.get(SEC_WEBSOCKET_KEY)?;
    let bytes = STANDARD.decode(key).ok()?;
    (bytes.len() == 16).then(|| derive_accept_key(key.as_bytes()))
}

/// Whether a header that lists tokens has this one.
fn lists(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|each| each.trim().eq_ignore_ascii_case(token))
}

impl IntoResponse for Flaw {
    fn into_response(self) -> Response {
        let status = match self {
            Flaw::Method => StatusCode::METHOD_NOT_ALLOWED,
            Flaw::Key => StatusCode::BAD_REQUEST,
            Flaw::NotAsked | Flaw::Version | Flaw::Http => StatusCode::UPGRADE_REQUIRED,
        };
        let response = refusal::plain(status, &self.to_string());
        match status {
            StatusCode::UPGRADE_REQUIRED => {
                ([(UPGRADE, "websocket"), (SEC_WEBSOCKET_VERSION, "13")], response).into_response()
            }
            _ => response,
        }
    }
}
