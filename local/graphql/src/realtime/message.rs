//! The messages of the protocol `graphql-ws`, as AppSync speaks it.
//! Sends nothing.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::document::Rejected;
use crate::fault::Fault;
use crate::request::Request;

/// What a client says.
#[derive(Debug)]
pub(crate) enum Incoming {
    Init,
    Start(Box<Start>),
    Stop(String),
    /// Nothing that AppSync knows; with the id it had.
    Unknown(Option<String>),
}

/// A subscription that a client wants.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) id: String,
    /// The request as text, which is what is signed.
    pub(crate) data: String,
    /// Headers that prove who the client is.
    pub(crate) authorization: Value,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

impl Incoming {
    /// What a text frame says.
    pub(crate) fn of(text: &str) -> Incoming {
        let Ok(envelope) = serde_json::from_str::<Envelope>(text) else { return Incoming::Unknown(None) };
        let Envelope { kind, id, payload } = envelope;
        match (kind.as_str(), id) {
            ("connection_init", _) => Incoming::Init,
            ("stop", Some(id)) => Incoming::Stop(id),
            ("start", Some(id)) => match payload["data"].as_str() {
                Some(data) => Incoming::Start(Box::new(Start {
                    id,
                    data: data.to_owned(),
                    authorization: payload["extensions"]["authorization"].clone(),
                })),
                None => Incoming::Unknown(Some(id)),
            },
            (_, id) => Incoming::Unknown(id),
        }
    }
}

impl Start {
    /// The request in `data`.
    pub(crate) fn request(&self) -> Option<Request> {
        serde_json::from_str(&self.data).ok()
    }
}

/// An error of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    error_type: Option<String>,
    message: String,
    /// Only of connections: a status of HTTP.
    code: Option<u16>,
}

impl Refusal {
    pub(crate) fn new(error_type: &str, message: impl Into<String>) -> Refusal {
        Refusal { error_type: Some(error_type.to_owned()), message: message.into(), code: None }
    }

    pub(crate) fn unauthorized(message: &str) -> Refusal {
        Refusal::new("UnauthorizedException", message)
    }

    /// What cannot be done here: `query`, `mutation`, or `unknown`.
    pub(crate) fn unsupported(what: &str) -> Refusal {
        Refusal::new("UnsupportedOperation", format!("{what} not supported through the realtime channel"))
    }

    pub(crate) fn plain(message: impl Into<String>) -> Refusal {
        Refusal { error_type: None, message: message.into(), code: None }
    }

    /// The same, for a connection.
    pub(crate) fn with_code(self, code: u16) -> Refusal {
        Refusal { code: Some(code), ..self }
    }

    fn value(&self) -> Value {
        let entries = [
            ("errorType", self.error_type.clone().map(Value::from)),
            ("message", Some(self.message.as_str().into())),
            ("errorCode", self.code.map(Value::from)),
        ];
        let entries = entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        entries.collect::<Map<_, _>>().into()
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        let error_type = fault.raised.and_then(|raised| raised.error_type);
        Refusal { error_type, message: fault.message, code: None }
    }
}

/// The refusals of a request that cannot be executed.
pub(crate) fn refusals(rejected: Rejected) -> Vec<Refusal> {
    match rejected {
        Rejected::Syntax(_) => vec![Refusal::unsupported("unknown")],
        Rejected::Invalid(faults) => faults.into_iter().map(Refusal::from).collect(),
    }
}

/// The keep-alive message.
pub(crate) const KEEP_ALIVE: &str = r#"{"type":"ka"}"#;

pub(crate) fn connection_ack(timeout_millis: u64) -> String {
    json!({ "type": "connection_ack", "payload": { "connectionTimeoutMs": timeout_millis } }).to_string()
}

pub(crate) fn connection_error(refusal: &Refusal) -> String {
    json!({ "type": "connection_error", "payload": { "errors": [refusal.value()] } }).to_string()
}

pub(crate) fn start_ack(id: &str) -> String {
    json!({ "type": "start_ack", "id": id }).to_string()
}

pub(crate) fn complete(id: &str) -> String {
    json!({ "type": "complete", "id": id }).to_string()
}

pub(crate) fn error(id: Option<&str>, refusals: &[Refusal]) -> String {
    let errors: Vec<Value> = refusals.iter().map(Refusal::value).collect();
    let mut message = json!({ "type": "error", "payload": { "errors": errors } });
    if let Some(id) = id {
        message["id"] = id.into();
    }
    message.to_string()
}

/// A result, whose payload is JSON already.
pub(crate) fn data(id: &str, payload: &str) -> String {
    format!(r#"{{"id":{},"type":"data","payload":{payload}}}"#, Value::from(id))
}

#[cfg(test)]
mod tests {
    use super::{Incoming, Refusal, connection_error, data, error};
    use serde_json::{Value, json};

    #[track_caller]
    fn check(message: String, expected: Value) {
        assert_eq!(serde_json::from_str::<Value>(&message).unwrap(), expected);
    }

    #[test]
    fn errors_say_what_is_known_of_them() {
        check(
            error(Some("1"), &[Refusal::unsupported("query")]),
            json!({"type": "error", "id": "1", "payload": {"errors": [
                {"errorType": "UnsupportedOperation", "message": "query not supported through the realtime channel"}
            ]}}),
        );
        check(
            error(None, &[Refusal::plain("no")]),
            json!({"type": "error", "payload": {"errors": [{"message": "no"}]}}),
        );
        check(
            connection_error(&Refusal::unauthorized("no").with_code(401)),
            json!({"type": "connection_error", "payload": {"errors": [
                {"errorType": "UnauthorizedException", "message": "no", "errorCode": 401}
            ]}}),
        );
        check(
            data("a\"b", "{\"data\":null}"),
            json!({"type": "data", "id": "a\"b", "payload": {"data": null}}),
        );
    }

    #[test]
    fn what_is_no_message_is_unknown() {
        for text in [
            "",
            "7",
            "[]",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"stop","id":1}"#,
        ] {
            assert!(matches!(Incoming::of(text), Incoming::Unknown(_)), "{text}");
        }
    }
}
