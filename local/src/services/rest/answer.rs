//! Requests to APIs and URLs, from the wire to their engines and back.
//! Knows no templates.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::Response;

use super::sender;
use crate::cloud::Cloud;
use crate::router;

/// Answers a request to a REST API or an HTTP API.
pub(crate) async fn answer(cloud: &Arc<Cloud>, api: &str, request: Request) -> Response {
    let (head, mut request) = behind_prefix(request);
    let sender = |body: &_| sender::of(cloud, &head, body);
    let response = match cloud.apis.http.contains(api) {
        true => cloud.apis.http.answer(api, request, sender).await,
        false => {
            let stage = take_stage(&mut request);
            cloud.apis.rest.answer(api, &stage, request, sender).await
        }
    };
    with_origin(cloud, response)
}

/// Answers a request to a function's URL.
pub(crate) async fn function_url(cloud: &Arc<Cloud>, id: &str, request: Request) -> Response {
    let (head, request) = behind_prefix(request);
    let response = cloud.apis.urls.answer(id, request, |body: &_| sender::of(cloud, &head, body)).await;
    with_origin(cloud, response)
}

/// The head as it was on the wire, which a signature is of, and the request as its engine knows it.
fn behind_prefix(request: Request) -> (axum::http::request::Parts, Request) {
    let (mut parts, body) = request.into_parts();
    let head = parts.clone();
    router::behind_prefix(&mut parts);
    (head, Request::from_parts(parts, body))
}

/// The first part of the path, which the request then has no longer.
fn take_stage(request: &mut Request) -> String {
    let inner = request.uri().path().trim_start_matches('/');
    let (stage, rest) = inner.split_once('/').unwrap_or((inner, ""));
    let (stage, rest) = (stage.to_owned(), format!("/{rest}"));
    let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
    // A part of a URI's path is one itself.
    *request.uri_mut() = format!("{rest}{query}").parse().unwrap_or_default();
    stage
}

/// A function that answers with the origin that it is told finds there the whole address of its page: on AWS that is
/// the same, since a page's host is its own.
fn with_origin(cloud: &Cloud, mut response: Response) -> Response {
    let endpoint = cloud.addresses.endpoint();
    if let Some(origin) = response.headers_mut().get_mut(ACCESS_CONTROL_ALLOW_ORIGIN)
        && origin.as_bytes().strip_prefix(endpoint.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
        && let Ok(own) = endpoint.parse()
    {
        *origin = own;
    }
    response
}
