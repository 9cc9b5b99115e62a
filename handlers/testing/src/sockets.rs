//! The `@connections` management API: takes messages and questions, and answers as it is told.
//! Has no connections behind it: tests look at what arrived.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use handler_calls::Call;
use serde_json::{Value, json};

use crate::calls::Calls;
use crate::server;

/// In place of a status: no answer.
const SILENCE: u16 = 0;

/// One stage of a WebSocket API, where every connection takes messages until told otherwise.
#[derive(Clone)]
pub struct Sockets {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    answers: HashMap<String, VecDeque<u16>>,
    always: HashMap<String, u16>,
    posts: Vec<Post>,
    questions: Vec<String>,
}

struct Post {
    path: String,
    signed: bool,
    body: String,
    status: u16,
}

impl Sockets {
    /// A stage that nobody has posted to.
    pub async fn start() -> Sockets {
        let log = Arc::<Mutex<Log>>::default();
        let address = server::serve(Router::new().fallback(post).with_state(log.clone())).await;
        Sockets { address, log }
    }

    /// The management endpoint.
    pub fn url(&self) -> String {
        format!("http://{}/dev", self.address)
    }

    /// Answers the next posts to a connection with these statuses, in turn; those after with 200.
    pub fn answer(&self, id: &str, statuses: impl IntoIterator<Item = u16>) {
        self.log.lock().unwrap().answers.insert(path(id), statuses.into_iter().collect());
    }

    /// Answers every post to a connection, and every question about it, with that status.
    pub fn always(&self, id: &str, status: u16) {
        self.log.lock().unwrap().always.insert(path(id), status);
    }

    /// Never answers a post to a connection, nor a question about it.
    pub fn fall_silent(&self, id: &str) {
        self.always(id, SILENCE);
    }

    /// The messages that a connection took.
    pub fn received(&self, id: &str) -> Vec<String> {
        let (log, path) = (self.log.lock().unwrap(), path(id));
        let taken = log.posts.iter().filter(|post| post.path == path && post.status == 200);
        taken.map(|post| post.body.clone()).collect()
    }

    /// How often something was posted to a connection.
    pub fn attempts(&self, id: &str) -> usize {
        let path = path(id);
        self.log.lock().unwrap().posts.iter().filter(|post| post.path == path).count()
    }

    /// How often something was posted at all.
    pub fn posts(&self) -> usize {
        self.log.lock().unwrap().posts.len()
    }

    /// What IAM asks for, on the management endpoint.
    pub fn calls(&self) -> Calls {
        let calls = Calls::default();
        if self.posts() > 0 {
            calls.record(Call::new("execute-api:ManageConnections", &self.url()));
        }
        if !self.log.lock().unwrap().questions.is_empty() {
            calls.record(Call::new("execute-api:ManageConnections", &self.url()).part("states"));
        }
        calls
    }

    /// How often somebody asked whether a connection is there.
    pub fn questions(&self, id: &str) -> usize {
        let path = path(id);
        self.log.lock().unwrap().questions.iter().filter(|asked| **asked == path).count()
    }

    /// The paths that were posted to, as they came over the wire.
    pub fn paths(&self) -> Vec<String> {
        self.log.lock().unwrap().posts.iter().map(|post| post.path.clone()).collect()
    }

    /// Whether every post was signed.
    pub fn all_signed(&self) -> bool {
        self.log.lock().unwrap().posts.iter().all(|post| post.signed)
    }
}

/// The path of a connection; ids consist of what URLs allow, and `=`.
fn path(id: &str) -> String {
    format!("/dev/@connections/{}", id.replace('=', "%3D"))
}

async fn post(State(log): State<Arc<Mutex<Log>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let status = match parts.method {
        Method::POST => log.lock().unwrap().take(&parts.uri, &parts.headers, &body),
        Method::GET => log.lock().unwrap().look(&parts.uri),
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    match (status, parts.method) {
        (SILENCE, _) => pending().await,
        (200, Method::GET) => Json(state()).into_response(),
        _ => answer(status),
    }
}

impl Log {
    fn take(&mut self, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> u16 {
        let path = plain(uri);
        let scripted = self.answers.get_mut(&path).and_then(VecDeque::pop_front);
        let status = scripted.or(self.always.get(&path).copied()).unwrap_or(200);
        let signed = headers
            .get("authorization")
            .is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("/execute-api/aws4_request")));
        let body = String::from_utf8(body.to_vec()).unwrap();
        self.posts.push(Post { path, signed, body, status });
        status
    }

    fn look(&mut self, uri: &Uri) -> u16 {
        let path = plain(uri);
        let status = self.always.get(&path).copied().unwrap_or(200);
        self.questions.push(path);
        status
    }
}

/// An `@` may be percent-encoded or not: both are the same path.
fn plain(uri: &Uri) -> String {
    uri.path().replace("%40", "@")
}

/// What API Gateway says of a connection that is there.
fn state() -> Value {
    let moment = "2024-02-09T18:23:28.941Z";
    let identity = json!({"sourceIp": "192.0.2.1", "userAgent": "a browser"});
    json!({"connectedAt": moment, "lastActiveAt": moment, "identity": identity})
}

/// As API Gateway answers: an error's type is in a header, and a 410 has no body.
fn answer(status: u16) -> Response {
    let kind = match status {
        410 => "GoneException",
        429 => "LimitExceededException",
        403 => "ForbiddenException",
        413 => "PayloadTooLargeException",
        _ => "InternalServerError",
    };
    let code = StatusCode::from_u16(status).unwrap();
    if code.is_success() {
        code.into_response()
    } else {
        (code, [("x-amzn-errortype", kind)]).into_response()
    }
}
