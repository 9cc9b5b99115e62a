//! [`Happening`]: one thing that happened, for whoever looks on.
//! Decides nothing, and knows no colours.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Happening {
    /// When.
    #[serde(serialize_with = "iso")]
    pub at: SystemTime,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What kinds of things happen. Names of functions, tables and APIs are `Stack/LogicalId` where they are known.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum What {
    /// A WebSocket opened, closed or was refused.
    Connection {
        /// The API.
        api: String,
        /// The connection's id.
        connection: String,
        /// `opened`, `refused with 400`, `closed by the client (1000)`.
        event: String,
    },
    /// A message went over a WebSocket.
    Message {
        /// The API.
        api: String,
        /// The connection's id.
        connection: String,
        /// Whether the client sent it.
        from_client: bool,
        /// The route that it took, if a client sent it.
        route: Option<String>,
        /// Its size in bytes.
        bytes: usize,
    },
    /// A request of HTTP was answered: by a REST API, a function's URL, a page's host, AppSync.
    Request {
        /// What answered.
        to: String,
        /// Its method.
        method: String,
        /// Its path.
        path: String,
        /// The status of the answer.
        status: u16,
        /// Why it is an error, where the caller is not told.
        reason: Option<String>,
        /// How long it took, in milliseconds.
        #[serde(serialize_with = "milliseconds", rename = "milliseconds")]
        duration: Duration,
    },
    /// A function was invoked.
    Invoke {
        /// The function.
        function: String,
        /// The invocation's id.
        request_id: String,
        /// How it failed, if it did.
        error: Option<String>,
        /// How long it took, in milliseconds.
        #[serde(serialize_with = "milliseconds", rename = "milliseconds")]
        duration: Duration,
    },
    /// A function wrote a line.
    Log {
        /// The function.
        function: String,
        /// The invocation, if one ran.
        request_id: Option<String>,
        /// The line.
        line: String,
    },
    /// Records of a stream, or messages of a queue, went to a function.
    Batch {
        /// Where they came from.
        source: String,
        /// The function.
        function: String,
        /// How many.
        records: usize,
        /// `handled`, `failed, retried in 1 s`, `given up`.
        outcome: String,
        /// How long it took, in milliseconds.
        #[serde(serialize_with = "milliseconds", rename = "milliseconds")]
        duration: Duration,
    },
    /// An event came to a bus, or a rule passed it on.
    Event {
        /// The bus.
        bus: String,
        /// `Shop Order Placed → Notifications/Publisher`.
        event: String,
    },
    /// A part of the system asked something of another, and was allowed to. There are many: whoever started the run is
    /// not told, and they are only among what `/_local/happenings` has.
    Call {
        /// Who asked; `outside` for callers that are no part.
        from: String,
        /// Who was asked.
        to: String,
        /// What, such as `dynamodb:PutItem`.
        action: String,
    },
    /// A caller lacked a grant.
    Denied {
        /// Who.
        who: String,
        /// The action, such as `dynamodb:PutItem`.
        action: String,
        /// The resource's ARN.
        resource: String,
        /// The message as AWS words it.
        message: String,
        /// The function that called, if it was one.
        function: Option<String>,
        /// `file:line` of its declaration, where that is known.
        declared_at: Option<String>,
        /// The part of the system that called, `outside` if it is none.
        from: Option<String>,
        /// The part that it called.
        to: Option<String>,
    },
    /// A stack is up, or was changed.
    Stack {
        /// Its name.
        stack: String,
        /// `started`, `updated`, `function notes-api swapped`.
        event: String,
    },
    /// Something went wrong that no caller is told of.
    Failure {
        /// Where.
        place: String,
        /// What.
        message: String,
    },
}

impl From<What> for Happening {
    fn from(what: What) -> Happening {
        Happening { at: SystemTime::now(), what }
    }
}

impl What {
    /// The word by which lines are told apart.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            What::Connection { .. } => "connection",
            What::Message { .. } => "message",
            What::Request { .. } => "request",
            What::Invoke { .. } => "invoke",
            What::Log { .. } => "log",
            What::Batch { .. } => "batch",
            What::Event { .. } => "event",
            What::Call { .. } => "call",
            What::Denied { .. } => "denied",
            What::Stack { .. } => "stack",
            What::Failure { .. } => "failure",
        }
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let text = match self {
            What::Log { line, .. } => line.len(),
            What::Request { method, path, .. } => method.len() + path.len(),
            What::Call { from, to, action } => from.len() + to.len() + action.len(),
            What::Invoke { error, .. } => error.as_ref().map_or(0, String::len),
            What::Batch { outcome: text, .. }
            | What::Event { event: text, .. }
            | What::Denied { message: text, .. }
            | What::Failure { message: text, .. } => text.len(),
            What::Connection { .. } | What::Message { .. } | What::Stack { .. } => 0,
        };
        text + 256
    }

    /// Whether a person should look at it.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        match self {
            What::Denied { .. } | What::Failure { .. } => true,
            What::Invoke { error, .. } => error.is_some(),
            What::Request { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

impl fmt::Display for What {
    /// One line, without the kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Connection { api, connection, event } => write!(f, "{api} {connection} {event}"),
            What::Message { api, connection, from_client: true, route, bytes } => {
                write!(f, "{api} {connection} → {} ({bytes} B)", route.as_deref().unwrap_or("no route"))
            }
            What::Message { api, connection, bytes, .. } => write!(f, "{api} {connection} ← {bytes} B"),
            What::Request { to, method, path, status, reason, duration } => {
                write!(f, "{to} {method} {path} {status} {}", Shown(*duration))?;
                reason.iter().try_for_each(|reason| write!(f, ": {reason}"))
            }
            What::Invoke { function, error: None, duration, .. } => {
                write!(f, "{function} {}", Shown(*duration))
            }
            What::Invoke { function, error: Some(error), duration, .. } => {
                write!(f, "{function} {}: {error}", Shown(*duration))
            }
            What::Log { function, line, .. } => write!(f, "{function} {line}"),
            What::Batch { source, function, records, outcome, duration } => {
                write!(f, "{source} → {function} {records} records, {outcome} {}", Shown(*duration))
            }
            What::Event { bus, event } => write!(f, "{bus} {event}"),
            What::Call { from, to, action } => write!(f, "{from} → {to} {action}"),
            What::Denied { message, function: Some(function), declared_at: Some(line), .. } => {
                write!(f, "{message} ({function}, declared at {line})")
            }
            What::Denied { message, function: Some(function), .. } => write!(f, "{message} ({function})"),
            What::Denied { message, .. } => f.write_str(message),
            What::Stack { stack, event } => write!(f, "{stack} {event}"),
            What::Failure { place, message } => write!(f, "{place}: {message}"),
        }
    }
}

/// A duration as people read it.
struct Shown(Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} ms", self.0.as_secs_f64() * 1e3)
    }
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    // Rounded to microseconds: clocks are no better.
    serializer.serialize_f64((duration.as_secs_f64() * 1e6).round() / 1e3)
}

fn iso<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::moment::iso(*at))
}
