//! What a distribution adds to responses and takes out of them.
//! Reads no response: it is told of the request's origin and changes headers.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// A response headers policy.
///
/// See [its settings](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadersPolicy {
    /// Security headers and custom ones.
    pub headers: Vec<AddedHeader>,
    /// Names of headers that go.
    pub removed: Vec<String>,
    /// What pages of other origins may read.
    pub cors: Option<Cors>,
}

/// A header that responses get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedHeader {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: HeaderValue,
    /// Whether it takes the place of one that the origin sent.
    pub overrides: bool,
}

/// Who else may read responses, by a browser's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// Such as `*`, `https://example.com`, `https://*.example.com`.
    pub allow_origins: Vec<String>,
    /// For preflight requests; `ALL` and `*` mean every method.
    pub allow_methods: Vec<String>,
    /// For preflight requests.
    pub allow_headers: Vec<String>,
    /// What a page may read beside the usual headers.
    pub expose_headers: Vec<String>,
    /// Whether requests may carry cookies.
    pub allow_credentials: bool,
    /// How long a preflight holds, in seconds.
    pub max_age: Option<u64>,
    /// Whether these take the place of what the origin says.
    pub overrides: bool,
}

/// Every method there is to a distribution.
const ALL_METHODS: &str = "GET, HEAD, PUT, POST, PATCH, DELETE, OPTIONS";

impl HeadersPolicy {
    /// A policy that AWS has made, by its id.
    ///
    /// See [managed policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html).
    #[must_use]
    pub fn managed(id: &str) -> Option<HeadersPolicy> {
        let (cors, is_secure) = match id {
            "60669652-455b-4ae9-85a4-c4c02393f86c" => (Some(simple_cors()), false),
            "5cc3b908-e619-4b99-88e5-2cf7f45965bd" => (Some(cors_with_preflight()), false),
            "67f7725c-6f97-4210-82d7-5512b31e9d03" => (None, true),
            "e61eb60c-9c35-4d20-a928-2b84e02af89c" => (Some(simple_cors()), true),
            "eaab4381-ed33-4a86-88ca-d9558dc6cd63" => (Some(cors_with_preflight()), true),
            _ => return None,
        };
        let headers = if is_secure { security_headers() } else { Vec::new() };
        Some(HeadersPolicy { headers, removed: Vec::new(), cors })
    }

    /// Changes the headers of a response to a request from a page of that origin.
    pub(crate) fn apply(&self, origin: Option<&str>, headers: &mut HeaderMap) {
        for name in &self.removed {
            headers.remove(name);
        }
        for header in &self.headers {
            if header.overrides || !headers.contains_key(&header.name) {
                headers.insert(header.name.clone(), header.value.clone());
            }
        }
        if let (Some(cors), Some(origin)) = (&self.cors, origin) {
            cors.apply(origin, headers);
        }
    }
}

impl Cors {
    fn apply(&self, origin: &str, headers: &mut HeaderMap) {
        let has_some = headers.keys().any(|name| name.as_str().starts_with("access-control-"));
        let Some(allowed) = self.allowed(origin).filter(|_| self.overrides || !has_some) else { return };
        set(headers, "access-control-allow-origin", allowed);
        if allowed != "*" {
            headers.append("vary", HeaderValue::from_static("Origin"));
        }
        if self.allow_credentials {
            set(headers, "access-control-allow-credentials", "true");
        }
        if !self.expose_headers.is_empty() {
            set(headers, "access-control-expose-headers", &self.expose_headers.join(", "));
        }
    }

    /// Answers whether another method or header may be used, if the origin may.
    pub(crate) fn preflight(&self, origin: &str, headers: &mut HeaderMap) {
        if self.allowed(origin).is_none() {
            return;
        }
        let is_all = self.allow_methods.iter().any(|method| method == "ALL" || method == "*");
        let methods = if is_all { ALL_METHODS.to_owned() } else { self.allow_methods.join(", ") };
        set(headers, "access-control-allow-methods", &methods);
        if !self.allow_headers.is_empty() {
            set(headers, "access-control-allow-headers", &self.allow_headers.join(", "));
        }
        if let Some(seconds) = self.max_age {
            set(headers, "access-control-max-age", &seconds.to_string());
        }
    }

    /// What is said to be allowed to that origin.
    fn allowed<'a>(&self, origin: &'a str) -> Option<&'a str> {
        if self.allow_origins.iter().any(|one| one == "*") {
            return Some(if self.allow_credentials { origin } else { "*" });
        }
        self.allow_origins.iter().any(|one| is_origin(one, origin)).then_some(origin)
    }
}

/// Whether an origin is meant; one `*` stands for a subdomain.
fn is_origin(pattern: &str, origin: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == origin,
        Some((before, after)) => {
            origin.len() > before.len() + after.len() && origin.starts_with(before) && origin.ends_with(after)
        }
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn simple_cors() -> Cors {
    Cors { allow_origins: vec!["*".to_owned()], ..Cors::default() }
}

fn cors_with_preflight() -> Cors {
    let methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"].map(str::to_owned);
    let expose_headers = vec!["*".to_owned()];
    Cors { allow_methods: methods.to_vec(), expose_headers, overrides: true, ..simple_cors() }
}

fn security_headers() -> Vec<AddedHeader> {
    let header = |name, value, overrides| AddedHeader {
        name: HeaderName::from_static(name),
        value: HeaderValue::from_static(value),
        overrides,
    };
    vec![
        header("referrer-policy", "strict-origin-when-cross-origin", false),
        header("strict-transport-security", "max-age=31536000", false),
        header("x-content-type-options", "nosniff", true),
        header("x-frame-options", "SAMEORIGIN", false),
        header("x-xss-protection", "1; mode=block", false),
    ]
}
