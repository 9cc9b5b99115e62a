//! What runs for a route: a function with an event, within its time, to an answer.
//! Does not know what the answer is for.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::api::{Api, Integration, Route};
use crate::host::{Host, Invocation, InvokeError};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the route has no integration")]
    Missing,
    #[error(transparent)]
    Invoke(#[from] InvokeError),
    #[error("the function took longer than {0:?}")]
    TimedOut(Duration),
    #[error("the function's answer is malformed: {0}")]
    Malformed(String),
}

impl Failure {
    /// What a handshake is answered.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Failure::Missing | Failure::Invoke(InvokeError::Refused(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Failure::Invoke(InvokeError::Failed(_)) | Failure::TimedOut(_) | Failure::Malformed(_) => {
                StatusCode::BAD_GATEWAY
            }
        }
    }
}

/// A part of an API that runs something.
pub(crate) struct Place<'a> {
    pub(crate) host: &'a Host,
    pub(crate) api: &'a Api,
    /// What permissions name it: `prod/$connect`.
    pub(crate) part: String,
}

impl Place<'_> {
    /// Runs what a route runs.
    pub(crate) async fn run(&self, route: &Route, event: Map<String, Value>) -> Result<Answer, Failure> {
        match route.integration.as_ref().ok_or(Failure::Missing)? {
            Integration::Mock { status, body } => {
                Ok(Answer { status: *status, protocol: None, body: body.clone().map(Bytes::from) })
            }
            Integration::Function { function, timeout } => {
                let limit = timeout.unwrap_or(Duration::MAX);
                Answer::read(&self.invoke_within(limit, function, event).await?).map_err(Failure::Malformed)
            }
        }
    }

    /// Runs a function.
    pub(crate) async fn invoke(&self, function: &str, event: Map<String, Value>) -> Result<Bytes, Failure> {
        self.invoke_within(Duration::MAX, function, event).await
    }

    /// Runs a function that may take so long, and no longer than any.
    async fn invoke_within(
        &self,
        limit: Duration,
        function: &str,
        event: Map<String, Value>,
    ) -> Result<Bytes, Failure> {
        let invocation = Invocation {
            function: function.to_owned(),
            source: self.api.arn(&self.part),
            payload: Value::from(event).to_string().into(),
        };
        let limit = limit.min(self.host.limits.integration);
        let answer = tokio::time::timeout(limit, (self.host.invoke)(invocation)).await;
        Ok(answer.map_err(|_| Failure::TimedOut(limit))??)
    }
}
