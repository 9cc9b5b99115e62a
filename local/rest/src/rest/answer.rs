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
    let headers = headers(&answer)?;
    let mut response = Response::new(Body::from(body(exchange, &answer)?));
    *response.status_mut() = status(answer.get("statusCode"))?;
    *response.headers_mut() = headers;
    Ok(response)
}

fn malformed(what: &str) -> Fault {
    let reason =
        format!("Execution failed due to configuration error: Malformed Lambda proxy response: {what}");
    Fault::internal(ResponseType::Default5xx, 502, reason)
}

/// 200 if there is none; numbers may be texts.
fn status(value: Option<&Value>) -> Result<StatusCode, Fault> {
    let number = match value {
        None | Some(Value::Null) => return Ok(StatusCode::OK),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64().and_then(|number| u16::try_from(number).ok()),
    };
    let status = number.filter(|number| (100..600).contains(number));
    let status = status.and_then(|number| StatusCode::from_u16(number).ok());
    status.ok_or_else(|| {
        let got = value.map(Value::to_string).unwrap_or_default();
        malformed(&format!("`statusCode` is an integer from 100 to 599, got {got}"))
    })
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

/// `headers`, then `multiValueHeaders`, which win over a header of the same name and value.
fn headers(answer: &Map<String, Value>) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    for (name, value) in object(answer, "headers")? {
        append(&mut headers, name, value)?;
    }
    for (name, values) in object(answer, "multiValueHeaders")? {
        let Value::Array(values) = values else {
            return Err(malformed(&format!("`multiValueHeaders` has lists, got {values}")));
        };
        for value in values {
            append(&mut headers, name, value)?;
        }
    }
    if !headers.contains_key("content-type") {
        headers.insert("content-type", HeaderValue::from_static("application/json"));
    }
    Ok(headers)
}

fn object<'a>(
    answer: &'a Map<String, Value>,
    field: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, Fault> {
    match answer.get(field) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(map)) => Ok(Some(map).into_iter().flatten()),
        Some(other) => Err(malformed(&format!("`{field}` is an object, got {other}"))),
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &Value) -> Result<(), Fault> {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        other => return Err(malformed(&format!("the header `{name}` is a string, got {other}"))),
    };
    let lower = name.to_ascii_lowercase();
    if lower == "transfer-encoding" {
        return Ok(());
    }
    let name = if REMAPPED.contains(&&*lower) { format!("x-amzn-remapped-{lower}") } else { lower };
    let (Ok(name), Ok(value)) = (HeaderName::try_from(&name), HeaderValue::from_str(&value)) else {
        return Err(malformed(&format!("`{name}: {value}` is no header")));
    };
    if !headers.get_all(&name).iter().any(|before| before == value) {
        headers.append(name, value);
    }
    Ok(())
}
