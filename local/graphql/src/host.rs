//! What APIs are lent: tables, functions, permissions and ids; and who is told of what happens.
//! Decides nothing: who a data source's role is, and what it may, is for whoever lends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::caller::Iam;

/// A call of DynamoDB's JSON API that a data source makes.
#[derive(Clone, Debug)]
pub struct DynamodbCall {
    /// The API.
    pub api: String,
    /// The data source whose role has to allow it.
    pub data_source: String,
    /// The action: `GetItem`.
    pub action: &'static str,
    /// The body of the request.
    pub body: Value,
}

/// A run of a function that a data source asks for.
#[derive(Clone, Debug)]
pub struct LambdaCall {
    /// The API.
    pub api: String,
    /// The data source whose role has to allow it.
    pub data_source: String,
    /// The function.
    pub function_arn: String,
    /// What it gets.
    pub payload: Value,
    /// Whether nobody waits for it: the invocation type is `Event`.
    pub is_event: bool,
}

/// What a function came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoked {
    /// What it returned; with an error, `errorMessage` and `errorType`.
    pub payload: Value,
    /// `Unhandled`, where it failed.
    pub function_error: Option<String>,
}

/// A call that was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct SourceError {
    /// Its type, such as `ConditionalCheckFailedException`.
    pub kind: String,
    /// For a person.
    pub message: String,
    /// DynamoDB's `CancellationReasons`, of a transaction that was cancelled.
    pub reasons: Value,
}

impl SourceError {
    /// An error of this type.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> SourceError {
        SourceError { kind: kind.into(), message: message.into(), reasons: Value::Null }
    }

    /// The same, with DynamoDB's `CancellationReasons`.
    #[must_use]
    pub fn with_reasons(self, reasons: Value) -> SourceError {
        SourceError { reasons, ..self }
    }
}

/// A field that somebody who signed a request wants: `appsync:GraphQL` on `…/types/{type}/fields/{field}`.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Who.
    pub caller: &'w Iam,
    /// The API's id.
    pub api: &'w str,
    /// The root type: `Mutation`.
    pub type_name: &'w str,
    /// The field.
    pub field: &'w str,
}

/// A signature inside a realtime message.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The API's id.
    pub api: String,
    /// The headers, as the client wrote them: texts under their names.
    pub headers: Value,
    /// `/graphql/connect` or `/graphql`.
    pub path: &'static str,
    /// The body that was signed: `{}`, or the text of `data`.
    pub body: String,
}

/// Something that happened, for whoever watches.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A request was answered.
    Answered {
        /// The API's id.
        api: String,
        /// The method of HTTP; `POST` for all that is executed.
        method: String,
        /// The status of HTTP.
        status: u16,
        /// `mutation createEvent`; none for a request that was not executed.
        operation: Option<String>,
        /// What the first error of the answer says, and more than that where AppSync keeps it to itself.
        reason: Option<String>,
        /// How long it took.
        took: Duration,
    },
    /// A client opened a realtime connection.
    Connected {
        /// The API's id.
        api: String,
        /// The connection, which has no id on AWS.
        connection: String,
    },
    /// A realtime connection is over.
    Disconnected {
        /// The API's id.
        api: String,
        /// The connection, which has no id on AWS.
        connection: String,
        /// Why.
        reason: String,
    },
    /// A client has subscribed.
    Subscribed {
        /// The API's id.
        api: String,
        /// The connection, which has no id on AWS.
        connection: String,
        /// The field of `Subscription`.
        field: String,
    },
    /// A mutation's result went to its subscribers.
    Published {
        /// The API's id.
        api: String,
        /// The field of `Mutation`.
        mutation: String,
        /// How many got it.
        subscribers: usize,
        /// How many did not, their messages being over the limit.
        oversized: usize,
    },
    /// A resolver wrote a line with `console.log`.
    Logged {
        /// The API's id.
        api: String,
        /// The resolver or function: `Mutation.createEvent`.
        resolver: String,
        /// The line.
        line: String,
    },
}

/// Numbers that tests make small.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of a request's body, in bytes.
    pub request: usize,
    /// Of an answer, in bytes.
    pub answer: usize,
    /// How long a request may take.
    pub time: Duration,
    /// How much one run of a resolver's code may use.
    pub code: stackwright_resolver::Limits,
    /// Threads that run resolvers' code.
    pub workers: usize,
    /// Between two `ka` messages.
    pub keep_alive: Duration,
    /// Of a realtime connection's life.
    pub connection: Duration,
    /// Subscriptions of one connection.
    pub subscriptions: usize,
    /// Of a realtime message, in bytes.
    pub message: usize,
    /// Messages that wait for a slow client before it is disconnected.
    pub outbox: usize,
    /// Realtime connections, of all APIs together.
    pub connections: usize,
}

impl Default for Limits {
    /// AppSync's: a request of 1 MB, an answer of 5 MB, 30 s; `ka` each minute, a connection of 24 hours, 100
    /// subscriptions, messages of 240 KB. Ours: 2 threads, 1,000 waiting messages, 10,000 connections.
    ///
    /// Source: [quotas](https://docs.aws.amazon.com/general/latest/gr/appsync.html).
    fn default() -> Limits {
        Limits {
            request: 1 << 20,
            answer: 5 << 20,
            time: Duration::from_secs(30),
            code: stackwright_resolver::Limits::default(),
            workers: 2,
            keep_alive: Duration::from_secs(60),
            connection: Duration::from_secs(24 * 60 * 60),
            subscriptions: 100,
            message: 240 << 10,
            outbox: 1_000,
            connections: 10_000,
        }
    }
}

type Answer<T> = BoxFuture<'static, Result<T, SourceError>>;

/// What APIs are lent, and who is told.
#[derive(Clone)]
pub struct Host {
    pub(crate) dynamodb: Arc<dyn Fn(DynamodbCall) -> Answer<Value> + Send + Sync>,
    pub(crate) lambda: Arc<dyn Fn(LambdaCall) -> Answer<Invoked> + Send + Sync>,
    pub(crate) may: Arc<dyn Fn(Wanted<'_>) -> bool + Send + Sync>,
    pub(crate) verify: Arc<dyn Fn(Signed) -> Option<Iam> + Send + Sync>,
    pub(crate) tell: Arc<dyn Fn(Happening) + Send + Sync>,
    pub(crate) unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    pub(crate) limits: Limits,
}

impl Host {
    /// No tables and no functions, nobody's signature, random ids, AppSync's limits, and nobody told.
    #[must_use]
    pub fn new() -> Host {
        let nothing =
            |what: &str| SourceError::new("ResourceNotFoundException", format!("there are no {what} here"));
        let (tables, functions) = (nothing("tables"), nothing("functions"));
        Host {
            dynamodb: Arc::new(move |_| Box::pin(std::future::ready(Err(tables.clone())))),
            lambda: Arc::new(move |_| Box::pin(std::future::ready(Err(functions.clone())))),
            may: Arc::new(|_| true),
            verify: Arc::new(|_| None),
            tell: Arc::new(|_| {}),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            limits: Limits::default(),
        }
    }

    /// Does what data sources of the type `AMAZON_DYNAMODB` ask for.
    #[must_use]
    pub fn dynamodb(self, dynamodb: impl Fn(DynamodbCall) -> Answer<Value> + Send + Sync + 'static) -> Host {
        Host { dynamodb: Arc::new(dynamodb), ..self }
    }

    /// Runs the functions behind data sources of the type `AWS_LAMBDA`.
    #[must_use]
    pub fn lambda(self, lambda: impl Fn(LambdaCall) -> Answer<Invoked> + Send + Sync + 'static) -> Host {
        Host { lambda: Arc::new(lambda), ..self }
    }

    /// Says whether somebody may have a field. Without it everybody who signed may have what the schema opens to IAM.
    #[must_use]
    pub fn permitting(self, may: impl Fn(Wanted<'_>) -> bool + Send + Sync + 'static) -> Host {
        Host { may: Arc::new(may), ..self }
    }

    /// Says who signed a realtime message; `None` for nobody.
    #[must_use]
    pub fn verifying(self, verify: impl Fn(Signed) -> Option<Iam> + Send + Sync + 'static) -> Host {
        Host { verify: Arc::new(verify), ..self }
    }

    /// Tells this of everything that happens. It must not block.
    #[must_use]
    pub fn telling(self, tell: impl Fn(Happening) + Send + Sync + 'static) -> Host {
        Host { tell: Arc::new(tell), ..self }
    }

    /// Takes ids from here: of requests, and `util.autoId()`.
    #[must_use]
    pub fn numbering(self, unique_id: impl Fn() -> String + Send + Sync + 'static) -> Host {
        Host { unique_id: Arc::new(unique_id), ..self }
    }

    /// With these limits.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Host {
        Host { limits, ..self }
    }
}

impl Default for Host {
    fn default() -> Host {
        Host::new()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Invoked {
    /// What a resolver sees of a failure: `None` where there was none.
    pub(crate) fn failure(&self) -> Option<Value> {
        let kind = self.function_error.as_deref()?;
        let message = self.payload["errorMessage"].as_str().unwrap_or("the function failed");
        Some(json!({ "message": message, "type": format!("Lambda:{kind}") }))
    }
}
