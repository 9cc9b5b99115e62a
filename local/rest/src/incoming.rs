//! A request as it came, taken apart once for all kinds of APIs.
//! Routes nothing, and changes nothing: events are written elsewhere.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, Method, Version};
use futures_util::StreamExt as _;

/// A request. Its body is empty until it is read.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// The path, below the stage, as it was sent.
    pub(crate) path: String,
    /// What follows the `?`, as it was sent.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) protocol: &'static str,
    /// Who sent it; this machine where the listener does not say.
    pub(crate) source: IpAddr,
    pub(crate) body: Bytes,
}

/// Why there is no whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is larger than allowed.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// The sender went away, or does not speak HTTP.
    BrokenOff,
}

impl Incoming {
    /// A request without its body, and the body.
    pub(crate) fn of(request: Request) -> (Incoming, Body) {
        let (parts, body) = request.into_parts();
        let source = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let incoming = Incoming {
            source: source.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip()),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            protocol: protocol(parts.version),
            method: parts.method,
            headers: parts.headers,
            body: Bytes::new(),
        };
        (incoming, body)
    }

    /// The last value of a header. Bytes that are not UTF-8 are replaced.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get_all(name).iter().next_back().map(text)
    }

    pub(crate) fn user_agent(&self) -> Option<String> {
        self.header("user-agent")
    }

    /// `X-Forwarded-For`, with the sender at its end.
    pub(crate) fn forwarded_for(&self) -> String {
        match self.header("x-forwarded-for") {
            Some(before) => format!("{before}, {}", self.source),
            None => self.source.to_string(),
        }
    }

    /// The last value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().filter(|(key, _)| key == name).last().map(|(_, value)| value)
    }

    /// The query's names and values, decoded, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (String, String)> + '_ {
        form_urlencoded::parse(self.query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
    }
}

/// A header's value as text.
pub(crate) fn text(value: &axum::http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// A body of at most so many bytes. One that is larger is read on for a while and forgotten, for many clients read no
/// answer before they have sent everything.
pub(crate) async fn read(body: Body, limit: usize, within: Duration) -> Result<Bytes, Unread> {
    let mut whole = Vec::new();
    let reading = async {
        let (mut chunks, mut size) = (body.into_data_stream(), 0_usize);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Unread::BrokenOff)?;
            size += chunk.len();
            if size <= limit {
                whole.extend_from_slice(&chunk);
            } else if size > limit.saturating_mul(4) {
                break;
            }
        }
        if size > limit { Err(Unread::TooLarge) } else { Ok(()) }
    };
    tokio::time::timeout(within, reading).await.unwrap_or(Err(Unread::TooSlow))?;
    Ok(whole.into())
}

fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2.0",
        _ => "HTTP/1.1",
    }
}
