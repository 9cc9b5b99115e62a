//! `/_local/`: a look inside, and faults on demand. Only for this machine: the name that was asked for must be its own.
//! No service of AWS.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::exchange::json_response;
use crate::faults::Fault;

/// More than any fault is long.
const LARGEST_BODY: usize = 64 * 1024;

/// Answers a request to `/_local/…`.
pub(crate) async fn answer(cloud: &Arc<Cloud>, request: Request) -> Response {
    if !is_for_this_machine(&request) {
        // A page of another site may have had its name point here.
        return json_response(403, &json!({ "message": "`/_local/` is for 127.0.0.1 and localhost alone" }));
    }
    let path = request.uri().path().trim_end_matches('/').to_owned();
    match (request.method().clone(), path.as_str()) {
        (Method::GET, "/_local" | "/_local/state") => json_response(200, &state(cloud)),
        (Method::GET, "/_local/health") => json_response(200, &json!({ "status": "ok" })),
        (Method::GET, "/_local/faults") => json_response(200, &json!(cloud.faults.all())),
        (Method::POST, "/_local/faults") => add_fault(cloud, request).await,
        (Method::DELETE, "/_local/faults") => {
            cloud.faults.clear();
            json_response(200, &json!([]))
        }
        (method, _) => {
            let message = format!(
                "{method} {path} is not there: GET `/_local/health`, GET `/_local/state`, GET, POST and DELETE `/_local/faults` are"
            );
            json_response(404, &json!({ "message": message }))
        }
    }
}

async fn add_fault(cloud: &Cloud, request: Request) -> Response {
    let refused = |message: String| json_response(400, &json!({ "message": message }));
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        // A form of another site cannot send this type.
        return refused("faults are sent as `Content-Type: application/json`".to_owned());
    }
    let body = match axum::body::to_bytes(request.into_body(), LARGEST_BODY).await {
        Ok(body) => body,
        Err(error) => return refused(error.to_string()),
    };
    let fault = match serde_json::from_slice::<Fault>(&body) {
        Ok(fault) => fault,
        Err(error) => return refused(format!("this is no fault: {error}")),
    };
    match cloud.faults.add(fault) {
        Ok(()) => json_response(201, &json!(cloud.faults.all())),
        Err(message) => refused(message),
    }
}

fn state(cloud: &Cloud) -> Value {
    json!({
        "endpoint": cloud.addresses.endpoint(),
        "stacks": crate::ready::Ready::of(cloud).stacks,
        "problems": cloud.problems(),
        "faults": cloud.faults.all(),
    })
}

fn is_for_this_machine(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}
