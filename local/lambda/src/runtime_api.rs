//! The Runtime API of one environment: what a process asks for and reports, over HTTP.
//! Keeps no state of invocations: every call is handed to the environment, which judges it.

use std::future::IntoFuture as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

/// Largest response: 6 MB and a little, as Lambda's host has it.
pub(crate) const RESPONSE_LIMIT: usize = 6 * 1024 * 1024 + 100;

/// What a process asks its environment.
pub(crate) enum Call {
    /// For work; nothing is answered until there is some.
    Next(oneshot::Sender<Handover>),
    /// To take the result of an invocation.
    Result { request_id: String, result: Report, verdict: oneshot::Sender<Verdict> },
    /// To take note that it cannot work at all.
    InitialisationError { body: Bytes, verdict: oneshot::Sender<Verdict> },
}

/// The result of an invocation.
pub(crate) enum Report {
    Response(Bytes),
    /// A response of so many bytes, more than are allowed.
    TooLarge(usize),
    Error(Bytes),
}

/// What becomes of a report.
#[derive(Clone, Copy)]
pub(crate) enum Verdict {
    Accepted,
    UnknownRequest,
    TooLarge,
}

/// An invocation as the process gets it.
#[derive(Debug)]
pub(crate) struct Handover {
    pub(crate) request_id: String,
    pub(crate) deadline_ms: u128,
    pub(crate) function_arn: String,
    pub(crate) trace: String,
    pub(crate) payload: Bytes,
}

/// A listener, and what a process says through it. When dropped, nobody listens any more.
pub(crate) struct Desk {
    pub(crate) address: SocketAddr,
    calls: mpsc::Receiver<Call>,
    server: AbortHandle,
}

impl Desk {
    pub(crate) async fn open() -> io::Result<Desk> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // Without this an invocation waits 40 ms for a delayed acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let (sender, calls) = mpsc::channel(8);
        let server = tokio::spawn(axum::serve(listener, router(sender)).into_future()).abort_handle();
        Ok(Desk { address, calls, server })
    }

    /// The next call.
    pub(crate) async fn call(&mut self) -> Option<Call> {
        self.calls.recv().await
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(calls: mpsc::Sender<Call>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{request_id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{request_id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(initialisation_error))
        .with_state(calls)
}

type Calls = State<mpsc::Sender<Call>>;

async fn next(State(calls): Calls) -> Response {
    let (reply, handover) = oneshot::channel();
    if calls.send(Call::Next(reply)).await.is_err() {
        return gone();
    }
    // Another `next`, or one in the middle of an invocation: the environment drops it.
    handover.await.map_or_else(|_| wrong_state(), IntoResponse::into_response)
}

async fn response(State(calls): Calls, Path(request_id): Path<String>, body: Body) -> Response {
    let result = match read(body).await {
        Ok(Read::Whole(body)) => Report::Response(body),
        Ok(Read::TooLarge(size)) => Report::TooLarge(size),
        Err(_) => return broken_off(),
    };
    report(calls, |verdict| Call::Result { request_id, result, verdict }).await
}

async fn error(
    State(calls): Calls,
    Path(request_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(body) = read_error(&headers, body).await else { return broken_off() };
    let result = Report::Error(body);
    report(calls, |verdict| Call::Result { request_id, result, verdict }).await
}

async fn initialisation_error(State(calls): Calls, headers: HeaderMap, body: Body) -> Response {
    let Ok(body) = read_error(&headers, body).await else { return broken_off() };
    report(calls, |verdict| Call::InitialisationError { body, verdict }).await
}

/// Hands a call to the environment, and answers with what it says.
async fn report(calls: mpsc::Sender<Call>, call: impl FnOnce(oneshot::Sender<Verdict>) -> Call) -> Response {
    let (sender, verdict) = oneshot::channel();
    if calls.send(call(sender)).await.is_err() {
        return gone();
    }
    match verdict.await {
        Ok(Verdict::Accepted) => {
            (StatusCode::ACCEPTED, json_body(&json!({ "status": "OK" }))).into_response()
        }
        Ok(Verdict::UnknownRequest) => {
            refused(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
        }
        Ok(Verdict::TooLarge) => {
            let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
            refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
        }
        Err(_) => wrong_state(),
    }
}

enum Read {
    Whole(Bytes),
    TooLarge(usize),
}

/// A body, or its size if it is too large: it is read to the end, so that the sender gets to read the refusal.
async fn read(body: Body) -> Result<Read, axum::Error> {
    let mut chunks = body.into_data_stream();
    let (mut whole, mut size) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        size += chunk.len();
        if size <= RESPONSE_LIMIT {
            whole.extend_from_slice(&chunk);
        }
    }
    Ok(if size <= RESPONSE_LIMIT { Read::Whole(whole.into()) } else { Read::TooLarge(size) })
}

/// The error of a body; one made from the header where the body is none.
async fn read_error(headers: &HeaderMap, body: Body) -> Result<Bytes, axum::Error> {
    if let Read::Whole(body) = read(body).await?
        && serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok()
    {
        return Ok(body);
    }
    let header = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    Ok(json!({ "errorType": header.unwrap_or("Runtime.Unknown") }).to_string().into())
}

impl IntoResponse for Handover {
    fn into_response(self) -> Response {
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", self.request_id),
            ("lambda-runtime-deadline-ms", self.deadline_ms.to_string()),
            ("lambda-runtime-invoked-function-arn", self.function_arn),
            ("lambda-runtime-trace-id", self.trace),
        ];
        (headers.map(|(name, value)| (HeaderName::from_static(name), value)), self.payload).into_response()
    }
}

fn json_body(body: &Value) -> impl IntoResponse + use<> {
    ([("content-type", "application/json")], body.to_string())
}

fn refused(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, json_body(&json!({ "errorMessage": message, "errorType": kind }))).into_response()
}

fn wrong_state() -> Response {
    refused(StatusCode::FORBIDDEN, "InvalidStateTransition", "This call is not allowed in this state")
}

fn broken_off() -> Response {
    refused(StatusCode::BAD_REQUEST, "InvalidRequestBody", "The body broke off")
}

fn gone() -> Response {
    refused(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", "The environment is being stopped")
}
