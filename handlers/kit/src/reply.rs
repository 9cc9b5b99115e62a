//! The answer to a request of a REST API, or to an event of a WebSocket route.
//! Never base64: handlers answer text.

use std::collections::BTreeMap;

use serde::Serialize;

/// Status, headers and body, in the shape API Gateway wants.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The HTTP status; for `$connect` anything but 2xx refuses the handshake.
    pub status_code: u16,
    /// The headers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<&'static str, String>,
    /// The body; empty for none.
    pub body: String,
    is_base64_encoded: bool,
}

impl Reply {
    /// A reply without a body.
    pub fn status(status_code: u16) -> Reply {
        Reply { status_code, headers: BTreeMap::new(), body: String::new(), is_base64_encoded: false }
    }

    /// A reply in plain text.
    pub fn text(status_code: u16, text: impl Into<String>) -> Reply {
        Reply { body: text.into(), ..Reply::status(status_code) }
    }

    /// A reply in JSON.
    pub fn json(status_code: u16, value: &impl Serialize) -> Result<Reply, serde_json::Error> {
        let reply = Reply::text(status_code, serde_json::to_string(value)?);
        Ok(reply.with("Content-Type", "application/json"))
    }

    /// `{"message": …}`, for a person to read.
    pub fn message(status_code: u16, message: impl Into<String>) -> Reply {
        let body = serde_json::json!({ "message": message.into() }).to_string();
        Reply::text(status_code, body).with("Content-Type", "application/json")
    }

    /// The same reply with one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.insert(name, value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reply_has_the_shape_api_gateway_wants() {
        let reply = Reply::message(404, "no such note").with("Access-Control-Allow-Origin", "*");
        let expected = json!({
            "statusCode": 404,
            "headers": {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"},
            "body": r#"{"message":"no such note"}"#,
            "isBase64Encoded": false,
        });
        assert_eq!(serde_json::to_value(reply).unwrap(), expected);
    }

    #[test]
    fn a_status_alone_is_enough_for_a_handshake() {
        let expected = json!({"statusCode": 200, "body": "", "isBase64Encoded": false});
        assert_eq!(serde_json::to_value(Reply::status(200)).unwrap(), expected);
    }
}
