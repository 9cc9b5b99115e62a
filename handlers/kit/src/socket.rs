//! An event of a WebSocket API: connected, disconnected, or a message.
//! Takes events in which anything is missing; what a handler cannot do without it asks for.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::body::{self, NotText};
use crate::null::nothing_for_null;

/// What API Gateway invokes the function of a WebSocket route with.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SocketEvent {
    /// Who sent it, over which connection, to which route.
    #[serde(deserialize_with = "nothing_for_null")]
    pub request_context: SocketContext,
    query_string_parameters: Option<HashMap<String, String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

/// The request context of a [`SocketEvent`], as far as handlers use it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SocketContext {
    /// The connection, to be percent-encoded in URLs: it ends in `=`.
    pub connection_id: Option<String>,
    /// `$connect`, `$disconnect`, `$default` or a route of the API's own.
    pub route_key: Option<String>,
    /// `CONNECT`, `DISCONNECT` or `MESSAGE`.
    pub event_type: Option<String>,
    /// What API Gateway calls a message; only messages have one.
    pub message_id: Option<String>,
    /// When the connection was opened, in milliseconds since 1970.
    pub connected_at: Option<u64>,
    /// What an authorizer on `$connect` said, on every later event too.
    pub authorizer: Option<serde_json::Value>,
}

impl SocketEvent {
    /// A parameter of the query of `$connect`.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get(name).map(String::as_str)
    }

    /// The message; empty when there is none.
    pub fn text(&self) -> Result<String, NotText> {
        body::text(self.body.as_deref(), self.is_base64_encoded.unwrap_or_default())
    }
}

impl SocketContext {
    /// The route, or the one that follows from the type of the event.
    pub fn route(&self) -> &str {
        let route = match self.event_type.as_deref() {
            Some("CONNECT") => "$connect",
            Some("DISCONNECT") => "$disconnect",
            _ => "$default",
        };
        self.route_key.as_deref().unwrap_or(route)
    }

    /// When the connection was opened; now, if the event does not say.
    pub fn connected_at(&self) -> SystemTime {
        self.connected_at
            .map_or_else(SystemTime::now, |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(json: serde_json::Value) -> SocketEvent {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_event_with_nothing_in_it_is_taken() {
        let event = event(json!({}));
        assert_eq!(event.request_context.route(), "$default");
        assert_eq!(event.query("user_id"), None);
        assert_eq!(event.text().unwrap(), "");
    }

    #[test]
    fn nulls_are_as_good_as_nothing() {
        let event = event(json!({
            "queryStringParameters": null, "body": null, "isBase64Encoded": null,
            "requestContext": {"connectionId": null, "connectedAt": null, "authorizer": null},
        }));
        assert_eq!(event.request_context.connection_id, None);
        assert_eq!(event.text().unwrap(), "");
    }

    #[test]
    fn a_null_for_the_context_is_one_with_nothing_in_it() {
        let context = event(json!({"requestContext": null})).request_context;
        assert_eq!((context.connection_id.as_deref(), context.route()), (None, "$default"));
    }

    #[test]
    fn the_route_follows_from_the_type_when_it_is_missing() {
        for (kind, route) in [("CONNECT", "$connect"), ("DISCONNECT", "$disconnect"), ("MESSAGE", "$default")]
        {
            assert_eq!(event(json!({"requestContext": {"eventType": kind}})).request_context.route(), route);
        }
    }

    #[test]
    fn a_query_and_a_base64_message_are_read() {
        let event = event(json!({
            "queryStringParameters": {"user_id": "7"}, "body": "eyJhIjoxfQ==", "isBase64Encoded": true,
        }));
        assert_eq!(event.query("user_id"), Some("7"));
        assert_eq!(event.text().unwrap(), r#"{"a":1}"#);
    }
}
