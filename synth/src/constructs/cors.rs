//! [`Cors`]: which pages of other origins may call an API or a function URL.
//!
//! How it is said to each of them is theirs.

use stackwright_core::Value;

use super::Method;

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
    /// The methods that pages may use, all if none is named. A [`RestApi`](super::RestApi) has methods for each path,
    /// those of its routes, and takes none here.
    pub methods: Vec<Method>,
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
        Self {
            origin: origin.into(),
            methods: Vec::new(),
            headers: vec!["content-type"],
            max_age_seconds: 3600,
        }
    }
    /// Letting pages use these methods of a function URL only. Other clients may use any: what it does then is the
    /// function's.
    #[must_use]
    pub fn methods<const N: usize>(mut self, methods: [Method; N]) -> Self {
        self.methods = methods.into();
        self
    }
}
