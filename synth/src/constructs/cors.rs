//! [`Cors`]: which pages of other origins may call an API or a function URL.
//!
//! How it is said to each of them, and with which methods, is theirs.

use stackwright_core::Value;

/// Which pages of other origins may call.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let site = stack.add("Site", Site::new("web/demo"));
///     let handler = stack.add("Handler", Function::new("notes-api"));
///     let cors = Cors::origin(site.url());
///     stack.add("Api", RestApi::new("prod").cors(cors).route(Method::Get, "/notes", handler));
/// });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Cors {
    /// `*`, or one origin such as `https://example.com`.
    pub origin: Value<String>,
    /// The request headers that pages may send.
    pub headers: Vec<&'static str>,
    /// For how many seconds a browser remembers the answer, up to 86,400.
    pub max_age_seconds: u32,
}

impl Cors {
    /// Pages of any origin, sending JSON. Behind a [`RestApi`](super::RestApi), functions must answer with
    /// `Access-Control-Allow-Origin` too; a function URL adds it by itself, and theirs would be one too many.
    #[must_use]
    pub fn any_origin() -> Self {
        Self::origin("*")
    }

    /// Pages of one origin, sending JSON.
    pub fn origin(origin: impl Into<Value<String>>) -> Self {
        Self { origin: origin.into(), headers: vec!["content-type"], max_age_seconds: 3600 }
    }
}
