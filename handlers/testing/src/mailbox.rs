//! The URL at which CloudFormation waits for the answer of a custom resource.
//! Takes one letter after the other, and reads none.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};

use crate::server;

/// A mailbox, empty at first.
#[derive(Clone)]
pub struct Mailbox {
    address: SocketAddr,
    post: Arc<Mutex<Post>>,
}

#[derive(Default)]
struct Post {
    letters: Vec<Letter>,
    refusals: u32,
}

/// What was PUT.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The header `content-type`; presigned URLs want an empty one.
    pub content_type: Option<String>,
    /// Whether it was signed, which presigned URLs do not want.
    pub signed: bool,
    /// What it says.
    pub body: serde_json::Value,
}

impl Mailbox {
    /// An empty mailbox.
    pub async fn start() -> Mailbox {
        let post = Arc::<Mutex<Post>>::default();
        let address = server::serve(Router::new().fallback(put).with_state(post.clone())).await;
        Mailbox { address, post }
    }

    /// A URL with a signature in its query, as CloudFormation's are.
    pub fn url(&self) -> String {
        format!("http://{}/stack%7Cid?X-Amz-Signature=abc%2F123&X-Amz-Expires=7199", self.address)
    }

    /// Refuses the next so many letters with 503.
    pub fn refuse(&self, letters: u32) {
        self.post.lock().unwrap().refusals = letters;
    }

    /// What arrived.
    pub fn letters(&self) -> Vec<Letter> {
        self.post.lock().unwrap().letters.clone()
    }
}

async fn put(State(post): State<Arc<Mutex<Post>>>, request: Request) -> StatusCode {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    if parts.method != Method::PUT || !parts.uri.query().unwrap_or_default().contains("abc%2F123") {
        return StatusCode::FORBIDDEN;
    }
    let mut post = post.lock().unwrap();
    if post.refusals > 0 {
        post.refusals -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let header = |name| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    post.letters.push(Letter {
        content_type: header("content-type"),
        signed: header("authorization").is_some(),
        body: serde_json::from_slice(&body).unwrap(),
    });
    StatusCode::OK
}
