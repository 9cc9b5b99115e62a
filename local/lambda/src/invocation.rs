//! What is asked of a function, and why it may be refused before it runs.
//! A function that fails has run: that is an answer, not an error of these.

use axum::body::Bytes;
use axum::http::HeaderValue;
use serde::de::IgnoredAny;

/// Largest payload of a synchronous invocation: 6 MB.
const SYNCHRONOUS_LIMIT: usize = 6 * 1024 * 1024;

/// Largest payload of an asynchronous invocation: 1 MB since October 2025.
const ASYNCHRONOUS_LIMIT: usize = 1024 * 1024;

/// A payload on its way to a function.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// JSON; nothing at all means `{}`.
    pub payload: Bytes,
    /// The tracing header; made up if missing, or if no HTTP header can hold it.
    pub trace: Option<String>,
}

impl<T: Into<Bytes>> From<T> for Invocation {
    fn from(payload: T) -> Invocation {
        Invocation { payload: payload.into(), trace: None }
    }
}

impl Invocation {
    /// With this X-Ray tracing header.
    #[must_use]
    pub fn traced(self, header: impl Into<String>) -> Invocation {
        Invocation { trace: Some(header.into()), ..self }
    }

    /// The payload as the function gets it, if Lambda takes it.
    pub(crate) fn checked(self, kind: Kind) -> Result<Invocation, InvokeError> {
        let (got, limit) = (self.payload.len(), kind.limit());
        if got > limit {
            return Err(InvokeError::PayloadTooLarge { got, limit });
        }
        let payload = if self.payload.is_empty() { Bytes::from_static(b"{}") } else { self.payload };
        serde_json::from_slice::<IgnoredAny>(&payload)
            .map_err(|error| InvokeError::NotJson(error.to_string()))?;
        let trace = self.trace.filter(|header| HeaderValue::from_str(header).is_ok());
        Ok(Invocation { payload, trace })
    }
}

/// How a function is invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Synchronous,
    Asynchronous,
}

impl Kind {
    fn limit(self) -> usize {
        match self {
            Kind::Synchronous => SYNCHRONOUS_LIMIT,
            Kind::Asynchronous => ASYNCHRONOUS_LIMIT,
        }
    }
}

/// Why a function was not run; each has its error in Lambda's API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// `ResourceNotFoundException`.
    #[error("there is no function `{0}`")]
    Unknown(String),
    /// `TooManyRequestsException`.
    #[error(
        "function `{function}` is throttled: {concurrency} invocations run or wait, as many as it may have"
    )]
    Throttled {
        /// The function's name.
        function: String,
        /// Its reserved concurrency.
        concurrency: usize,
    },
    /// `RequestTooLargeException`.
    #[error("the payload has {got} bytes, of {limit} allowed")]
    PayloadTooLarge {
        /// Its size.
        got: usize,
        /// What it may be.
        limit: usize,
    },
    /// `InvalidRequestContentException`: the reader's message.
    #[error("the payload is not JSON: {0}")]
    NotJson(String),
    /// `ServiceException`: everything is being stopped, or the function was removed while this waited.
    #[error("function `{0}` was stopped before it answered")]
    Stopped(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(payload: impl Into<Bytes>, kind: Kind) -> Result<Bytes, InvokeError> {
        Invocation::from(payload.into()).checked(kind).map(|invocation| invocation.payload)
    }

    #[test]
    fn nothing_is_an_empty_object_and_anything_else_must_be_json() {
        assert_eq!(check("", Kind::Synchronous).unwrap(), "{}");
        assert_eq!(check(" [1] ", Kind::Synchronous).unwrap(), " [1] ");
        assert!(matches!(check("{", Kind::Synchronous), Err(InvokeError::NotJson(_))));
        assert!(matches!(check("1 2", Kind::Asynchronous), Err(InvokeError::NotJson(_))));
    }

    #[test]
    fn an_event_may_be_smaller_than_a_request() {
        let sized = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
        for (kind, limit) in [(Kind::Synchronous, 6_291_456), (Kind::Asynchronous, 1_048_576)] {
            assert!(check(sized(limit), kind).is_ok());
            let got = limit + 1;
            assert_eq!(check(sized(got), kind), Err(InvokeError::PayloadTooLarge { got, limit }));
        }
    }

    #[test]
    fn a_trace_that_no_header_can_hold_is_left_out() {
        let traced =
            |header: &str| Invocation::from("1").traced(header).checked(Kind::Synchronous).unwrap().trace;
        assert_eq!(traced("Root=1-2-3").as_deref(), Some("Root=1-2-3"));
        assert_eq!(traced("a\r\nb"), None);
    }
}
