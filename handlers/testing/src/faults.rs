//! A front of the DynamoDB engine that answers some requests itself, as a service under load does, and
//! remembers what all of them asked for.
//! Passes everything else on untouched.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::calls::Calls;
use crate::{operations, server};

/// The requests that are not passed on.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

struct Fault {
    text: String,
    times: usize,
    error: Value,
}

#[derive(Clone)]
struct Front {
    faults: Faults,
    calls: Calls,
    engine: SocketAddr,
    client: Client<HttpConnector, Body>,
}

impl Faults {
    /// Answers the next so many requests whose body contains a text with an error.
    pub(crate) fn add(&self, text: &str, times: usize, error: Value) {
        self.0.lock().unwrap().push(Fault { text: text.to_owned(), times, error });
    }

    fn take(&self, body: &Bytes) -> Option<Value> {
        let body = String::from_utf8_lossy(body);
        let mut faults = self.0.lock().unwrap();
        let fault = faults.iter_mut().find(|fault| fault.times > 0 && body.contains(&fault.text))?;
        fault.times -= 1;
        Some(fault.error.clone())
    }

    /// Serves in front of an engine, and records what is asked of it.
    pub(crate) async fn serve(&self, engine: SocketAddr, calls: Calls) -> SocketAddr {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let front = Front { faults: self.clone(), calls, engine, client };
        server::serve(Router::new().fallback(answer).with_state(front)).await
    }
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    front.record(&parts, &body);
    match front.faults.take(&body) {
        Some(error) => {
            let kind = [("content-type", "application/x-amz-json-1.0")];
            (StatusCode::BAD_REQUEST, kind, error.to_string()).into_response()
        }
        None => front.pass_on(parts, body).await,
    }
}

impl Front {
    fn record(&self, parts: &Parts, body: &Bytes) {
        let target = parts.headers["x-amz-target"].to_str().unwrap();
        let body = serde_json::from_slice(body).unwrap();
        operations::calls(target, &body).into_iter().for_each(|call| self.calls.record(call));
    }

    async fn pass_on(&self, mut parts: Parts, body: Bytes) -> Response {
        let path = parts.uri.path_and_query().unwrap().clone();
        let uri = Uri::builder().scheme("http").authority(self.engine.to_string()).path_and_query(path);
        parts.uri = uri.build().unwrap();
        let request = Request::from_parts(parts, Body::from(body));
        self.client.request(request).await.unwrap().into_response()
    }
}
