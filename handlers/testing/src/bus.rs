//! EventBridge: takes events, and refuses them when it is told to.
//! Has no rules: tests carry the events on, as often as they like.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use handler_calls::Call;
use serde_json::{Value, json};

use crate::calls::Calls;
use crate::forward::Forward;
use crate::{Tables, server};

/// Event buses that answer at one URL, whatever their names.
#[derive(Clone)]
pub struct Bus {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
}

#[derive(Clone)]
struct Front {
    log: Arc<Mutex<Log>>,
    tables: Forward,
}

#[derive(Default)]
struct Log {
    refusals: usize,
    lost: usize,
    unsigned: usize,
    events: Vec<Value>,
    calls: Calls,
}

impl Bus {
    /// No events yet. What is no request to EventBridge goes on to the tables: a program is told one
    /// endpoint for everything.
    pub async fn in_front_of(tables: &Tables) -> Bus {
        let log = Arc::<Mutex<Log>>::default();
        let front = Front { log: log.clone(), tables: Forward::to(tables.address()) };
        Bus { address: server::serve(Router::new().fallback(serve).with_state(front)).await, log }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Refuses the next so many events, in an answer that is otherwise a success.
    pub fn refuse(&self, events: usize) {
        self.log.lock().unwrap().refusals = events;
    }

    /// Takes the events of the next so many requests, and answers that it failed.
    pub fn lose_answers(&self, requests: usize) {
        self.log.lock().unwrap().lost = requests;
    }

    /// The events that were taken, as rules hand them to their targets.
    pub fn events(&self) -> Vec<Value> {
        self.log.lock().unwrap().events.clone()
    }

    /// Whether every request was signed.
    pub fn all_signed(&self) -> bool {
        self.log.lock().unwrap().unsigned == 0
    }

    /// What IAM asks for, on the buses.
    pub fn calls(&self) -> Calls {
        self.log.lock().unwrap().calls.clone()
    }
}

async fn serve(State(front): State<Front>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    match parts.headers["x-amz-target"].to_str().unwrap() {
        "AWSEvents.PutEvents" => front.log.lock().unwrap().put(&parts.headers, &body),
        _ => front.tables.pass_on(parts, body).await,
    }
}

impl Log {
    fn put(&mut self, headers: &HeaderMap, body: &Bytes) -> Response {
        let signature = headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        self.unsigned += usize::from(!signature.contains("/events/aws4_request"));
        let body: Value = serde_json::from_slice(body).unwrap();
        let entries: Vec<_> =
            body["Entries"].as_array().unwrap().iter().map(|entry| self.take(entry)).collect();
        if self.lost > 0 {
            self.lost -= 1;
            let error = json!({"__type": "InternalException", "message": "an internal error"});
            return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
        }
        let failed = entries.iter().filter(|entry| entry["ErrorCode"].is_string()).count();
        let answer = json!({"FailedEntryCount": failed, "Entries": entries});
        ([("content-type", "application/x-amz-json-1.1")], answer.to_string()).into_response()
    }

    fn take(&mut self, entry: &Value) -> Value {
        self.calls.record(Call::new("events:PutEvents", entry["EventBusName"].as_str().unwrap()));
        if self.refusals > 0 {
            self.refusals -= 1;
            return json!({"ErrorCode": "InternalFailure", "ErrorMessage": "an internal error"});
        }
        let id = format!("00000000-0000-0000-0000-{:012}", self.events.len());
        self.events.push(event(&id, entry));
        json!({ "EventId": id })
    }
}

/// What rules make of an entry.
fn event(id: &str, entry: &Value) -> Value {
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    json!({
        "version": "0",
        "id": id,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": "123456789012",
        "time": "2024-02-09T18:23:28Z",
        "region": "us-east-1",
        "resources": entry["Resources"].as_array().cloned().unwrap_or_default(),
        "detail": detail,
    })
}
