//! What the engines are lent by whoever runs them: functions, permissions, ids, the time.
//! Decides nothing: who may do what, and where happenings are told, is the runner's affair.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::caller::Identity;
use crate::incoming::Incoming;

type Invoke = dyn Fn(Invocation) -> BoxFuture<'static, Result<Bytes, Failure>> + Send + Sync;
type Authorise = dyn Fn(&Permission) -> Result<(), String> + Send + Sync;
type Judge = dyn Fn(&Judgement<'_>) -> Verdict + Send + Sync;

/// What an engine asks of its surroundings. Clones are the same world.
#[derive(Clone)]
pub struct World {
    pub(crate) invoke: Arc<Invoke>,
    pub(crate) authorise: Arc<Authorise>,
    pub(crate) judge: Arc<Judge>,
    pub(crate) tell: Arc<dyn Fn(Answered) + Send + Sync>,
    pub(crate) unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    pub(crate) now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl World {
    /// A world in which everybody may do everything and nobody is told, with random ids and the system's clock.
    /// Policies that authorisers return are not understood, so they deny.
    pub fn new(
        invoke: impl Fn(Invocation) -> BoxFuture<'static, Result<Bytes, Failure>> + Send + Sync + 'static,
    ) -> World {
        World {
            invoke: Arc::new(invoke),
            authorise: Arc::new(|_| Ok(())),
            judge: Arc::new(|_| Verdict::Denied),
            tell: Arc::new(|_| {}),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            now: Arc::new(SystemTime::now),
        }
    }

    /// Asks this whether a caller may do something. The error is what the caller is told.
    #[must_use]
    pub fn authorising(
        self,
        authorise: impl Fn(&Permission) -> Result<(), String> + Send + Sync + 'static,
    ) -> World {
        World { authorise: Arc::new(authorise), ..self }
    }

    /// Asks this what the policy that an authoriser returned says.
    #[must_use]
    pub fn judging(self, judge: impl Fn(&Judgement<'_>) -> Verdict + Send + Sync + 'static) -> World {
        World { judge: Arc::new(judge), ..self }
    }

    /// Tells this of every request that was answered. It must not block.
    #[must_use]
    pub fn telling(self, tell: impl Fn(Answered) + Send + Sync + 'static) -> World {
        World { tell: Arc::new(tell), ..self }
    }

    /// Takes request ids from here, where runs are to be repeatable. They look like UUIDs.
    #[must_use]
    pub fn numbering(self, unique_id: impl Fn() -> String + Send + Sync + 'static) -> World {
        World { unique_id: Arc::new(unique_id), ..self }
    }

    /// Takes the time from here.
    #[must_use]
    pub fn at(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> World {
        World { now: Arc::new(now), ..self }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

/// A function that is to run, and its event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The function's ARN, as the integration has it: perhaps with a version or an alias.
    pub function: String,
    /// Whose permission to invoke it is to be looked at: the ARN of the method or of the authoriser, for the service
    /// `apigateway.amazonaws.com`. None for a function URL, whose callers were asked for.
    pub source_arn: Option<String>,
    /// The event, as JSON.
    pub payload: Bytes,
}

/// Why a function gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// It ran and failed; its payload has `errorMessage`.
    #[error("function error: {}", String::from_utf8_lossy(.0))]
    FunctionError(Bytes),
    /// The API has no permission to invoke it.
    #[error("invalid permissions on Lambda function")]
    NotPermitted,
    /// Too many of its invocations run.
    #[error("rate exceeded")]
    Throttled,
    /// The event is larger than 6 MB.
    #[error("the event is larger than 6 MB")]
    TooLarge,
    /// There is none of this ARN, or it cannot be invoked now.
    #[error("{0}")]
    Unavailable(String),
}

/// A question to IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Who; none is anybody, whom only a resource's own policy can let in.
    pub caller: Option<Identity>,
    /// Such as `execute-api:Invoke`.
    pub action: &'static str,
    /// The ARN of the method or function.
    pub resource: String,
    /// Where the request came from: `aws:SourceIp`.
    pub source: IpAddr,
    /// Further condition keys, such as `lambda:FunctionUrlAuthType`.
    pub context: Vec<(&'static str, String)>,
}

/// A question about a policy that an authoriser returned.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'a> {
    /// The policy's document.
    pub policy: &'a Value,
    /// The action, `execute-api:Invoke`.
    pub action: &'static str,
    /// The method's ARN.
    pub resource: &'a str,
}

/// What a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it.
    Allowed,
    /// No statement speaks of it.
    NotMentioned,
    /// A statement denies it.
    Denied,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The API's id or the function URL's.
    pub api: String,
    /// The stage; none for a function URL.
    pub stage: Option<String>,
    /// The request's method.
    pub method: String,
    /// The path without its stage, as it was sent.
    pub path: String,
    /// The answer's status.
    pub status: u16,
    /// From the request's head to the answer's.
    pub duration: Duration,
    /// Why the engine did not pass on a function's answer, in the words of API Gateway's execution logs where it has
    /// some. The caller is not told.
    pub reason: Option<String>,
}

/// A request under way: what will be told of it is noted before its parts go their ways.
#[derive(Debug)]
pub(crate) struct UnderWay {
    api: String,
    method: String,
    path: String,
    begun: Instant,
}

impl UnderWay {
    pub(crate) fn to(api: &str, incoming: &Incoming) -> UnderWay {
        let (method, path) = (incoming.method.to_string(), incoming.path.clone());
        UnderWay { api: api.to_owned(), method, path, begun: Instant::now() }
    }

    /// Tells how it ended, and lets the answer through.
    pub(crate) fn answered(
        self,
        world: &World,
        stage: Option<String>,
        (response, reason): (Response<Body>, Option<String>),
    ) -> Response<Body> {
        (world.tell)(Answered {
            api: self.api,
            stage,
            method: self.method,
            path: self.path,
            status: response.status().as_u16(),
            duration: self.begun.elapsed(),
            reason,
        });
        response
    }
}
