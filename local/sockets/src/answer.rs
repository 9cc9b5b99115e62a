//! What functions answer: a proxy integration's `statusCode`, `headers` and `body`, or an authorizer's policy.
//! Sends nothing back.

use axum::body::Bytes;
use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// The most an authorizer may answer, in bytes.
const AUTHORIZER_LIMIT: usize = 8 * 1024;

/// What a function answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Sec-WebSocket-Protocol`.
    pub(crate) protocol: Option<HeaderValue>,
    pub(crate) body: Option<Bytes>,
}

impl Answer {
    /// Reads an answer, or says what it lacks: anything but an object with a status is no answer.
    pub(crate) fn read(payload: &[u8]) -> Result<Answer, String> {
        let answer: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let status = status(&answer["statusCode"]);
        let status =
            status.ok_or_else(|| format!("`statusCode` must be 100 to 599, got {}", answer["statusCode"]))?;
        Ok(Answer { status, protocol: protocol(&answer), body: body(&answer)? })
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// API Gateway takes a number in a string, too.
fn status(value: &Value) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.and_then(|number| u16::try_from(number).ok()).filter(|status| (100..600).contains(status))
}

fn protocol(answer: &Value) -> Option<HeaderValue> {
    let named = |headers: &Value| {
        let mut headers = headers.as_object()?.iter();
        headers
            .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"))
            .map(|(_, value)| value.clone())
    };
    let many = named(&answer["multiValueHeaders"]).and_then(|values| values.as_array()?.last().cloned());
    HeaderValue::from_str(many.or_else(|| named(&answer["headers"]))?.as_str()?).ok()
}

fn body(answer: &Value) -> Result<Option<Bytes>, String> {
    let text = match &answer["body"] {
        Value::Null => return Ok(None),
        Value::String(text) => text,
        other => return Err(format!("`body` must be a string, got {other}")),
    };
    if answer["isBase64Encoded"] != true {
        return Ok(Some(text.clone().into()));
    }
    let bytes = STANDARD.decode(text).map_err(|error| format!("`body` must be base64: {error}"))?;
    Ok(Some(bytes.into()))
}

/// What an authorizer answered.
#[derive(Debug)]
pub(crate) struct Permit {
    pub(crate) policy: Value,
    /// `principalId` and the authorizer's own context, all strings, as events have them.
    pub(crate) context: Map<String, Value>,
}

impl Permit {
    /// Reads an answer, or says what it lacks.
    pub(crate) fn read(payload: &[u8]) -> Result<Permit, String> {
        if payload.len() > AUTHORIZER_LIMIT {
            return Err(format!("an authorizer may answer {AUTHORIZER_LIMIT} bytes, got {}", payload.len()));
        }
        let mut answer: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let principal = answer["principalId"].as_str();
        let principal = principal
            .ok_or_else(|| format!("`principalId` must be a string, got {}", answer["principalId"]))?;
        let mut context = flattened(&answer["context"])?;
        context.insert("principalId".to_owned(), principal.into());
        if !answer["policyDocument"].is_object() {
            return Err(format!("`policyDocument` must be an object, got {}", answer["policyDocument"]));
        }
        Ok(Permit { policy: answer["policyDocument"].take(), context })
    }
}

fn flattened(context: &Value) -> Result<Map<String, Value>, String> {
    let fields = match context {
        Value::Null => return Ok(Map::new()),
        Value::Object(fields) => fields,
        other => return Err(format!("`context` must be an object, got {other}")),
    };
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.as_str().into())),
        Value::Number(_) | Value::Bool(_) => Ok((name.clone(), value.to_string().into())),
        other => Err(format!("`context.{name}` must be a string, a number or a boolean, got {other}")),
    };
    fields.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let check = |payload: &str, status: u16, protocol: Option<&str>, body: Option<&'static str>| {
            let protocol = protocol.map(|name| HeaderValue::from_str(name).unwrap());
            let expected = Answer { status, protocol, body: body.map(Bytes::from) };
            assert_eq!(Answer::read(payload.as_bytes()), Ok(expected), "{payload}");
        };
        check(r#"{"statusCode":200}"#, 200, None, None);
        check(r#"{"statusCode":"404","body":"no"}"#, 404, None, Some("no"));
        check(r#"{"statusCode":200,"body":""}"#, 200, None, Some(""));
        check(r#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#, 200, None, Some("hi"));
        check(r#"{"statusCode":200,"headers":{"sec-websocket-PROTOCOL":"chat"}}"#, 200, Some("chat"), None);
        let many = r#"{"statusCode":200,"multiValueHeaders":{"Sec-WebSocket-Protocol":["chat"]}}"#;
        check(many, 200, Some("chat"), None);
        check(r#"{"statusCode":200,"headers":null,"unknown":[1]}"#, 200, None, None);
    }

    #[test]
    fn what_is_no_answer_is_told() {
        let check = |payload: &str, message: &str| {
            assert_eq!(Answer::read(payload.as_bytes()), Err(message.to_owned()), "{payload}");
        };
        check("null", "`statusCode` must be 100 to 599, got null");
        check("\"hello\"", "`statusCode` must be 100 to 599, got null");
        check("{}", "`statusCode` must be 100 to 599, got null");
        check(r#"{"statusCode":99}"#, "`statusCode` must be 100 to 599, got 99");
        check(r#"{"statusCode":200,"body":{}}"#, "`body` must be a string, got {}");
    }

    #[test]
    fn an_authorizers_context_is_all_strings() {
        let permit = Permit::read(
            br#"{"principalId":"me","policyDocument":{},"context":{"text":"a","number":1.5,"is":true}}"#,
        );
        let expected = serde_json::json!({"principalId": "me", "text": "a", "number": "1.5", "is": "true"});
        assert_eq!(Value::from(permit.unwrap().context), expected);
    }

    #[test]
    fn what_is_no_permit_is_told() {
        let check = |payload: &str, message: &str| {
            assert_eq!(Permit::read(payload.as_bytes()).unwrap_err(), message, "{payload}");
        };
        check(r#"{"policyDocument":{}}"#, "`principalId` must be a string, got null");
        check(r#"{"principalId":"me"}"#, "`policyDocument` must be an object, got null");
        check(
            r#"{"principalId":"me","policyDocument":{},"context":{"a":[]}}"#,
            "`context.a` must be a string, a number or a boolean, got []",
        );
        let long = format!(r#"{{"principalId":"{}"}}"#, "x".repeat(8 * 1024));
        check(&long, &format!("an authorizer may answer 8192 bytes, got {}", long.len()));
    }
}
