//! What mappings ask of the world, as closures: functions, destinations, queues, permissions, ids.
//! Does nothing itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::failure::Failure;
use crate::happening::Happening;
use crate::message::Queue;

type Invoke = dyn Fn(String, String) -> BoxFuture<'static, Result<Answer, InvokeError>> + Send + Sync;
type Admit = dyn Fn(&str, &str) -> Result<(), String> + Send + Sync;
type FindQueue = dyn Fn(&str) -> Option<Arc<dyn Queue>> + Send + Sync;
type Deliver = dyn Fn(Failure) -> BoxFuture<'static, Result<(), String>> + Send + Sync;

/// The world around mappings.
#[derive(Clone)]
pub struct Host {
    pub(crate) invoke: Arc<Invoke>,
    pub(crate) deliver: Arc<Deliver>,
    pub(crate) admit: Arc<Admit>,
    pub(crate) queue: Arc<FindQueue>,
    pub(crate) tell: Arc<dyn Fn(Happening) + Send + Sync>,
    pub(crate) unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    pub(crate) backoff: Backoff,
}

/// What a function made of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The invocation's id.
    pub request_id: String,
    /// The response: JSON, or nothing.
    pub payload: Vec<u8>,
    /// How it failed, in words for a person; `None` if it did not.
    pub function_error: Option<String>,
}

/// Why a function was not run. No retry is used up by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// It may not run now.
    #[error("throttled: {0}")]
    Throttled(String),
    /// It cannot be run: it is not there, or may not be invoked.
    #[error("{0}")]
    Refused(String),
}

/// How long to wait before the next try: twice as long each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Before the second try.
    pub first: Duration,
    /// At most.
    pub longest: Duration,
}

impl Default for Backoff {
    /// From 100 ms up to Lambda's minute.
    fn default() -> Backoff {
        Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(60) }
    }
}

impl Backoff {
    /// The wait after so many tries, of which there was at least one.
    pub(crate) fn after(self, tries: u32) -> Duration {
        let doublings = tries.saturating_sub(1).min(30);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

impl Host {
    /// A host whose functions are invoked so: with the function's ARN and the payload.
    ///
    /// It has no queues, no destinations and no restrictions, tells nobody, and has random ids.
    #[must_use]
    pub fn new(
        invoke: impl Fn(String, String) -> BoxFuture<'static, Result<Answer, InvokeError>> + Send + Sync + 'static,
    ) -> Host {
        Host {
            invoke: Arc::new(invoke),
            deliver: Arc::new(|_| async { Err("there are no destinations".to_owned()) }.boxed()),
            admit: Arc::new(|_, _| Ok(())),
            queue: Arc::new(|_| None),
            tell: Arc::new(|_| {}),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            backoff: Backoff::default(),
        }
    }

    /// Brings failure records to destinations; an error is why it could not, such as a missing permission.
    #[must_use]
    pub fn delivering(
        self,
        deliver: impl Fn(Failure) -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    ) -> Host {
        Host { deliver: Arc::new(deliver), ..self }
    }

    /// Says whether the role of a function (its ARN) may read a source (its ARN), and why not. Asked before each batch:
    /// it must be quick.
    #[must_use]
    pub fn admitting(self, admit: impl Fn(&str, &str) -> Result<(), String> + Send + Sync + 'static) -> Host {
        Host { admit: Arc::new(admit), ..self }
    }

    /// Finds queues by their ARN.
    #[must_use]
    pub fn queueing(self, queue: impl Fn(&str) -> Option<Arc<dyn Queue>> + Send + Sync + 'static) -> Host {
        Host { queue: Arc::new(queue), ..self }
    }

    /// Tells this of everything that happens to batches. It must not block.
    #[must_use]
    pub fn telling(self, tell: impl Fn(Happening) + Send + Sync + 'static) -> Host {
        Host { tell: Arc::new(tell), ..self }
    }

    /// Takes ids from here, for failure records of batches that were never sent.
    #[must_use]
    pub fn numbering(self, unique_id: impl Fn() -> String + Send + Sync + 'static) -> Host {
        Host { unique_id: Arc::new(unique_id), ..self }
    }

    /// Waits so long before it tries again.
    #[must_use]
    pub fn waiting(self, backoff: Backoff) -> Host {
        Host { backoff, ..self }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("backoff", &self.backoff).finish_non_exhaustive()
    }
}
