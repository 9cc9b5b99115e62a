//! A function's answer, made into a response.
//! Asks no function.
//!
//! Source: [output format](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::exchange::Exchange;
use super::fault::{Fault, ResponseType};
use crate::reply;

/// The fields of an answer. Any other makes it malformed.
const FIELDS: [&str; 5] = ["body", "headers", "isBase64Encoded", "multiValueHeaders", "statusCode"];

/// Headers that API Gateway sets itself: a function's are sent under another name.
/// Source: [important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
const REMAPPED: [&str; 15] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "trailer",
    "upgrade",
    "user-agent",
    "www-authenticate",
    "x-amzn-requestid",
];

/// The response that an answer describes.
pub(super) fn response(exchange: &Exchange<'_>, payload: &[u8]) -> Result<Response<Body>, Fault> {
    let Ok(Value::Object(answer)) = serde_json::from_slice(payload) else {
        return Err(malformed("an answer is an object"));
    };
    if let Some(field) = answer.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        let of_error = answer.get("errorMessage").map(|message| format!("the function failed: {message}"));
        return Err(malformed(&of_error.unwrap_or_else(|| format!("an answer has no field `{field}`"))));
    }
    let status = match answer.get("statusCode") {
        None | Some(Value::Null) => StatusCode::OK,
        Some(value) => reply::status(value).map_err(|what| malformed(&what))?,
    };
    let headers = headers(&answer).map_err(|what| malformed(&what))?;
    Ok(reply::assembled(status, headers, body(exchange, &answer)?))
}

fn malformed(what: &str) -> Fault {
    let reason =
        format!("Execution failed due to configuration error: Malformed Lambda proxy response: {what}");
    Fault::internal(ResponseType::Default5xx, 502, reason)
}

fn body(exchange: &Exchange<'_>, answer: &Map<String, Value>) -> Result<Vec<u8>, Fault> {
    let body = match answer.get("body") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(body)) => body,
        Some(other) => return Err(malformed(&format!("`body` is a string, got {other}"))),
    };
    let is_base64 = match answer.get("isBase64Encoded") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(is_base64)) => *is_base64,
        Some(other) => return Err(malformed(&format!("`isBase64Encoded` is true or false, got {other}"))),
    };
    if !is_base64 || !wants_binary(exchange) {
        return Ok(body.clone().into_bytes());
    }
    STANDARD.decode(body).map_err(|_| {
        let reason = "Execution failed due to configuration error: Unable to base64 decode the body.";
        Fault::internal(ResponseType::ApiConfigurationError, 500, reason)
    })
}

/// Whether the client's first accepted media type is a binary one: else it gets the base64.
fn wants_binary(exchange: &Exchange<'_>) -> bool {
    exchange.api.is_binary(exchange.incoming.header("accept").as_deref())
}

/// All headers, those that API Gateway sets itself under another name. `multiValueHeaders` may repeat what `headers`
/// says.
fn headers(answer: &Map<String, Value>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    reply::append_all(answer, |name, value| {
        let is_remapped = REMAPPED.contains(&name.as_str());
        let other =
            is_remapped.then(|| HeaderName::try_from(format!("x-amzn-remapped-{name}")).ok()).flatten();
        let name = other.unwrap_or(name);
        let is_repeated = headers.get_all(&name).iter().any(|before| before == value);
        if name != "transfer-encoding" && !is_repeated {
            headers.append(name, value);
        }
    })?;
    headers.entry("content-type").or_insert(HeaderValue::from_static("application/json"));
    Ok(headers)
}
