//! `/_local/`: a look inside, and faults on demand. Only for this machine: the name that was asked for must be its own.
//! No service of AWS, and no place to change what runs: that is for templates.
//!
//! Pages of other sites cannot ask: a request that names another host than this machine, or comes from another origin,
//! gets 403, and bodies must be sent as `application/json`, which browsers do for no other site without asking first.
//!
#![doc = include_str!("../../inside.md")]

mod contents;
mod faults;
mod graph;
mod happenings;
mod page;
mod state;

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::cloud::Cloud;
use crate::exchange::{json_response, set};

/// Answers a request to `/_local/…`.
pub(crate) async fn answer(cloud: &Arc<Cloud>, request: Request) -> Response {
    let mut response = match is_from_here(request.headers()) {
        Ok(()) => told(cloud, request).await,
        Err(message) => refused(403, message),
    };
    // Nor are answers read by a page of another site that pretends they are its scripts or images.
    set(&mut response, "x-content-type-options", "nosniff");
    set(&mut response, "cross-origin-resource-policy", "same-origin");
    response
}

async fn told(cloud: &Arc<Cloud>, request: Request) -> Response {
    let Some(asked) = request.uri().path().strip_prefix("/_local/").map(str::to_owned) else {
        return to_page();
    };
    match (request.method().clone(), asked.trim_end_matches('/')) {
        (Method::GET, "state") => json_response(200, &state::of(cloud).await),
        (Method::GET, "graph") => json_response(200, &graph::of(cloud)),
        (Method::GET, "health") => health(cloud),
        (Method::GET, "happenings") => happenings::answer(cloud, &request.into_parts().0).await,
        (_, "faults") => faults::answer(cloud, request).await,
        (Method::GET | Method::HEAD, path) => {
            // What a page names beside it would be elsewhere behind a slash too many.
            let found = page::file(&asked).or_else(|| contents::answer(cloud, path, &request.into_parts().0));
            found.unwrap_or_else(|| missing("GET", path))
        }
        (method, path) => missing(method.as_str(), path),
    }
}

/// What the page names is beside it, in the folder that its path ends with.
fn to_page() -> Response {
    let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
    set(&mut response, "location", "/_local/");
    response
}

fn missing(method: &str, path: &str) -> Response {
    let there = "GET `/_local/`, `health`, `state`, `graph`, `happenings`, `tables/<Stack>/<LogicalId>/items` and \
                 `queues/<Stack>/<LogicalId>/messages` are, and GET, POST and DELETE `faults`";
    refused(404, &format!("{method} /_local/{path} is not there: {there}"))
}

fn health(cloud: &Cloud) -> Response {
    match cloud.is_up() {
        true => json_response(200, &json!({ "status": "ok" })),
        false => json_response(503, &json!({ "status": "starting" })),
    }
}

fn refused(status: u16, message: &str) -> Response {
    json_response(status, &json!({ "message": message }))
}

/// What a query says, by name. A name alone has no value.
fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let all = query.split('&').filter(|parameter| !parameter.is_empty());
    all.map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
}

/// A parameter that is a number, or what is wrong with it.
fn number<T>(name: &str, value: &str, bounds: RangeInclusive<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let number = value.parse().ok().filter(|number| bounds.contains(number));
    let (lowest, highest) = (bounds.start(), bounds.end());
    number.ok_or_else(|| format!("`{name}` is `{value}`, and must be a number from {lowest} to {highest}"))
}

/// Whether this machine was asked by a program on it, or by a page of its own.
fn is_from_here(headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).unwrap_or_default();
    // A page of another site may have had its name point here.
    if !is_this_machine(host) {
        return Err("`/_local/` is for 127.0.0.1 and localhost alone");
    }
    match text(header::ORIGIN) {
        Some(origin) if origin.strip_prefix("http://") != Some(host) => {
            Err("`/_local/` is not for pages of other sites")
        }
        _ => Ok(()),
    }
}

/// Whether a host, with or without a port, is a name of this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("it is a value"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("it is a value"));
        }
        assert_eq!(is_from_here(&headers).is_ok(), expected, "{host} {origin:?}");
    }

    #[test]
    fn this_machine_has_few_names() {
        for host in ["127.0.0.1:4566", "localhost:4566", "localhost", "[::1]:4566", "[::1]"] {
            check(host, None, true);
        }
        for host in ["example.com", "127.0.0.1.example.com:4566", "localhost.example.com", ""] {
            check(host, None, false);
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        check("127.0.0.1:4566", Some("http://127.0.0.1:4566"), true);
        for origin in ["http://example.com", "http://127.0.0.1:80", "https://127.0.0.1:4566", "null"] {
            check("127.0.0.1:4566", Some(origin), false);
        }
    }
}
