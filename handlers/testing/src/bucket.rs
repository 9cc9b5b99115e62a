//! S3, as far as a site needs it: put, list in pages, delete many.
//! Checks that requests are signed, not by whom.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use handler_calls::Call;

use crate::calls::Calls;
use crate::server;

/// Buckets that answer at one URL, with the bucket's name first in the path.
#[derive(Clone)]
pub struct Buckets {
    address: SocketAddr,
    store: Arc<Mutex<Store>>,
}

#[derive(Default)]
struct Store {
    buckets: BTreeMap<String, BTreeMap<String, Object>>,
    page: usize,
    lists: usize,
    order: Vec<String>,
    protected: HashSet<String>,
    calls: Calls,
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Its bytes, as text.
    pub text: String,
    /// The header `content-type`.
    pub content_type: String,
    /// The header `cache-control`.
    pub cache_control: String,
}

impl Buckets {
    /// No buckets yet; lists have pages of that many keys.
    pub async fn start(page: usize) -> Buckets {
        let store = Arc::new(Mutex::new(Store { page, ..Store::default() }));
        let address = server::serve(Router::new().fallback(serve).with_state(store.clone())).await;
        Buckets { address, store }
    }

    /// Where they answer.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Creates an empty bucket.
    pub fn create(&self, bucket: &str) {
        self.store.lock().unwrap().buckets.insert(bucket.to_owned(), BTreeMap::new());
    }

    /// Puts an object that a deployment did not put.
    pub fn put(&self, bucket: &str, key: &str) {
        let mut store = self.store.lock().unwrap();
        store.buckets.get_mut(bucket).unwrap().insert(key.to_owned(), Object::default());
    }

    /// Refuses to delete that key.
    pub fn protect(&self, key: &str) {
        self.store.lock().unwrap().protected.insert(key.to_owned());
    }

    /// The objects of a bucket, by key.
    pub fn objects(&self, bucket: &str) -> BTreeMap<String, Object> {
        self.store.lock().unwrap().buckets[bucket].clone()
    }

    /// The keys in the order in which they were put.
    pub fn order(&self) -> Vec<String> {
        self.store.lock().unwrap().order.clone()
    }

    /// What IAM asks for, on the buckets and on their objects.
    pub fn calls(&self) -> Calls {
        self.store.lock().unwrap().calls.clone()
    }

    /// How many pages of lists were asked for.
    pub fn lists(&self) -> usize {
        self.store.lock().unwrap().lists
    }
}

async fn serve(State(store): State<Arc<Mutex<Store>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let signed = parts
        .headers
        .get("authorization")
        .is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("/s3/aws4_request")));
    if !signed {
        return refuse(StatusCode::FORBIDDEN, "AccessDenied");
    }
    store.lock().unwrap().answer(&parts.method, &parts.uri, &parts.headers, &body)
}

impl Store {
    fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
        let path = uri.path().trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let query = uri.query().unwrap_or_default();
        if !self.buckets.contains_key(bucket) {
            return refuse(StatusCode::NOT_FOUND, "NoSuchBucket");
        }
        match method.as_str() {
            "PUT" if !key.is_empty() => self.put(bucket, key, headers, body),
            "GET" if query.contains("list-type=2") => self.list(bucket, query),
            "POST" if query.contains("delete") => self.delete(bucket, body),
            _ => refuse(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
        }
    }

    fn put(&mut self, bucket: &str, key: &str, headers: &HeaderMap, body: &Bytes) -> Response {
        let header = |name| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let object = Object {
            text: String::from_utf8_lossy(body).into_owned(),
            content_type: header("content-type"),
            cache_control: header("cache-control"),
        };
        self.calls.record(Call::new("s3:PutObject", bucket).part("objects"));
        self.order.push(key.to_owned());
        self.buckets.get_mut(bucket).unwrap().insert(key.to_owned(), object);
        StatusCode::OK.into_response()
    }

    fn list(&mut self, bucket: &str, query: &str) -> Response {
        self.calls.record(Call::new("s3:ListBucket", bucket));
        self.lists += 1;
        let after = query.split('&').find_map(|pair| pair.strip_prefix("continuation-token="));
        let after = after.unwrap_or_default().replace("%2F", "/");
        let mut keys = self.buckets[bucket].keys().filter(|key| key.as_str() > after.as_str());
        let page: Vec<_> = keys.by_ref().take(self.page).collect();
        let more = keys.next().is_some();
        let contents: String =
            page.iter().map(|key| format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>")).collect();
        let token = page.last().filter(|_| more);
        let token = token.map(|key| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
        xml(&format!(
            "<ListBucketResult><IsTruncated>{more}</IsTruncated>{}{contents}</ListBucketResult>",
            token.unwrap_or_default(),
        ))
    }

    fn delete(&mut self, bucket: &str, body: &Bytes) -> Response {
        self.calls.record(Call::new("s3:DeleteObject", bucket).part("objects"));
        let text = String::from_utf8_lossy(body);
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
        let mut errors = String::new();
        for (key, _) in keys {
            if self.protected.contains(key) {
                errors += &format!("<Error><Key>{key}</Key><Code>AccessDenied</Code></Error>");
            } else {
                self.buckets.get_mut(bucket).unwrap().remove(key);
            }
        }
        xml(&format!("<DeleteResult>{errors}</DeleteResult>"))
    }
}

fn xml(text: &str) -> Response {
    ([("content-type", "application/xml")], format!("<?xml version=\"1.0\"?>{text}")).into_response()
}

fn refuse(status: StatusCode, code: &str) -> Response {
    let mut response = xml(&format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"));
    *response.status_mut() = status;
    response
}
