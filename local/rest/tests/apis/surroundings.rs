//! A world of functions that answer what they are told to, and remember what they were asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response};
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use stackwright_rest::rest::{Api, Integration, Method, Resource, Stage};
use stackwright_rest::{Answered, Failure, Identity, Invocation, Permission, Verdict, World};

pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:notes";

/// What a world was asked.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    invocations: Arc<Mutex<Vec<Invocation>>>,
    permissions: Arc<Mutex<Vec<Permission>>>,
    answered: Arc<Mutex<Vec<Answered>>>,
}

impl Seen {
    /// The events, in their order.
    pub(crate) fn events(&self) -> Vec<Value> {
        let invocations = self.invocations.lock().unwrap();
        invocations.iter().map(|invocation| serde_json::from_slice(&invocation.payload).unwrap()).collect()
    }

    pub(crate) fn invocations(&self) -> Vec<Invocation> {
        self.invocations.lock().unwrap().clone()
    }

    pub(crate) fn permissions(&self) -> Vec<Permission> {
        self.permissions.lock().unwrap().clone()
    }

    pub(crate) fn answered(&self) -> Vec<Answered> {
        self.answered.lock().unwrap().clone()
    }
}

/// A world whose functions do what this says. IAM allows what is not called `forbidden`; policies are
/// `{"says": "allow" | "deny"}`.
pub(crate) fn world(
    function: impl Fn(&Value) -> Result<Value, Failure> + Send + Sync + 'static,
) -> (World, Seen) {
    let seen = Seen::default();
    let (invoked, asked, told) = (seen.clone(), seen.clone(), seen.clone());
    let world = World::new(move |invocation| {
        let event = serde_json::from_slice(&invocation.payload).unwrap();
        invoked.invocations.lock().unwrap().push(invocation);
        let answer = function(&event).map(|answer| Bytes::from(answer.to_string()));
        async move {
            if answer == Ok(Bytes::from_static(b"\"hang\"")) {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            answer
        }
        .boxed()
    });
    let world = world
        .authorising(move |permission| {
            asked.permissions.lock().unwrap().push(permission.clone());
            let is_forbidden = permission.resource.contains("forbidden");
            if is_forbidden { Err("not authorized".to_owned()) } else { Ok(()) }
        })
        .judging(|judgement| match judgement.policy["says"].as_str() {
            Some("allow") => Verdict::Allowed,
            Some("deny") => Verdict::Denied,
            _ => Verdict::NotMentioned,
        })
        .telling(move |answered| told.answered.lock().unwrap().push(answered))
        .numbering(|| "e1506fd5-9e7b-434f-bd42-4f8fa224b599".to_owned())
        .at(moment);
    (world, seen)
}

pub(crate) fn moment() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_707_503_008_942)
}

/// An API with a stage `prod`, whose methods are a function's.
pub(crate) fn api(resources: &[(&str, &[&str])]) -> Api {
    let mut api = Api::new("us-east-1", "000000000000");
    api.stages.insert("prod".to_owned(), Stage { deployment: "d1".to_owned(), ..Stage::default() });
    api.resources = resources.iter().map(|(path, verbs)| resource(path, verbs, function())).collect();
    api
}

pub(crate) fn resource(path: &str, verbs: &[&str], method: Method) -> Resource {
    let methods: BTreeMap<_, _> = verbs.iter().map(|verb| ((*verb).to_owned(), method.clone())).collect();
    Resource { id: format!("r{}", path.len()), path: path.to_owned(), methods }
}

pub(crate) fn function() -> Method {
    Method::new(Integration::Function { arn: FUNCTION.to_owned(), timeout: None })
}

pub(crate) fn identity() -> Identity {
    Identity {
        account: "000000000000".to_owned(),
        access_key: "ASIALOCAL".to_owned(),
        token: Some("token".to_owned()),
        user_id: "AROAID:session".to_owned(),
        arn: "arn:aws:sts::000000000000:assumed-role/Guests/session".to_owned(),
        cognito: None,
    }
}

/// A request as `curl` writes it: method, path and query, headers, body.
pub(crate) fn request(
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let request = Request::builder().method(method).uri(uri);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body.into()).unwrap()
}

/// An answer, taken apart.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn of(response: Response<Body>) -> Answer {
        let (parts, body) = response.into_parts();
        let mut headers: Vec<_> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status.as_u16(), headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }
}

/// What functions answer unless a case says something else.
pub(crate) fn ok(_: &Value) -> Result<Value, Failure> {
    Ok(json!({ "statusCode": 200, "body": "ok" }))
}
