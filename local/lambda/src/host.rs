//! What functions' host lends and is told: ids, faults, lines of output, answers, finished asynchronous invocations.
//! Decides nothing: where lines and records go is the caller's affair.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::answer::Answer;
use crate::asynchronous::Record;

/// Who is told of answers, with the name of the function.
type Watch = dyn Fn(&str, &Answer) + Send + Sync;

/// Who may keep a function from running, by its name.
type Interrupt = dyn Fn(&str) -> BoxFuture<'static, Option<Interruption>> + Send + Sync;

/// Ids for requests, faults on demand, and who is told of output and of finished events.
#[derive(Clone)]
pub struct Host {
    pub(crate) log: Arc<dyn Fn(LogLine) + Send + Sync>,
    pub(crate) answered: Arc<Watch>,
    pub(crate) interrupt: Arc<Interrupt>,
    pub(crate) finished: Arc<dyn Fn(Record) + Send + Sync>,
    pub(crate) unique_id: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Host {
    /// Random ids, no faults, and nobody told.
    #[must_use]
    pub fn new() -> Host {
        Host {
            log: Arc::new(|_| {}),
            answered: Arc::new(|_, _| {}),
            interrupt: Arc::new(|_| Box::pin(async { None })),
            finished: Arc::new(|_| {}),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
        }
    }

    /// Tells this of every line a function writes. It is called between two steps of a process: it must not block.
    #[must_use]
    pub fn logging(self, log: impl Fn(LogLine) + Send + Sync + 'static) -> Host {
        Host { log: Arc::new(log), ..self }
    }

    /// Tells this of every invocation that a function has answered, or failed to, with the function's name: each try of an
    /// asynchronous one too. It must not block.
    #[must_use]
    pub fn watching(self, answered: impl Fn(&str, &Answer) + Send + Sync + 'static) -> Host {
        Host { answered: Arc::new(answered), ..self }
    }

    /// Asks this before each try of an asynchronous invocation, with the function's name, whether it is to fail instead
    /// of being made. (Whoever invokes a function and waits can ask by itself.)
    #[must_use]
    pub fn interrupting(
        self,
        interrupt: impl Fn(&str) -> BoxFuture<'static, Option<Interruption>> + Send + Sync + 'static,
    ) -> Host {
        Host { interrupt: Arc::new(interrupt), ..self }
    }

    /// Tells this of every asynchronous invocation that is over, well or badly: the place for destinations.
    #[must_use]
    pub fn telling(self, finished: impl Fn(Record) + Send + Sync + 'static) -> Host {
        Host { finished: Arc::new(finished), ..self }
    }

    /// Takes request ids from here, where runs are to be repeatable. They must be unique and fit into a URL.
    #[must_use]
    pub fn numbering(self, unique_id: impl Fn() -> String + Send + Sync + 'static) -> Host {
        Host { unique_id: Arc::new(unique_id), ..self }
    }
}

impl Default for Host {
    fn default() -> Host {
        Host::new()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

/// What a try comes to that is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The function is throttled: the try does not count, and another comes soon.
    Throttled,
    /// The function fails with this message.
    Failed(String),
}

/// A line that a function wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The function's name.
    pub function: String,
    /// The invocation that ran then, or the last one before; none during initialisation.
    pub request_id: Option<String>,
    /// Where it was written.
    pub stream: Stream,
    /// The line without its end; bytes that are not UTF-8 are replaced. 256 KB at most: a longer line comes in parts.
    pub text: String,
}

/// A stream of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}
