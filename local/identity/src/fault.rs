//! What STS and Cognito refuse, and how each protocol writes it.
//! Knows no reasons: those stand where they are found.

use http::{HeaderValue, Response, StatusCode, header};

/// A refusal.
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Fault {
    /// A request that is wrong.
    pub(crate) fn bad(code: &'static str, message: impl Into<String>) -> Fault {
        Fault { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    /// A parameter that is wrong, in the words of all services.
    pub(crate) fn constraint(code: &'static str, name: &str, value: Option<&str>, constraint: &str) -> Fault {
        let value = value.map_or("null".to_owned(), |value| format!("'{value}'"));
        let text = format!(
            "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: {constraint}"
        );
        Fault::bad(code, text)
    }
}

pub(crate) fn response(status: StatusCode, kind: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
