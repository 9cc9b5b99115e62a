//! What APIs need from outside: functions, judgement of policies, a clock and numbers, and somebody who listens.
//! Decides nothing itself.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::happening::Happening;
use crate::limits::Limits;

/// A function to run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The function's ARN.
    pub function: String,
    /// Who asks, as `AWS::Lambda::Permission` names it in `SourceArn`:
    /// `arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/prod/$connect`.
    pub source: String,
    /// The event, JSON.
    pub payload: Bytes,
}

/// Why a function gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// It may not be run, or there is none.
    #[error("the API may not run the function: {0}")]
    Refused(String),
    /// It ran and failed; this is its `errorMessage`.
    #[error("the function failed: {0}")]
    Failed(String),
}

type Invoke = dyn Fn(Invocation) -> BoxFuture<'static, Result<Bytes, InvokeError>> + Send + Sync;
type Judge = dyn Fn(&Value, &str) -> bool + Send + Sync;

/// What APIs need from outside.
#[derive(Clone)]
pub struct Host {
    pub(crate) invoke: Arc<Invoke>,
    pub(crate) judge: Arc<Judge>,
    pub(crate) tell: Arc<dyn Fn(Happening) + Send + Sync>,
    pub(crate) number: Arc<dyn Fn() -> u128 + Send + Sync>,
    pub(crate) now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) limits: Limits,
}

impl Host {
    /// A host that runs functions with this, and has API Gateway's limits. The policies of its authorizers allow
    /// nothing, and nobody listens.
    pub fn new(
        invoke: impl Fn(Invocation) -> BoxFuture<'static, Result<Bytes, InvokeError>> + Send + Sync + 'static,
    ) -> Host {
        Host {
            invoke: Arc::new(invoke),
            judge: Arc::new(|_, _| false),
            tell: Arc::new(drop),
            number: Arc::new(|| uuid::Uuid::new_v4().as_u128()),
            now: Arc::new(SystemTime::now),
            limits: Limits::default(),
        }
    }

    /// With this to say whether an authorizer's `policyDocument` allows `execute-api:Invoke` on an ARN.
    #[must_use]
    pub fn judging(mut self, judge: impl Fn(&Value, &str) -> bool + Send + Sync + 'static) -> Host {
        self.judge = Arc::new(judge);
        self
    }

    /// With this to hear what happens.
    #[must_use]
    pub fn telling(mut self, tell: impl Fn(Happening) + Send + Sync + 'static) -> Host {
        self.tell = Arc::new(tell);
        self
    }

    /// With numbers from here: the lower 88 bits make the ids of connections, requests and messages, so they must
    /// differ there.
    #[must_use]
    pub fn numbering(mut self, number: impl Fn() -> u128 + Send + Sync + 'static) -> Host {
        self.number = Arc::new(number);
        self
    }

    /// With this clock for what events and answers show. Limits run by the machine's own.
    #[must_use]
    pub fn at(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Host {
        self.now = Arc::new(now);
        self
    }

    /// With other limits.
    #[must_use]
    pub fn limited(mut self, limits: Limits) -> Host {
        self.limits = limits;
        self
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("limits", &self.limits).finish_non_exhaustive()
    }
}
