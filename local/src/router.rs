//! Which service a request is for, and its body read within bounds.
//! Knows how requests look, not what they mean.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, Uri, header};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use stackwright_signature::{Payload, Protocol, SignatureError};

use crate::authenticate;
use crate::cloud::Cloud;
use crate::entrance::Entrance;
use crate::exchange::{Exchange, json_error, json_response, rest_error};
use crate::inside;
use crate::services::{appsync, bus, cognito, custom, dynamodb, lambda, objects, queues, rest, websocket};
use crate::xml;

/// No service takes more in one piece but S3, which reads its own.
const LARGEST_BODY: usize = 20 * 1024 * 1024;

/// Answers a request.
pub(crate) async fn answer(cloud: &Arc<Cloud>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let entrance = Entrance::of(cloud, &parts);
    let response = dispatch(cloud, Request::from_parts(parts, body)).await;
    if let Some(entrance) = entrance {
        entrance.passed(cloud, &response);
    }
    response
}

async fn dispatch(cloud: &Arc<Cloud>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut parts = path.trim_start_matches('/').splitn(4, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("_local"), _, _) => inside::answer(cloud, request).await,
        (Some("_aws"), Some("execute-api"), Some(api)) => execute_api(cloud, api, request).await,
        (Some("_aws"), Some("lambda-url"), Some(id)) => rest::function_url(cloud, id, request).await,
        (Some("_aws"), Some("appsync"), Some(api)) => appsync::answer(cloud, api, request).await,
        (Some("_aws"), Some("cloudfront"), Some(id)) => objects::distribution(cloud, id, request).await,
        (Some("_aws"), Some("cloudformation"), Some("responses")) => custom::respond(cloud, request).await,
        (Some("_aws"), _, _) => {
            json_response(404, &serde_json::json!({ "message": "nothing is served at this path" }))
        }
        _ if websocket::is_management(&path) => websocket::management(cloud, request).await,
        (Some(date), Some("functions"), _) if is_date(date) => lambda_api(cloud, request).await,
        // A browser asks before its page calls Cognito; no bucket is at the root.
        _ if request.method() == Method::OPTIONS && path == "/" => cognito::preflight(),
        _ if request.headers().contains_key("x-amz-target") => json_protocol(cloud, request).await,
        _ if is_query(&request) => query_protocol(cloud, request).await,
        _ => objects::answer(cloud, request).await,
    }
}

/// The service that a request has to be signed for, by the name that signatures have for it. `None` where that only
/// shows in its body, and where no service has such requests.
pub(crate) fn signed_for(parts: &Parts) -> Option<&'static str> {
    let path = parts.uri.path();
    let mut steps = path.trim_start_matches('/').splitn(3, '/');
    match (steps.next(), steps.next()) {
        (Some("_aws"), Some("lambda-url")) => return Some("lambda"),
        (Some("_aws"), Some("appsync")) => return Some("appsync"),
        (Some("_aws"), Some("execute-api")) => return Some("execute-api"),
        (Some(date), Some("functions")) if is_date(date) => return Some("lambda"),
        _ if websocket::is_management(path) => return Some("execute-api"),
        _ => {}
    }
    let target = parts.headers.get("x-amz-target").map(|target| target.to_str().unwrap_or_default());
    match target.map(|target| target.rsplit_once('.').map_or("", |(service, _)| service)) {
        Some("DynamoDB_20120810" | "DynamoDBStreams_20120810") => Some("dynamodb"),
        Some("AmazonSQS") => Some("sqs"),
        Some("AWSEvents") => Some("events"),
        None if path != "/" && !is_queue(path) => Some("s3"),
        _ => None,
    }
}

/// A stage of an API: its sockets, what is sent to them, or its methods.
async fn execute_api(cloud: &Arc<Cloud>, api: &str, request: Request) -> Response {
    match websocket::is_socket_api(cloud, api) {
        true => websocket::answer(cloud, api, request).await,
        false => rest::answer(cloud, api, request).await,
    }
}

async fn lambda_api(cloud: &Arc<Cloud>, request: Request) -> Response {
    match read(cloud, request, Protocol::RestJson).await {
        Ok(exchange) => lambda::answer(cloud, &exchange).await,
        Err(refusal) => refusal,
    }
}

/// The services whose actions stand in `X-Amz-Target`.
async fn json_protocol(cloud: &Arc<Cloud>, request: Request) -> Response {
    let exchange = match read(cloud, request, Protocol::Json).await {
        Ok(exchange) => exchange,
        Err(refusal) => return refusal,
    };
    let target = exchange.header("x-amz-target").to_owned();
    let service = target.rsplit_once('.').map_or("", |(service, _)| service);
    // The one service that strangers call.
    if service == "AWSCognitoIdentityService" {
        return cognito::answer(cloud, &exchange);
    }
    if !exchange.caller.has_signed {
        return signature_error(&SignatureError::Missing, Protocol::Json);
    }
    match service {
        "DynamoDB_20120810" | "DynamoDBStreams_20120810" => dynamodb::answer(cloud, &exchange).await,
        "AmazonSQS" => queues::answer(cloud, &exchange).await,
        "AWSEvents" => bus::answer(cloud, &exchange).await,
        _ => {
            let kind = "UnknownOperationException";
            exchange.error(400, kind, &format!("`{target}` is no action of a service that runs here"))
        }
    }
}

async fn query_protocol(cloud: &Arc<Cloud>, request: Request) -> Response {
    match read(cloud, request, Protocol::Query).await {
        Ok(exchange) if !exchange.caller.has_signed => {
            signature_error(&SignatureError::Missing, Protocol::Query)
        }
        Ok(exchange) if queues::is_form(&exchange.form()) => queues::refuse_form(),
        Ok(exchange) => cloud.identity.answer(&exchange),
        Err(refusal) => refusal,
    }
}

/// Reads a whole request and finds out who sent it.
pub(crate) async fn read(
    cloud: &Arc<Cloud>,
    request: Request,
    protocol: Protocol,
) -> Result<Exchange, Response> {
    let (parts, body) = request.into_parts();
    let body = whole(cloud, body, protocol).await?;
    let caller = authenticate::caller(cloud, &parts, Payload::Bytes(&body))
        .map_err(|error| signature_error(&error, protocol))?;
    Ok(Exchange { parts, body, caller, request_id: cloud.random.uuid() })
}

/// Reads a whole body, within bounds.
pub(crate) async fn whole(cloud: &Cloud, body: Body, protocol: Protocol) -> Result<Bytes, Response> {
    let refused = |status, code, message: &str| refusal(protocol, status, code, message);
    let reading = Limited::new(body, LARGEST_BODY).collect();
    match tokio::time::timeout(cloud.settings.timers.request_body, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!(
                "the body has more than {LARGEST_BODY} bytes, of which none of the services takes as many"
            );
            Err(refused(413, "RequestTooLargeException", &message))
        }
        Ok(Err(error)) => Err(refused(400, "BadRequestException", &format!("the body broke off: {error}"))),
        Err(_) => Err(refused(408, "RequestTimeoutException", "the body did not arrive in time")),
    }
}

/// The path behind what leads to a service's thing: two parts of `_aws`, and the thing's id.
pub(crate) fn behind_prefix(parts: &mut Parts) {
    let path = parts.uri.path();
    let rest = path.trim_start_matches('/').splitn(4, '/').nth(3).unwrap_or_default();
    let query = parts.uri.query().map_or_else(String::new, |query| format!("?{query}"));
    // A part of a URI's path is one itself.
    parts.uri = format!("/{rest}{query}").parse::<Uri>().unwrap_or_default();
}

/// A signature that does not hold, as the protocol says it.
pub(crate) fn signature_error(error: &SignatureError, protocol: Protocol) -> Response {
    let status = error.status(protocol).as_u16();
    refusal(protocol, status, error.code(protocol), &error.message(protocol))
}

/// What comes of a request that no service has seen, as the protocol says it.
fn refusal(protocol: Protocol, status: u16, code: &str, message: &str) -> Response {
    match protocol {
        Protocol::S3 => xml::s3_error(status, code, message),
        Protocol::Query => xml::query_error(status, code, message),
        Protocol::RestJson => rest_error(status, code, message),
        Protocol::Json => json_error(status, &format!("com.amazon.coral.service#{code}"), message),
    }
}

/// `2015-03-31` and its like, as paths of Lambda's API begin.
fn is_date(part: &str) -> bool {
    part.len() == 10
        && part.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Whether it is in the protocol of forms: to STS, the last that speaks it, or to a queue from an older SDK.
fn is_query(request: &Request) -> bool {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let path = request.uri().path();
    (path == "/" || is_queue(path))
        && (is_form || request.uri().query().is_some_and(|query| query.contains("Action=")))
}

/// `/000000000000/jobs`, as the URLs of queues are: an account and a name.
fn is_queue(path: &str) -> bool {
    let account = path.trim_start_matches('/').split_once('/').map_or("", |(account, _)| account);
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, target: &str, expected: Option<&str>) {
        let request = Request::builder().uri(path).header("x-amz-target", target).body(());
        let mut parts = request.expect("it is a request").into_parts().0;
        if target.is_empty() {
            parts.headers.clear();
        }
        assert_eq!(signed_for(&parts), expected, "{path} {target}");
    }

    #[test]
    fn each_request_is_signed_for_its_service() {
        check("/_aws/execute-api/a/prod/notes", "", Some("execute-api"));
        check("/_aws/lambda-url/a/", "", Some("lambda"));
        check("/_aws/appsync/a/graphql", "", Some("appsync"));
        check("/prod/@connections/L0SM9cOFvHcCIhw%3D", "", Some("execute-api"));
        check("/2015-03-31/functions/greet/invocations", "", Some("lambda"));
        check("/", "DynamoDB_20120810.PutItem", Some("dynamodb"));
        check("/", "DynamoDBStreams_20120810.GetRecords", Some("dynamodb"));
        check("/", "AmazonSQS.SendMessage", Some("sqs"));
        check("/", "AWSEvents.PutEvents", Some("events"));
        check("/pages/index.html", "", Some("s3"));
        check("/", "Kinesis_20131202.PutRecord", None);
        check("/000000000000/letters", "", None);
        check("/", "", None);
    }
}
