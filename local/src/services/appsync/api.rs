//! Requests to APIs: who sent them, and whether they are queries or connections.
//! Executes nothing.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, UPGRADE};
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::json;
use stackwright_graphql::Caller;
use stackwright_signature::{Claim, Payload, Protocol, SignatureError};

use super::host;
use crate::authenticate;
use crate::cloud::Cloud;
use crate::exchange::{json_response, set};
use crate::happening::What;
use crate::router::{self, behind_prefix};

/// Answers a request to an API. Connections may be asked for where queries are, too: some clients know one URL only.
pub(crate) async fn answer(cloud: &Arc<Cloud>, api: &str, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = parts.clone();
    behind_prefix(&mut parts);
    let is_upgrade = parts.headers.contains_key(UPGRADE);
    match parts.uri.path() {
        "/graphql" if !is_upgrade => query(cloud, api, &sent, Request::from_parts(parts, body)).await,
        "/graphql" | "/realtime" | "/graphql/realtime" => {
            cloud.graphql.graphql.realtime(api, Request::from_parts(parts, body)).await
        }
        path => refusal(404, "NotFoundException", &format!("nothing is served at `{path}`")),
    }
}

async fn query(cloud: &Arc<Cloud>, api: &str, sent: &Parts, request: Request) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let body = match router::whole(cloud, body, Protocol::RestJson).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    match caller(cloud, sent, &body) {
        Ok(caller) => {
            let request = Request::from_parts(parts, Body::from(body));
            cloud.graphql.graphql.post(api, request, caller).await
        }
        Err(error) => {
            let message = error.message(Protocol::RestJson);
            let status = error.status(Protocol::RestJson).as_u16();
            cloud.tell(What::Request {
                to: host::known_as(cloud, api),
                method: parts.method.to_string(),
                path: parts.uri.path().to_owned(),
                status,
                reason: Some(message.clone()),
                duration: began.elapsed(),
            });
            refusal(status, error.code(Protocol::RestJson), &message)
        }
    }
}

/// Who sent a request, whose head is as it was on the wire.
fn caller(cloud: &Cloud, sent: &Parts, body: &[u8]) -> Result<Caller, SignatureError> {
    if let Some(key) = sent.headers.get("x-api-key") {
        return Ok(key.to_str().map_or(Caller::Unknown, |key| Caller::ApiKey(key.to_owned())));
    }
    let caller = authenticate::caller(cloud, sent, Payload::Bytes(body))?;
    if caller.has_signed {
        // Without IAM nobody needs to sign.
        let claim = Claim::of(sent).ok().flatten();
        return Ok(Caller::Iam(Box::new(host::somebody(cloud, claim.as_ref()))));
    }
    Ok(if sent.headers.contains_key(AUTHORIZATION) { Caller::Unknown } else { Caller::None })
}

/// A refusal as AppSync words it; pages of every origin may read it.
fn refusal(status: u16, kind: &'static str, message: &str) -> Response {
    let body = json!({ "errors": [{ "errorType": kind, "message": message }] });
    let mut response = json_response(status, &body);
    set(&mut response, "x-amzn-errortype", kind);
    set(&mut response, "access-control-allow-origin", "*");
    response
}
