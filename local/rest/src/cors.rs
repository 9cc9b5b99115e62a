//! Cross-origin rules that an API or a URL applies itself.
//! Refuses nothing: browsers do, for want of headers.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::incoming::Incoming;

/// What other origins may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// Origins that may read answers; `*` for all.
    pub origins: Vec<String>,
    /// Methods that they may use; `*` for all.
    pub methods: Vec<String>,
    /// Headers that they may send; `*` for all.
    pub headers: Vec<String>,
    /// Headers that they may read.
    pub exposed: Vec<String>,
    /// How long, in seconds, browsers may remember that; unless given they choose.
    pub max_age: Option<u64>,
    /// Whether cookies and the like may be sent.
    pub credentials: bool,
}

/// What an API answers where all origins are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wildcard {
    /// The origin that asks, as function URLs do.
    Echoed,
    /// `*`, as HTTP APIs do.
    Literal,
}

/// What a browser asks before it sends a request from another origin.
pub(crate) fn is_preflight(incoming: &Incoming) -> bool {
    incoming.method == Method::OPTIONS
        && incoming.headers.contains_key("origin")
        && incoming.headers.contains_key("access-control-request-method")
}

impl Cors {
    /// The headers of an answer to a preflight, if its origin is one of those allowed; none if not.
    pub(crate) fn for_preflight(&self, incoming: &Incoming, wildcard: Wildcard) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(origin) = self.allowed(incoming, wildcard) {
            self.common(&mut headers, &origin);
            push(&mut headers, "access-control-allow-methods", &self.methods.join(","));
            push(&mut headers, "access-control-allow-headers", &self.headers.join(","));
            let max_age = self.max_age.map(|seconds| seconds.to_string());
            push(&mut headers, "access-control-max-age", &max_age.unwrap_or_default());
        }
        headers
    }

    /// The headers of any other answer.
    pub(crate) fn for_answer(&self, incoming: &Incoming, wildcard: Wildcard) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(origin) = self.allowed(incoming, wildcard) {
            self.common(&mut headers, &origin);
            push(&mut headers, "access-control-expose-headers", &self.exposed.join(","));
        }
        headers
    }

    /// The origin to be named to who asks, if it may.
    fn allowed(&self, incoming: &Incoming, wildcard: Wildcard) -> Option<String> {
        let origin = incoming.header("origin")?;
        let is_allowed = |allowed: &String| allowed == "*" || allowed.eq_ignore_ascii_case(&origin);
        let allowed = self.origins.iter().find(|allowed| is_allowed(allowed))?;
        let is_literal = wildcard == Wildcard::Literal && allowed == "*";
        Some(if is_literal { allowed.clone() } else { origin })
    }

    fn common(&self, headers: &mut HeaderMap, origin: &str) {
        push(headers, "access-control-allow-origin", origin);
        push(headers, "access-control-allow-credentials", if self.credentials { "true" } else { "" });
        push(headers, "vary", if origin == "*" { "" } else { "Origin" });
    }
}

/// Adds a header that has a value.
fn push(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
