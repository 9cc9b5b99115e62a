//! A client that says what it means: a request line and headers in, status and text out.
//! Signs nothing: requests come to the buckets when that is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use stackwright_objects::{Access, Objects, Settings};

/// Seconds since 1970 when tests begin: 2026-11-21T18:30:00Z.
pub(crate) const START: u64 = 1_795_285_800;

pub(crate) struct Client {
    pub(crate) objects: Objects,
    pub(crate) access: Access,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Small limits, ids that count, a clock that stands still.
pub(crate) fn settings() -> Settings {
    let count = AtomicU64::new(0);
    Settings {
        largest_object: 1000,
        smallest_part: 5,
        clock: Arc::new(|| UNIX_EPOCH + Duration::from_secs(START)),
        unique_id: Arc::new(move || format!("id{}", count.fetch_add(1, Ordering::Relaxed))),
        ..Settings::default()
    }
}

impl Client {
    /// One bucket, `box`, and a caller who may do everything.
    pub(crate) fn new() -> Client {
        Client::with(settings())
    }

    pub(crate) fn with(settings: Settings) -> Client {
        let objects = Objects::open(settings).unwrap();
        objects.define("box").unwrap();
        Client { objects, access: Access::full() }
    }

    /// Sends a request such as `GET /box/key`, with headers such as `range: bytes=0-1`.
    pub(crate) async fn send(&self, line: &str, headers: &[&str], body: impl Into<Body>) -> Answer {
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        let response = self.objects.answer(request.body(body.into()).unwrap(), &self.access).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], "").await
    }

    /// Puts texts into `box`.
    pub(crate) async fn put(&self, objects: &[(&str, &str)]) {
        for (key, text) in objects {
            let answer = self.send(&format!("PUT /box/{key}"), &[], text.to_string()).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    }

    /// The keys of `box`, as the list has them.
    pub(crate) async fn keys(&self) -> String {
        self.get("/box?list-type=2").await.all("Key")
    }
}

impl Answer {
    /// The value of a header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of the first element of that name.
    pub(crate) fn element(&self, name: &str) -> &str {
        let start = format!("<{name}>");
        let (_, rest) = self.text.split_once(&start).unwrap_or_default();
        rest.split_once(&format!("</{name}>")).unwrap_or_default().0
    }

    /// The texts of all elements of that name.
    pub(crate) fn all(&self, name: &str) -> String {
        let (start, end) = (format!("<{name}>"), format!("</{name}>"));
        let texts = self.text.split(&start).skip(1).filter_map(|rest| rest.split_once(&end));
        texts.map(|(text, _)| text).collect::<Vec<_>>().join(" ")
    }

    /// Checks that it is that error.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.element("Code")), (status, code), "{}", self.text);
        let named = format!("<RequestId>{}</RequestId>", self.header("x-amz-request-id"));
        assert!(self.text.contains(&named), "{}", self.text);
    }

    /// Checks that it is that text.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.text.as_str()), (status, text));
    }
}
