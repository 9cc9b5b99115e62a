//! Signatures of AWS's documentation and of the SDK, and what is said of wrong ones.

#![allow(clippy::unwrap_used)]

mod noise;
mod published;
mod realtime;
mod refusals;
mod sdk;
mod times;

use http::Request;
use http::request::Parts;

/// A request as it comes from the wire: method and path, then headers, a line each.
fn request(text: &str) -> Parts {
    let mut lines = text.trim().lines().map(str::trim);
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    let request = lines
        .map(|line| line.split_once(':').unwrap())
        .fold(Request::builder().method(method).uri(path), |request, (name, value)| {
            request.header(name, value.trim_start())
        });
    request.body(()).unwrap().into_parts().0
}
