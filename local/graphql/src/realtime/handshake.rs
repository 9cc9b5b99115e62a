//! The beginning of a realtime connection: the upgrade, and who asks for it.
//! Refuses with a message on the open connection, as AppSync does: browsers do not show statuses to pages.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::connection::Connection;
use super::message::Refusal;
use crate::caller::{Caller, Identity};
use crate::graphql::{Served, Shared};
use crate::host::Signed;
use crate::http::source_ip;

const PROTOCOL: &str = "graphql-ws";

/// Opens a connection, which lives on in a task.
pub(crate) fn open(shared: &Arc<Shared>, served: &Arc<Served>, mut request: Request) -> Response {
    let key = match accept_key(request.headers()) {
        Ok(key) => key,
        Err(message) => return refused(StatusCode::BAD_REQUEST, message),
    };
    let Ok(place) = Arc::clone(&shared.places).try_acquire_owned() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "too many connections are open");
    };
    let source_ip = source_ip(request.headers());
    let refusal = admit(shared, served, &request, &source_ip).err();
    let upgrade = hyper::upgrade::on(&mut request);
    let limit = shared.host.limits.message;
    let connection = Connection::new(shared, Arc::clone(served), source_ip);
    tokio::spawn(async move {
        // A client that goes away now has no connection.
        let Ok(upgraded) = upgrade.await else { return };
        let config = WebSocketConfig::default().max_message_size(Some(limit)).max_frame_size(Some(limit));
        let socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
        connection.live(socket, refusal).await;
        drop(place);
    });
    switching(&key, has_protocol(&protocols_of(&request)))
}

/// The answer to the client's key.
fn accept_key(headers: &HeaderMap) -> Result<String, &'static str> {
    let says = |name: header::HeaderName, wanted: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(',').any(|one| one.trim().eq_ignore_ascii_case(wanted))
    };
    if !says(header::UPGRADE, "websocket") || !says(header::CONNECTION, "upgrade") {
        return Err("this is the realtime endpoint: it takes WebSocket connections");
    }
    if !says(header::SEC_WEBSOCKET_VERSION, "13") {
        return Err("the WebSocket version is not 13");
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or("there is no sec-websocket-key")?;
    Ok(derive_accept_key(key.as_bytes()))
}

fn switching(key: &str, has_protocol: bool) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    if let Ok(key) = HeaderValue::from_str(key) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, key);
    }
    if has_protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    }
    response
}

fn refused(status: StatusCode, message: &'static str) -> Response {
    let mut response = Response::new(Body::from(message));
    *response.status_mut() = status;
    response
}

/// Looks at the protocol, and at who asks.
fn admit(shared: &Shared, served: &Served, request: &Request, source_ip: &[String]) -> Result<(), Refusal> {
    let bad = |message: &str| Refusal::new("BadRequestException", message).with_code(400);
    let protocols = protocols_of(request);
    if !has_protocol(&protocols) {
        return Err(Refusal::new("NoProtocolError", "NoProtocolError").with_code(400));
    }
    let headers = header_of(request.uri(), &protocols).ok_or_else(|| bad("Required headers are missing."))?;
    if find(&headers, "host").is_none() {
        return Err(bad("Required headers are missing."));
    }
    let api = served.api().ok_or_else(|| bad("the schema of this API does not work"))?;
    let caller = caller(shared, &served.id, headers, "/graphql/connect", "{}");
    let identity = Identity::of(caller, &api.definition, source_ip);
    identity.map(drop).map_err(|message| Refusal::unauthorized(message).with_code(401))
}

/// Who a client is, by the headers that it wrote into a message.
pub(super) fn caller(shared: &Shared, api: &str, headers: Value, path: &'static str, body: &str) -> Caller {
    if let Some(key) = find(&headers, "x-api-key") {
        return Caller::ApiKey(key.to_owned());
    }
    match find(&headers, "authorization") {
        Some(authorization) if authorization.starts_with("AWS4-HMAC-SHA256") => {
            let signed = Signed { api: api.to_owned(), headers, path, body: body.to_owned() };
            (shared.host.verify)(signed).map_or(Caller::Unknown, |iam| Caller::Iam(Box::new(iam)))
        }
        Some(_) => Caller::Unknown,
        None => Caller::None,
    }
}

/// A header, whatever its case.
fn find<'h>(headers: &'h Value, name: &str) -> Option<&'h str> {
    let mut headers = headers.as_object()?.iter();
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}

fn protocols_of(request: &Request) -> Vec<String> {
    let lists = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let lists = lists.filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(|one| one.trim().to_owned()).collect()
}

fn has_protocol(protocols: &[String]) -> bool {
    protocols.iter().any(|one| one == PROTOCOL)
}

/// The headers that prove who asks: base64 in the query, or in a second subprotocol `header-…`.
fn header_of(uri: &Uri, protocols: &[String]) -> Option<Value> {
    let query = Query::<HashMap<String, String>>::try_from_uri(uri).ok()?;
    let named = || protocols.iter().find_map(|one| one.strip_prefix("header-"));
    decoded(query.get("header").map(String::as_str).or_else(named)?)
}

/// JSON in base64, of either alphabet, padded or not. A plus that nobody escaped has become a space.
fn decoded(text: &str) -> Option<Value> {
    let text = text.trim_end_matches('=').replace(' ', "+");
    let bytes = STANDARD_NO_PAD.decode(&text).or_else(|_| URL_SAFE_NO_PAD.decode(&text)).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use super::{decoded, header_of};
    use serde_json::json;

    #[test]
    fn headers_come_in_the_query_or_as_a_protocol() {
        let header = json!({"host": "a"});
        assert_eq!(
            header_of(&"/?header=eyJob3N0IjoiYSJ9&payload=e30=".parse().unwrap(), &[]),
            Some(header.clone())
        );
        let protocols = ["graphql-ws".to_owned(), "header-eyJob3N0IjoiYSJ9".to_owned()];
        assert_eq!(header_of(&"/graphql".parse().unwrap(), &protocols), Some(header));
        assert_eq!(header_of(&"/graphql".parse().unwrap(), &[]), None);
    }

    #[test]
    fn both_alphabets_are_read() {
        let value = json!({"a": "???>>>"});
        for text in ["eyJhIjoiPz8/Pj4+In0=", "eyJhIjoiPz8_Pj4-In0", "eyJhIjoiPz8/Pj4 In0="] {
            assert_eq!(decoded(text), Some(value.clone()), "{text}");
        }
        for text in ["", "!", "e30", "NA=="] {
            assert_eq!(decoded(text).is_some(), text == "e30", "{text}");
        }
    }
}
