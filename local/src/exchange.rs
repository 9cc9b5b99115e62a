//! [`Exchange`]: a request that was read and whose sender is known; and what answers look like in AWS's protocols.
//! Knows no service.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::caller::Caller;

/// A whole request, and who sent it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    pub(crate) caller: Caller,
    /// The id that the answer carries.
    pub(crate) request_id: String,
}

impl Exchange {
    /// A header as text; empty if it is missing or no text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What comes after the last dot of `X-Amz-Target`: the action of a JSON protocol.
    pub(crate) fn action(&self) -> &str {
        self.header("x-amz-target").rsplit('.').next().unwrap_or_default()
    }

    /// A request of the query protocol: a form in the body, or in the URL.
    pub(crate) fn form(&self) -> Cow<'_, str> {
        match self.body.is_empty() {
            true => Cow::Borrowed(self.parts.uri.query().unwrap_or_default()),
            false => String::from_utf8_lossy(&self.body),
        }
    }

    /// An answer in a JSON protocol, with this exchange's id.
    pub(crate) fn json(&self, status: u16, body: &Value) -> Response {
        let mut response = json_response(status, body);
        let version = if self.header(header::CONTENT_TYPE.as_str()).contains("1.1") { "1.1" } else { "1.0" };
        set(&mut response, "content-type", &format!("application/x-amz-json-{version}"));
        set(&mut response, "x-amzn-requestid", &self.request_id);
        response
    }

    /// An error in a JSON protocol, of a type such as `AccessDeniedException`.
    pub(crate) fn error(&self, status: u16, kind: &str, message: &str) -> Response {
        let mut response =
            self.json(status, &json!({ "__type": kind, "message": message, "Message": message }));
        set(&mut response, "x-amzn-errortype", kind);
        response
    }
}

/// An answer of plain JSON.
pub(crate) fn json_response(status: u16, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut response, "content-type", "application/json");
    response
}

/// An error of a REST service, whose type stands in a header.
pub(crate) fn rest_error(status: u16, kind: &str, message: &str) -> Response {
    let mut response =
        json_response(status, &json!({ "Type": "User", "Message": message, "message": message }));
    set(&mut response, "x-amzn-errortype", kind);
    response
}

/// An error of a service with a JSON protocol, whose type stands in the body.
pub(crate) fn json_error(status: u16, kind: &str, message: &str) -> Response {
    let mut response =
        json_response(status, &json!({ "__type": kind, "message": message, "Message": message }));
    set(&mut response, "content-type", "application/x-amz-json-1.0");
    response
}

/// Sets a header, unless no header can hold the value.
pub(crate) fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
