//! WebSocket APIs over HTTP: handshakes, and `@connections`.
//! Decides who may; what comes of it is the engine's.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use stackwright_signature::{Payload, Protocol, SignatureError};
use stackwright_sockets::{Api, Signer, Target};

use crate::access::{Denied, Wish};
use crate::authenticate;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::exchange::{Exchange, rest_error};
use crate::faults;
use crate::router::{self, behind_prefix, signature_error};

/// Answers a request to an API.
pub(crate) async fn answer(cloud: &Arc<Cloud>, api: &str, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = parts.clone();
    behind_prefix(&mut parts);
    match Target::of(parts.uri.path()) {
        Some(target) => {
            let target = Wanted { api: api.to_owned(), target };
            manage(cloud, target, Request::from_parts(sent, body)).await
        }
        None => upgrade(cloud, api, &sent, Request::from_parts(parts, body)).await,
    }
}

/// Whether a path is one of `@connections` without a word about the API: clients ask so that have but an endpoint.
pub(crate) fn is_management(path: &str) -> bool {
    at_the_root(path).is_some()
}

/// Answers a request to `@connections` of whatever API the connection is of.
pub(crate) async fn management(cloud: &Arc<Cloud>, request: Request) -> Response {
    let Some(mut target) = at_the_root(request.uri().path()) else {
        return signature_error(&SignatureError::Missing, Protocol::RestJson);
    };
    let connection = cloud.sockets.connection(&target.connection);
    let (api, stage) = connection.map(|connection| (connection.api, connection.stage)).unwrap_or_default();
    if target.stage.is_empty() {
        target.stage = stage;
    }
    manage(cloud, Wanted { api, target }, request).await
}

/// `/@connections/{id}` and `/{stage}/@connections/{id}`.
fn at_the_root(path: &str) -> Option<Target> {
    Target::of(path).or_else(|| Target::of(&format!("/{path}")))
}

/// A connection, and the API that it is to be of.
struct Wanted {
    api: String,
    target: Target,
}

async fn manage(cloud: &Arc<Cloud>, wanted: Wanted, request: Request) -> Response {
    let exchange = match router::read(cloud, request, Protocol::RestJson).await {
        Ok(exchange) => exchange,
        Err(refusal) => return refusal,
    };
    if !exchange.caller.has_signed {
        return signature_error(&SignatureError::Missing, Protocol::RestJson);
    }
    let Exchange { parts, body, caller, .. } = exchange;
    // A connection of no API is gone, whoever asks.
    let resource = cloud.sockets.api(&wanted.api).map(|api| wanted.resource(&api, &parts.method));
    let wish = resource.as_ref().map(|resource| Wish {
        action: "execute-api:ManageConnections",
        resource,
        context: &[],
    });
    if let Some(wish) = wish
        && let Err(denied) = cloud.authorise(&caller, wish)
    {
        return forbidden(&denied);
    }
    let response = managed(cloud, &wanted, Request::from_parts(parts, Body::from(body))).await;
    // That a connection is gone is what callers need to be told.
    if let Some(wish) = wish
        && !response.status().is_success()
        && response.status() != StatusCode::GONE
    {
        cloud.note_failure(&caller, wish);
    }
    response
}

async fn managed(cloud: &Cloud, wanted: &Wanted, request: Request) -> Response {
    let Wanted { api, target } = wanted;
    if let Some(status) = cloud.faults.meet(|fault| is_for(fault, &target.connection)).await {
        return rest_error(status, kind_of(status), "a fault was asked for");
    }
    cloud.sockets.management(api, target, request).await
}

impl Wanted {
    /// What permissions are about that let somebody do this to the connection.
    fn resource(&self, api: &Api, method: &Method) -> String {
        let Target { stage, connection } = &self.target;
        arn(api, &format!("{stage}/{method}/@connections/{connection}"))
    }
}

/// Lets a client connect, if it has signed where it must.
async fn upgrade(cloud: &Arc<Cloud>, api: &str, sent: &Parts, mut request: Request) -> Response {
    let stage = request.uri().path().trim_matches('/').to_owned();
    let defined = cloud.sockets.api(api);
    let signed = defined.filter(|api| api.routes.get("$connect").is_some_and(|route| route.is_signed));
    if let Some(api) = signed {
        let caller = match authenticate::caller(cloud, sent, Payload::Bytes(b"")) {
            Ok(caller) => caller,
            Err(error) => return signature_error(&error, Protocol::RestJson),
        };
        if caller.has_signed {
            let resource = arn(&api, &format!("{stage}/$connect"));
            let wish = Wish { action: "execute-api:Invoke", resource: &resource, context: &[] };
            if let Err(denied) = cloud.may(&caller, wish) {
                return forbidden(&denied);
            }
            request.extensions_mut().insert(signer(&caller));
        }
    }
    cloud.sockets.upgrade(api, &stage, request).await
}

fn signer(caller: &Caller) -> Signer {
    Signer { arn: caller.principal.to_string(), account: caller.account.clone() }
}

fn forbidden(denied: &Denied) -> Response {
    rest_error(403, "ForbiddenException", &denied.to_string())
}

fn arn(api: &Api, thing: &str) -> String {
    format!("arn:aws:execute-api:{}:{}:{}/{thing}", api.region, api.account, api.id)
}

fn is_for(fault: &faults::Target, connection: &str) -> bool {
    matches!(fault, faults::Target::Connection(id) if id == connection)
}

/// What API Gateway calls an error with that status.
fn kind_of(status: u16) -> &'static str {
    match status {
        403 => "ForbiddenException",
        410 => "GoneException",
        413 => "PayloadTooLargeException",
        429 => "LimitExceededException",
        400..=499 => "BadRequestException",
        _ => "InternalServerErrorException",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Option<(&str, &str)>) {
        let target = at_the_root(path);
        let found = target.as_ref().map(|target| (target.stage.as_str(), target.connection.as_str()));
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn connections_are_found_with_and_without_their_stage() {
        check("/@connections/L0SM9cOFvHcCIhw%3D", Some(("", "L0SM9cOFvHcCIhw=")));
        check("/prod/@connections/L0SM9cOFvHcCIhw=", Some(("prod", "L0SM9cOFvHcCIhw=")));
        check("/bucket/@connections/a/b", None);
        check("/@connections", None);
        check("/", None);
    }
}
