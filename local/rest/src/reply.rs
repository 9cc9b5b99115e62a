//! A function's answer to payload 2.0, made into a response.
//! Asks no function, and adds nothing of the API's own.
//!
//! Source: [response payload](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// The response that an answer describes: with a `statusCode` it says everything, without it is the body, as JSON
/// unless it is a text. The error says what is wrong with it.
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
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Numbers may be texts.
fn status(value: &Value) -> Result<StatusCode, String> {
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
    let given = match answer.get("headers") {
        None | Some(Value::Null) => None,
        Some(Value::Object(given)) => Some(given),
        Some(other) => return Err(format!("`headers` is an object, got {other}")),
    };
    for (name, value) in given.into_iter().flatten() {
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

fn header(name: &str, value: &Value) -> Result<(HeaderName, HeaderValue), String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        other => return Err(format!("the header `{name}` is a string, got {other}")),
    };
    let header = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(&text).ok());
    header.ok_or_else(|| format!("`{name}: {text}` is no header"))
}
