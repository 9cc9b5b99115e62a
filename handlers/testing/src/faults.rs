//! A front of the DynamoDB engine that answers some requests itself, as a service under load does, and
//! remembers what all of them asked for.
//! Passes everything else on untouched.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::calls::Calls;
use crate::forward::Forward;
use crate::{operations, server};

/// The requests that are not passed on.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

struct Fault {
    text: String,
    times: usize,
    answer: Answer,
}

/// What is answered instead.
#[derive(Clone)]
enum Answer {
    /// The request was refused.
    Refused(Value),
    /// It was carried out, and nobody hears of it.
    Lost,
    /// Nobody hears anything, and nothing is done.
    Silence,
}

#[derive(Clone)]
struct Front {
    faults: Faults,
    calls: Calls,
    engine: Forward,
}

impl Faults {
    /// Answers the next so many requests whose body contains a text with an error.
    pub(crate) fn refuse(&self, text: &str, times: usize, error: Value) {
        self.add(text, times, Answer::Refused(error));
    }

    /// Passes those requests on, and answers that the service failed.
    pub(crate) fn lose(&self, text: &str, times: usize) {
        self.add(text, times, Answer::Lost);
    }

    /// Takes those requests, and never answers.
    pub(crate) fn ignore(&self, text: &str, times: usize) {
        self.add(text, times, Answer::Silence);
    }

    fn add(&self, text: &str, times: usize, answer: Answer) {
        self.0.lock().unwrap().push(Fault { text: text.to_owned(), times, answer });
    }

    fn take(&self, body: &Bytes) -> Option<Answer> {
        let body = String::from_utf8_lossy(body);
        let mut faults = self.0.lock().unwrap();
        let fault = faults.iter_mut().find(|fault| fault.times > 0 && body.contains(&fault.text))?;
        fault.times -= 1;
        Some(fault.answer.clone())
    }

    /// Serves in front of an engine, and records what is asked of it.
    pub(crate) async fn serve(&self, engine: SocketAddr, calls: Calls) -> SocketAddr {
        let front = Front { faults: self.clone(), calls, engine: Forward::to(engine) };
        server::serve(Router::new().fallback(answer).with_state(front)).await
    }
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    front.record(&parts, &body);
    match front.faults.take(&body) {
        Some(Answer::Refused(error)) => failure(StatusCode::BAD_REQUEST, &error),
        Some(Answer::Lost) => {
            front.engine.pass_on(parts, body).await;
            let kind = "com.amazonaws.dynamodb.v20120810#InternalServerError";
            let error = json!({"__type": kind, "message": "an internal error"});
            failure(StatusCode::INTERNAL_SERVER_ERROR, &error)
        }
        Some(Answer::Silence) => std::future::pending().await,
        None => front.engine.pass_on(parts, body).await,
    }
}

fn failure(status: StatusCode, error: &Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.0")], error.to_string()).into_response()
}

impl Front {
    fn record(&self, parts: &Parts, body: &Bytes) {
        let target = parts.headers["x-amz-target"].to_str().unwrap();
        let body = serde_json::from_slice(body).unwrap();
        operations::calls(target, &body).into_iter().for_each(|call| self.calls.record(call));
    }
}
