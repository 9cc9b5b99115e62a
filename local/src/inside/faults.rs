//! `/_local/faults`: calls that are to fail or to wait, on demand. Their form stands in `inside.md`.
//! Fails nothing itself: whoever is called asks `Faults` first.

use axum::extract::Request;
use axum::http::{Method, header};
use axum::response::Response;
use serde_json::json;

use super::refused;
use crate::cloud::Cloud;
use crate::exchange::json_response;
use crate::faults::{Fault, Target};

/// More than any fault is long.
const LARGEST_BODY: usize = 64 * 1024;

pub(super) async fn answer(cloud: &Cloud, request: Request) -> Response {
    let status = match *request.method() {
        Method::GET => Ok(200),
        Method::POST => add(cloud, request).await,
        Method::DELETE => {
            cloud.faults.clear();
            Ok(200)
        }
        _ => Err((405, "faults are asked for by GET, added by POST and forgotten by DELETE".to_owned())),
    };
    match status {
        Ok(status) => json_response(status, &json!(cloud.faults.all())),
        Err((status, message)) => refused(status, &message),
    }
}

/// Answers the status, or that of a refusal and why.
async fn add(cloud: &Cloud, request: Request) -> Result<u16, (u16, String)> {
    let wrong = |message: String| (400, message);
    let kind = request.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
        // A form of another site cannot send this type.
        return Err((415, "faults are sent as `Content-Type: application/json`".to_owned()));
    }
    let reading = axum::body::to_bytes(request.into_body(), LARGEST_BODY);
    let body = tokio::time::timeout(cloud.settings.timers.request_body, reading).await;
    let body = body.map_err(|_| (408, "the body did not arrive in time".to_owned()))?;
    let body = body.map_err(|error| wrong(error.to_string()))?;
    let fault: Fault =
        serde_json::from_slice(&body).map_err(|error| wrong(format!("this is no fault: {error}")))?;
    let target = named(cloud, fault.target).map_err(|message| (404, message))?;
    cloud.faults.add(Fault { target, ..fault }).map_err(wrong)?;
    Ok(201)
}

/// The target by the name that its calls are known by.
fn named(cloud: &Cloud, target: Target) -> Result<Target, String> {
    match target {
        Target::Connection(id) => match cloud.sockets.connection(&id) {
            Some(_) => Ok(Target::Connection(id)),
            None => Err(format!("no connection `{id}` is open")),
        },
        Target::Table(name) => {
            let found = physical(cloud, &name, |kind| kind.starts_with("AWS::DynamoDB::"));
            found.map(Target::Table).ok_or_else(|| format!("no stack has a table `{name}`"))
        }
        Target::Function(name) => {
            let functions = cloud.functions.all();
            let known = functions.iter().find(|known| {
                known.name == name || known.path == name || known.handler.as_ref() == Some(&name)
            });
            let known = known.map(|known| Target::Function(known.name.clone()));
            known.ok_or_else(|| format!("no stack has a function `{name}`"))
        }
    }
}

/// The physical name of what is called so, or is `Stack/LogicalId`.
fn physical(cloud: &Cloud, name: &str, is_kind: impl Fn(&str) -> bool) -> Option<String> {
    let stacks = cloud.stacks();
    let mut pieces = stacks.values().flat_map(|stack| stack.pieces()).filter(|piece| is_kind(piece.kind));
    let piece = pieces.find(|piece| piece.reference() == name || piece.path() == name)?;
    Some(piece.reference().to_owned())
}
