//! CloudFront in front of buckets and services: requests in, responses with what a distribution makes of them.
//! Keeps no cache, compresses nothing and takes plain HTTP for HTTPS: each would change speed, not contents.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use crate::access::Access;
use crate::call::decoded;
use crate::distribution::{Behaviour, Distribution, ErrorPage, Origin};
use crate::headers::text;
use crate::objects::Objects;

/// What a viewer says that an origin needs to know for reading an object.
const FORWARDED: [HeaderName; 6] = [
    axum::http::header::RANGE,
    axum::http::header::IF_RANGE,
    axum::http::header::IF_MATCH,
    axum::http::header::IF_NONE_MATCH,
    axum::http::header::IF_MODIFIED_SINCE,
    axum::http::header::IF_UNMODIFIED_SINCE,
];

/// Distributions. Clones are the same distributions.
#[derive(Clone)]
pub struct Distributions {
    objects: Objects,
    unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    all: Arc<RwLock<HashMap<String, Arc<Distribution>>>>,
}

impl fmt::Debug for Distributions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_map().entries(all.iter()).finish()
    }
}

impl Distributions {
    /// None yet, in front of these buckets.
    #[must_use]
    pub fn new(objects: Objects) -> Distributions {
        let unique_id = objects.unique_id();
        Distributions { objects, unique_id, all: Arc::default() }
    }

    /// Adds a distribution, or replaces the one of that id.
    pub fn define(&self, id: &str, distribution: Distribution) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(id.to_owned(), Arc::new(distribution));
    }

    /// Removes a distribution if it is there.
    pub fn remove(&self, id: &str) {
        self.all.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Answers a viewer's request, whose path is that of the distribution.
    pub async fn answer(&self, id: &str, request: Request) -> Response {
        let found = self.all.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let is_head = request.method() == Method::HEAD;
        let mut response = match found {
            Some(distribution) => self.respond(&distribution, request).await,
            None => error(StatusCode::FORBIDDEN, "there is no distribution of this id"),
        };
        self.sign(&mut response);
        if is_head {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn respond(&self, distribution: &Distribution, request: Request) -> Response {
        let Some(path) = decoded(request.uri().path()) else {
            return error(StatusCode::BAD_REQUEST, "the path is not UTF-8");
        };
        let behaviour = distribution.behaviour(&path);
        let (parts, body) = request.into_parts();
        let mut response = match is_preflight(behaviour, &parts) {
            true => preflight(behaviour, &parts.headers),
            false => self.deliver(distribution, behaviour, &parts, body).await,
        };
        if let Some(policy) = &behaviour.headers {
            policy.apply(text(&parts.headers, "origin"), response.headers_mut());
        }
        response
    }

    async fn deliver(
        &self,
        distribution: &Distribution,
        behaviour: &Behaviour,
        parts: &Parts,
        body: Body,
    ) -> Response {
        if !behaviour.methods.contains(&parts.method) {
            let message = "This distribution is not configured to allow the HTTP request method that was used for \
                           this request.";
            return error(StatusCode::FORBIDDEN, message);
        }
        let path = match (parts.uri.path(), &distribution.default_root_object) {
            ("/" | "", Some(root)) => format!("/{}", root.trim_start_matches('/')),
            (path, _) => path.to_owned(),
        };
        let response = self.fetch(distribution, behaviour, parts, &path, body).await;
        match distribution.error_page(response.status().as_u16()) {
            Some(page) => self.in_place_of(response, distribution, page, parts).await,
            None => response,
        }
    }

    /// What the behaviour's origin has to say.
    async fn fetch(
        &self,
        distribution: &Distribution,
        behaviour: &Behaviour,
        parts: &Parts,
        path: &str,
        body: Body,
    ) -> Response {
        match distribution.origins.get(&behaviour.origin) {
            Some(Origin::Bucket { bucket, path: before, access }) => {
                self.read(&format!("/{bucket}{before}{path}"), parts, access).await
            }
            Some(Origin::Service { path: before, answer }) => {
                let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                let Some(mut request) =
                    request(&format!("{before}{path}{query}"), parts.method.clone(), body)
                else {
                    return error(StatusCode::BAD_REQUEST, "the path is no path");
                };
                *request.headers_mut() = parts.headers.clone();
                answer(request).await
            }
            None => error(StatusCode::BAD_GATEWAY, "the origin of this behaviour is not known"),
        }
    }

    /// An object, with the conditions of the viewer's request.
    async fn read(&self, path: &str, parts: &Parts, access: &Access) -> Response {
        let method = if parts.method == Method::HEAD { Method::HEAD } else { Method::GET };
        let Some(mut request) = request(path, method, Body::empty()) else {
            return error(StatusCode::BAD_REQUEST, "the path is no path");
        };
        for name in FORWARDED {
            if let Some(value) = parts.headers.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        let mut response = self.objects.answer(request, access).await;
        for name in ["x-amz-request-id", "x-amz-id-2"] {
            response.headers_mut().remove(name);
        }
        response
    }

    /// The page that the distribution has for an error; the error itself if the page cannot be had.
    async fn in_place_of(
        &self,
        failed: Response,
        distribution: &Distribution,
        page: &ErrorPage,
        parts: &Parts,
    ) -> Response {
        let (mut plain, ()) = Request::new(()).into_parts();
        plain.method = if parts.method == Method::HEAD { Method::HEAD } else { Method::GET };
        let behaviour = distribution.behaviour(&page.page);
        let mut response = self.fetch(distribution, behaviour, &plain, &page.page, Body::empty()).await;
        if !response.status().is_success() {
            return failed;
        }
        let status = page.status.and_then(|status| StatusCode::from_u16(status).ok());
        *response.status_mut() = status.unwrap_or(failed.status());
        response.extensions_mut().insert(InPlaceOfError);
        response
    }

    fn sign(&self, response: &mut Response) {
        let status = response.status();
        let is_page = response.extensions().get::<InPlaceOfError>().is_some();
        let is_error = is_page || status.is_client_error() || status.is_server_error();
        let headers = response.headers_mut();
        let cache = if is_error { "Error from cloudfront" } else { "Miss from cloudfront" };
        headers.insert("x-cache", HeaderValue::from_static(cache));
        headers.append("via", HeaderValue::from_static("1.1 local.cloudfront.net (CloudFront)"));
        if let Ok(id) = HeaderValue::from_str(&(self.unique_id)()) {
            headers.insert("x-amz-cf-id", id);
        }
    }
}

/// Marks a page that stands for an error, whatever its status.
#[derive(Clone, Copy)]
struct InPlaceOfError;

fn request(path: &str, method: Method, body: Body) -> Option<Request> {
    let path: PathAndQuery = path.parse().ok()?;
    Request::builder().method(method).uri(Uri::from(path)).body(body).ok()
}

/// Whether a browser asks what it may ask for, of a distribution that knows.
fn is_preflight(behaviour: &Behaviour, parts: &Parts) -> bool {
    let has_cors = behaviour.headers.as_ref().is_some_and(|policy| policy.cors.is_some());
    let asks = parts.headers.contains_key("access-control-request-method");
    parts.method == Method::OPTIONS && behaviour.methods.contains(&Method::OPTIONS) && has_cors && asks
}

fn preflight(behaviour: &Behaviour, asked: &HeaderMap) -> Response {
    let mut response = StatusCode::OK.into_response();
    let cors = behaviour.headers.as_ref().and_then(|policy| policy.cors.as_ref());
    if let Some((cors, origin)) = cors.zip(text(asked, "origin")) {
        cors.preflight(origin, response.headers_mut());
    }
    response
}

/// An error of CloudFront's own.
fn error(status: StatusCode, message: &str) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let code = status.as_u16();
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>ERROR: The request could not be satisfied</title></head>\n<body><h1>{code} \
         {reason}</h1>\n<p>{message}</p>\n<address>Generated by cloudfront (CloudFront)</address></body></html>\n"
    );
    let headers = [("content-type", "text/html"), ("server", "CloudFront")];
    (status, headers, page).into_response()
}
