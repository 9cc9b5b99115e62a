//! Functions' answers made into responses: the parts that all kinds of APIs share, and payload 2.0 as a whole.
//! Asks no function, and adds nothing of the API's own.
//!
//! Source: [response payload](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Among the extensions of a response: a function made it, whatever its status says. Those of APIs and URLs lack it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfFunction;

/// The response that an answer to payload 2.0 describes: with a `statusCode` it says everything, without it is the
/// body, as JSON unless it is a text. The error says what is wrong with it.
pub(crate) fn response(payload: &[u8]) -> Result<Response<Body>, String> {
    let answer: Value = serde_json::from_slice(payload).map_err(|_| "an answer is JSON".to_owned())?;
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let (status, body) = match &answer {
        Value::Object(map) if map.contains_key("statusCode") => {
            described(map, &mut headers)?;
            (status(&map["statusCode"])?, body(map)?)
        }
        Value::String(text) => (StatusCode::OK, text.clone().into_bytes()),
        _ => (StatusCode::OK, payload.to_vec()),
    };
    Ok(assembled(status, headers, body))
}

/// The response that an answer to payload 1.0 of an HTTP API describes.
pub(crate) fn response_1(payload: &[u8]) -> Result<Response<Body>, String> {
    let Ok(Value::Object(answer)) = serde_json::from_slice(payload) else {
        return Err("an answer is an object".to_owned());
    };
    let status = status(answer.get("statusCode").unwrap_or(&Value::Null))?;
    let mut headers = HeaderMap::new();
    append_all(&answer, |name, value| {
        headers.append(name, value);
    })?;
    Ok(assembled(status, headers, body(&answer)?))
}

pub(crate) fn assembled(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.extensions_mut().insert(OfFunction);
    response
}

/// A status; a number may be a text.
pub(crate) fn status(value: &Value) -> Result<StatusCode, String> {
    let number = match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64().and_then(|number| u16::try_from(number).ok()),
    };
    let status = number.filter(|number| (100..600).contains(number));
    let status = status.and_then(|number| StatusCode::from_u16(number).ok());
    status.ok_or_else(|| format!("`statusCode` is an integer from 100 to 599, got {value}"))
}

fn body(answer: &Map<String, Value>) -> Result<Vec<u8>, String> {
    let is_base64 = answer.get("isBase64Encoded") == Some(&Value::Bool(true));
    match answer.get("body") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(body)) if is_base64 => {
            STANDARD.decode(body).map_err(|_| "`body` is not base64, as `isBase64Encoded` says".to_owned())
        }
        Some(Value::String(body)) => Ok(body.clone().into_bytes()),
        Some(other) => Ok(other.to_string().into_bytes()),
    }
}

fn described(answer: &Map<String, Value>, headers: &mut HeaderMap) -> Result<(), String> {
    for (name, value) in object(answer, "headers")? {
        let (name, value) = header(name, value)?;
        // The connection's own.
        if !["connection", "content-length", "transfer-encoding"].contains(&name.as_str()) {
            headers.insert(name, value);
        }
    }
    let cookies = match answer.get("cookies") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(cookies)) => cookies.as_slice(),
        Some(other) => return Err(format!("`cookies` is a list, got {other}")),
    };
    for cookie in cookies {
        let (name, value) = header("set-cookie", cookie)?;
        headers.append(name, value);
    }
    Ok(())
}

/// The headers of payload 1.0: `headers`, then `multiValueHeaders`.
pub(crate) fn append_all(
    answer: &Map<String, Value>,
    mut append: impl FnMut(HeaderName, HeaderValue),
) -> Result<(), String> {
    for (name, value) in object(answer, "headers")? {
        let (name, value) = header(name, value)?;
        append(name, value);
    }
    for (name, values) in object(answer, "multiValueHeaders")? {
        let Value::Array(values) = values else {
            return Err(format!("`multiValueHeaders` has lists, got {values}"));
        };
        for value in values {
            let (name, value) = header(name, value)?;
            append(name, value);
        }
    }
    Ok(())
}

/// The entries of a field that may be missing.
fn object<'a>(
    answer: &'a Map<String, Value>,
    field: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    match answer.get(field) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(map)) => Ok(Some(map).into_iter().flatten()),
        Some(other) => Err(format!("`{field}` is an object, got {other}")),
    }
}

fn header(name: &str, value: &Value) -> Result<(HeaderName, HeaderValue), String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        other => return Err(format!("the header `{name}` is a string, got {other}")),
    };
    let header = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(&text).ok());
    header.ok_or_else(|| format!("`{name}: {text}` is no header"))
}
