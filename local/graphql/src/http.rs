//! Requests and answers over HTTP, with AppSync's statuses and headers.
//! Verifies no signature, and executes nothing itself.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::caller::{Caller, DENIED, Identity};
use crate::document::Rejected;
use crate::graphql::{Executed, Served, Shared};
use crate::host::Happening;
use crate::node::Node;
use crate::request::{Answer, Prepared, Request};

const JSON: &str = "application/json;charset=UTF-8";
const EXPOSED: &str =
    "x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version";

/// A request that is not executed.
struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    message: String,
    /// More, for whoever watches: AppSync does not say it.
    detail: Option<String>,
}

impl Refusal {
    fn new(status: StatusCode, error_type: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, error_type, message: message.into(), detail: None }
    }

    fn unauthorized(message: &str) -> Refusal {
        Refusal::new(StatusCode::UNAUTHORIZED, "UnauthorizedException", message)
    }

    fn malformed(message: &str) -> Refusal {
        Refusal::new(StatusCode::BAD_REQUEST, "MalformedHttpRequestException", message)
    }

    fn response(&self) -> Response {
        let body = json!({ "errors": [{ "errorType": self.error_type, "message": self.message }] });
        let mut response = json_response(self.status, body.to_string());
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(self.error_type));
        response
    }
}

/// The answer for an API that is not there.
pub(crate) fn unknown() -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "NotFoundException", "GraphQL API not found.").response()
}

/// Answers a request to an API.
pub(crate) async fn answer(
    shared: &Shared,
    served: &Arc<Served>,
    request: HttpRequest,
    caller: Caller,
) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight(request.headers());
    }
    let (began, method) = (Instant::now(), request.method().to_string());
    let answered =
        tokio::time::timeout(shared.host.limits.time, attempt(shared, served, request, caller)).await;
    let late = || Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "ExecutionTimeout", "Execution timed out.");
    let Done { operation, reason, mut response } =
        answered.unwrap_or_else(|_| Err(late())).unwrap_or_else(Done::from);
    let (api, status) = (served.id.clone(), response.status().as_u16());
    (shared.host.tell)(Happening::Answered { api, method, status, operation, reason, took: began.elapsed() });
    if let Ok(id) = HeaderValue::from_str(&(shared.host.unique_id)()) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

/// A request that was answered.
struct Done {
    operation: Option<String>,
    /// What the first error says.
    reason: Option<String>,
    response: Response,
}

impl From<Refusal> for Done {
    fn from(refusal: Refusal) -> Done {
        let response = refusal.response();
        Done { operation: None, reason: Some(refusal.detail.unwrap_or(refusal.message)), response }
    }
}

async fn attempt(
    shared: &Shared,
    served: &Served,
    request: HttpRequest,
    caller: Caller,
) -> Result<Done, Refusal> {
    let (parts, body) = request.into_parts();
    let api = served.api().ok_or_else(|| {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "GraphQLSchemaException",
            "the schema of this API does not work",
        )
    })?;
    let identity =
        Identity::of(caller, &api.definition, &source_ip(&parts.headers)).map_err(Refusal::unauthorized)?;
    if parts.method != Method::POST {
        let message = format!("{} is not supported, POST is", parts.method);
        return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "BadRequestException", message));
    }
    let prepared = match read(shared, body).await?.prepare(&api) {
        Ok(prepared) => prepared,
        Err(Rejected::Syntax(detail)) => {
            return Err(Refusal { detail: Some(detail), ..Refusal::malformed(UNREADABLE) });
        }
        Err(Rejected::Invalid(errors)) => {
            return done(None, Answer { data: Node::NULL, errors }, shared);
        }
    };
    if prepared.operation.is_subscription() {
        let message = "subscriptions are not executed over HTTP, but over the realtime endpoint";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "UnsupportedOperation", message));
    }
    let context = json!({ "headers": headers_value(&parts.headers), "domainName": null });
    let executed = shared.execute(served, &api, &prepared, &identity, &context).await;
    finish(executed, &prepared, shared)
}

const UNREADABLE: &str = "Unable to parse GraphQL query.";

async fn read(shared: &Shared, body: Body) -> Result<Request, Refusal> {
    let limit = shared.host.limits.request;
    let bytes = to_bytes(body, limit).await.map_err(|_| {
        let message = format!("Request body is larger than {limit} bytes, or did not arrive.");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", message)
    })?;
    if bytes.is_empty() {
        return Err(Refusal::malformed("Request body is empty."));
    }
    serde_json::from_slice(&bytes).map_err(|_| Refusal::malformed(UNREADABLE))
}

fn finish(executed: Executed, prepared: &Prepared, shared: &Shared) -> Result<Done, Refusal> {
    if executed.is_denied {
        return Err(Refusal::unauthorized(DENIED));
    }
    let mut done = done(Some(prepared.title()), executed.answer, shared)?;
    for (name, value) in &executed.headers {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(text).ok());
        header.map(|(name, value)| done.response.headers_mut().insert(name, value));
    }
    Ok(done)
}

fn done(operation: Option<String>, answer: Answer, shared: &Shared) -> Result<Done, Refusal> {
    let internal =
        |message: String| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", message);
    let body = serde_json::to_string(&answer).map_err(|error| internal(error.to_string()))?;
    let limit = shared.host.limits.answer;
    if body.len() > limit {
        return Err(internal(format!("the answer has {} bytes, at most {limit} are allowed", body.len())));
    }
    let response = json_response(StatusCode::OK, body);
    let reason = answer.errors.into_iter().next().map(|first| first.message);
    Ok(Done { operation, reason, response })
}

fn json_response(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    response
}

/// AppSync answers every origin, and allows the headers that are asked for.
fn preflight(asked: &HeaderMap) -> Response {
    let mut response = json_response(StatusCode::OK, String::new());
    let headers = response.headers_mut();
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST,GET,OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    response
}

/// Where a request came from, as those in front of this say.
pub(crate) fn source_ip(headers: &HeaderMap) -> Vec<String> {
    let forwarded =
        headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or("127.0.0.1");
    forwarded.split(',').map(|ip| ip.trim().to_owned()).collect()
}

/// `ctx.request.headers`.
pub(crate) fn headers_value(headers: &HeaderMap) -> Value {
    let texts = headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), Value::from(value.to_str().ok()?))));
    texts.collect::<Map<_, _>>().into()
}
