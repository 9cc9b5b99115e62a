//! Errors as the services of AWS that speak XML word them.
//! Knows no service.

use axum::http::StatusCode;
use axum::response::Response;

use crate::exchange::set;

/// An error of S3.
pub(crate) fn s3_error(status: u16, code: &str, message: &str) -> Response {
    let (code, message) = (escaped(code), escaped(message));
    answer(
        status,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        ),
    )
}

/// An error of a service with the query protocol.
pub(crate) fn query_error(status: u16, code: &str, message: &str) -> Response {
    let (code, message) = (escaped(code), escaped(message));
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    answer(status, format!("<ErrorResponse>{error}</ErrorResponse>"))
}

fn answer(status: u16, body: String) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut response, "content-type", "text/xml");
    response
}

/// A text as XML holds it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
