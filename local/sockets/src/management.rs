//! `@connections`: what functions and others may do to open connections, as calls and over HTTP.
//! Checks no permission: the caller has.
//!
//! Source: [`@connections`](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html).

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::connection::ConnectionInfo;
use crate::refusal::TOO_LONG;
use crate::sockets::Sockets;
use crate::{id, moment};

/// How much of a body that is too long is read, so that its sender gets to read the refusal.
const DRAINED: usize = 16 * 1024 * 1024;

/// The connection that a path of `@connections` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The stage.
    pub stage: String,
    /// The connection's id, decoded.
    pub connection: String,
}

impl Target {
    /// Reads `/{stage}/@connections/{id}`, percent-encoded or not; other paths are none of `@connections`.
    #[must_use]
    pub fn of(path: &str) -> Option<Target> {
        let mut segments = path.strip_prefix('/')?.split('/').map(decoded);
        let (stage, marker, connection) = (segments.next()??, segments.next()??, segments.next()??);
        let is_whole = segments.next().is_none() && marker == "@connections" && !connection.is_empty();
        is_whole.then_some(Target { stage, connection })
    }
}

fn decoded(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Why something cannot be done to a connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It is over, not open yet, or never was: `GoneException`, 410.
    #[error("the connection with the provided id no longer exists")]
    Gone,
    /// The message is longer than a message may be: `PayloadTooLargeException`, 413.
    #[error("the message has {got} bytes, of {limit} allowed")]
    TooLarge {
        /// Its bytes.
        got: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// The client does not read, and as much as may wait for it does: `LimitExceededException`, 429.
    #[error("the client reads too slowly: {waiting} bytes wait for it")]
    ClientTooSlow {
        /// The bytes that wait.
        waiting: usize,
    },
}

impl IntoResponse for PostError {
    fn into_response(self) -> Response {
        match self {
            // Without a body, as from API Gateway.
            PostError::Gone => (StatusCode::GONE, [("x-amzn-errortype", "GoneException")]).into_response(),
            PostError::TooLarge { .. } => {
                refused(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", TOO_LONG)
            }
            PostError::ClientTooSlow { .. } => {
                refused(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", &self.to_string())
            }
        }
    }
}

impl Sockets {
    /// Answers a request to `@connections` of an API.
    pub async fn management(&self, api: &str, target: &Target, request: Request) -> Response {
        if !id::is_id(&target.connection) {
            let message = format!("Invalid connectionId: {}", target.connection);
            return refused(StatusCode::BAD_REQUEST, "BadRequestException", &message);
        }
        let Some(info) = self.here(api, target) else { return PostError::Gone.into_response() };
        let result = match *request.method() {
            Method::POST => self.post_body(&info.id, request.into_body()).await,
            Method::GET => Ok(described(&info)),
            Method::DELETE => self.delete(&info.id).map(|()| StatusCode::NO_CONTENT.into_response()),
            _ => {
                let kind = "MissingAuthenticationTokenException";
                Ok(refused(StatusCode::FORBIDDEN, kind, "Missing Authentication Token"))
            }
        };
        result.unwrap_or_else(IntoResponse::into_response)
    }

    /// The connection, if it is one of this API and stage.
    fn here(&self, api: &str, target: &Target) -> Option<ConnectionInfo> {
        let info = self.connection(&target.connection)?;
        (info.api == api && info.stage == target.stage).then_some(info)
    }

    async fn post_body(&self, connection: &str, body: Body) -> Result<Response, PostError> {
        match read(body, self.limits().message).await {
            Ok(Read::Whole(message)) => {
                self.post(connection, message).map(|()| StatusCode::OK.into_response())
            }
            Ok(Read::TooLarge(got)) => Err(PostError::TooLarge { got, limit: self.limits().message }),
            Err(_) => Ok(refused(StatusCode::BAD_REQUEST, "BadRequestException", "The body broke off")),
        }
    }
}

enum Read {
    Whole(Bytes),
    TooLarge(usize),
}

async fn read(body: Body, limit: usize) -> Result<Read, axum::Error> {
    let mut chunks = body.into_data_stream();
    let (mut whole, mut size) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        size += chunk.len();
        if size <= limit {
            whole.extend_from_slice(&chunk);
        } else if size > DRAINED {
            break;
        }
    }
    Ok(if size <= limit { Read::Whole(whole.into()) } else { Read::TooLarge(size) })
}

fn described(info: &ConnectionInfo) -> Response {
    let mut identity = json!({"sourceIp": info.identity.source_ip.to_string()});
    if let Some(user_agent) = &info.identity.user_agent {
        identity["userAgent"] = user_agent.as_str().into();
    }
    json_response(&json!({
        "connectedAt": moment::iso(info.connected_at),
        "identity": identity,
        "lastActiveAt": moment::iso(info.last_active_at),
    }))
}

fn refused(status: StatusCode, kind: &'static str, message: &str) -> Response {
    (status, [("x-amzn-errortype", kind)], json_response(&json!({ "message": message }))).into_response()
}

fn json_response(body: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_connections() {
        let check = |path: &str, expected: Option<(&str, &str)>| {
            let target = Target::of(path);
            let found = target.as_ref().map(|target| (target.stage.as_str(), target.connection.as_str()));
            assert_eq!(found, expected, "{path}");
        };
        check("/prod/@connections/L0SM9cOFvHcCIhw=", Some(("prod", "L0SM9cOFvHcCIhw=")));
        check("/prod/@connections/L0SM9cOFvHcCIhw%3D", Some(("prod", "L0SM9cOFvHcCIhw=")));
        check("/prod/%40connections/a%2Fb", Some(("prod", "a/b")));
        check("/prod/@connections/", None);
        check("/prod/@connections", None);
        check("/prod/@connections/a/b", None);
        check("/prod/connections/a", None);
        check("/prod/@connections/%FF", None);
        check("prod/@connections/a", None);
        check("", None);
    }
}
