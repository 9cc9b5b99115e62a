//! AppSync: one GraphQL API whose every mutation tells its input to the subscribers and stores nothing.
//! Has no schema; refuses what is not signed for it, and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use handler_calls::Call;
use serde_json::{Map, Value, json};

use crate::calls::Calls;
use crate::server;

/// A GraphQL API with somebody who subscribes to everything.
#[derive(Clone)]
pub struct Graphql {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    answers: Vec<(String, u16, String)>,
    requests: usize,
    told: Vec<Value>,
    calls: Calls,
}

impl Graphql {
    /// An API that nobody has asked anything.
    pub async fn start() -> Graphql {
        let log = Arc::<Mutex<Log>>::default();
        let address = server::serve(Router::new().fallback(serve).with_state(log.clone())).await;
        Graphql { address, log }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    /// Answers the next request that contains a text with that status and body; used up in the order given.
    pub fn answer(&self, text: &str, status: u16, body: &str) {
        self.log.lock().unwrap().answers.push((text.to_owned(), status, body.to_owned()));
    }

    /// What subscribers heard: of each mutation's input the fields that the mutation selects.
    pub fn told(&self) -> Vec<Value> {
        self.log.lock().unwrap().told.clone()
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.log.lock().unwrap().requests
    }

    /// What IAM asks for, on the API by its URL.
    pub fn calls(&self) -> Calls {
        self.log.lock().unwrap().calls.clone()
    }
}

async fn serve(State(log): State<Arc<Mutex<Log>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    if parts.uri.path() != "/graphql" || !is_signed(&parts.headers) {
        let error = json!({"errors": [{"errorType": "UnauthorizedException", "message": "no signature"}]});
        return (StatusCode::UNAUTHORIZED, error.to_string()).into_response();
    }
    let url = format!("http://{}/graphql", parts.headers["host"].to_str().unwrap());
    log.lock().unwrap().take(&url, &body)
}

fn is_signed(headers: &HeaderMap) -> bool {
    let signature = headers.get("authorization").map_or("", |value| value.to_str().unwrap());
    signature.starts_with("AWS4-HMAC-SHA256 ")
        && signature.contains("/us-east-1/appsync/aws4_request")
        && headers.contains_key("x-amz-date")
}

impl Log {
    fn take(&mut self, url: &str, body: &Bytes) -> Response {
        self.requests += 1;
        let request: Value = serde_json::from_slice(body).unwrap();
        let words = words(request["query"].as_str().unwrap());
        let field = &words[1];
        self.calls.record(Call::new("appsync:GraphQL", url).part(format!("field {}.{field}", words[0])));
        let text = String::from_utf8_lossy(body);
        if let Some(next) = self.answers.iter().position(|(wanted, ..)| text.contains(wanted)) {
            let (_, status, body) = self.answers.remove(next);
            return (StatusCode::from_u16(status).unwrap(), body).into_response();
        }
        let selected = selected(&request["variables"]["input"], &words[2..]);
        self.told.push(selected.clone());
        json!({"data": {field: selected}}).to_string().into_response()
    }
}

/// The type of the operation, the field that is asked for, and the fields selected of it. Enough of GraphQL
/// for documents with one field, which takes its arguments from variables.
fn words(document: &str) -> Vec<String> {
    let kind = if document.trim_start().starts_with("mutation") { "Mutation" } else { "Query" };
    let (_, fields) = document.split_once('{').unwrap();
    let (field, selection) = fields.split_once('{').unwrap();
    let field = field.split('(').next().unwrap().trim();
    let selection =
        selection.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    [kind, field].into_iter().chain(selection).map(str::to_owned).collect()
}

/// What the input has of the fields; null where it has nothing.
fn selected(input: &Value, fields: &[String]) -> Value {
    fields.iter().map(|name| (name.clone(), input[name].clone())).collect::<Map<_, _>>().into()
}
