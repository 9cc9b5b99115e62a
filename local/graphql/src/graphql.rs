//! All APIs of one host: there they are defined, asked and removed.
//! Knows no protocol: HTTP and the realtime protocol are beside it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::Request as HttpRequest;
use axum::response::Response;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::api::Api;
use crate::caller::{Caller, Identity};
use crate::code::Workers;
use crate::definition::Definition;
use crate::execution::Execution;
use crate::fault::Fault;
use crate::host::Host;
use crate::http;
use crate::node::Node;
use crate::problem::Problem;
use crate::realtime::{self, Channel, OpenConnection};
use crate::request::{Answer, Prepared};

/// How long clients may take to hear that all is over.
const FAREWELL: Duration = Duration::from_secs(1);

/// GraphQL APIs, ready to be asked. Clones are the same APIs; when the last is dropped, all connections end.
#[derive(Clone)]
pub struct Graphql(Arc<Shared>);

/// What the clones share.
pub(crate) struct Shared {
    pub(crate) host: Host,
    pub(crate) workers: Workers,
    /// Places for realtime connections.
    pub(crate) places: Arc<Semaphore>,
    apis: RwLock<HashMap<String, Arc<Served>>>,
}

/// An API, and what outlives its definition.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) id: String,
    defined: RwLock<Option<Defined>>,
    pub(crate) channel: Channel,
}

/// An API as it is now, and what it was made from.
#[derive(Debug)]
struct Defined {
    definition: Definition,
    problems: Vec<Problem>,
    /// None if its schema does not work.
    api: Option<Arc<Api>>,
}

impl Graphql {
    /// A host without APIs.
    #[must_use]
    pub fn start(host: Host) -> Graphql {
        let workers = Workers::start(&host);
        let places = Arc::new(Semaphore::new(host.limits.connections.min(Semaphore::MAX_PERMITS)));
        Graphql(Arc::new(Shared { host, workers, places, apis: RwLock::default() }))
    }

    /// Adds an API, or replaces what it is: connections and subscriptions stay. What of it cannot be run here is
    /// answered; all the rest works. One that is as it was is not looked at again: that would run its code.
    pub fn define(&self, id: &str, definition: Definition) -> Vec<Problem> {
        if let Some(problems) = self.0.served(id).and_then(|served| served.problems_of(&definition)) {
            return problems;
        }
        let (api, problems) = Api::new(id.to_owned(), definition.clone(), &self.0.host);
        let defined = Defined { definition, problems: problems.clone(), api: api.map(Arc::new) };
        let mut apis = self.0.apis.write().unwrap_or_else(PoisonError::into_inner);
        let served = apis.entry(id.to_owned()).or_insert_with(|| Arc::new(Served::new(id)));
        *served.defined.write().unwrap_or_else(PoisonError::into_inner) = Some(defined);
        problems
    }

    /// Removes an API, and ends its connections.
    pub fn remove(&self, id: &str) {
        let removed = self.0.apis.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(served) = removed {
            served.channel.close();
        }
    }

    /// The realtime connections that are open, by API, and within it by name.
    #[must_use]
    pub fn connections(&self) -> Vec<OpenConnection> {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        let by_id: BTreeMap<_, _> = apis.iter().collect();
        by_id.into_iter().flat_map(|(id, served)| served.channel.connections(id)).collect()
    }

    /// Removes all APIs, and waits until their connections are over, though not for clients that hear nothing.
    pub async fn shutdown(&self) {
        let apis = std::mem::take(&mut *self.0.apis.write().unwrap_or_else(PoisonError::into_inner));
        apis.values().for_each(|served| served.channel.close());
        // Each connection has a place until it is over.
        let places = u32::try_from(self.0.host.limits.connections).unwrap_or(u32::MAX);
        drop(timeout(FAREWELL, self.0.places.acquire_many(places)).await);
    }

    /// Answers a request to `/graphql`: `POST`, and the `OPTIONS` of a preflight. Whoever calls this has looked at
    /// signatures; keys are looked at here.
    ///
    /// Source: [AppSync's HTTP behaviour](https://github.com/graphql/graphql-over-http/issues/81).
    pub async fn post(&self, id: &str, request: HttpRequest, caller: Caller) -> Response {
        match self.0.served(id) {
            Some(served) => http::answer(&self.0, &served, request, caller).await,
            None => http::unknown(),
        }
    }

    /// Opens a realtime connection: a WebSocket of the subprotocol `graphql-ws`, whatever its path. It lives on in a task.
    ///
    /// Source: [building a real-time WebSocket client](https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn realtime(&self, id: &str, request: HttpRequest) -> Response {
        match self.0.served(id) {
            Some(served) => realtime::open(&self.0, &served, request),
            None => http::unknown(),
        }
    }
}

impl fmt::Debug for Graphql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apis = self.0.apis.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(apis.keys()).finish()
    }
}

impl Served {
    fn new(id: &str) -> Served {
        Served { id: id.to_owned(), defined: RwLock::default(), channel: Channel::default() }
    }

    /// What was wrong with it, if it was made from just this.
    fn problems_of(&self, definition: &Definition) -> Option<Vec<Problem>> {
        let defined = self.defined.read().unwrap_or_else(PoisonError::into_inner);
        defined.as_ref().filter(|defined| defined.definition == *definition).map(|it| it.problems.clone())
    }

    /// The API as it is now; none if its schema does not work.
    pub(crate) fn api(&self) -> Option<Arc<Api>> {
        self.defined.read().unwrap_or_else(PoisonError::into_inner).as_ref()?.api.clone()
    }
}

impl Shared {
    fn served(&self, id: &str) -> Option<Arc<Served>> {
        self.apis.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Executes a query or a mutation. Subscribers are told of what mutations come to.
    pub(crate) async fn execute(
        &self,
        served: &Served,
        api: &Api,
        prepared: &Prepared,
        identity: &Identity,
        request: &Value,
    ) -> Executed {
        let introspected = match prepared.introspect(api) {
            Ok(values) => values,
            Err(fault) => return Executed::refused(fault),
        };
        let execution = Execution::new(&self.host, api, prepared, identity, request).resolving(&self.workers);
        let is_denied = execution.is_denied_altogether();
        let data = if is_denied { Node::NULL } else { execution.data(&introspected).await };
        if prepared.operation.is_mutation() {
            served.channel.publish(&data).await;
        }
        let headers = execution.gathered.take_headers();
        Executed { answer: Answer { data, errors: execution.gathered.take_faults() }, headers, is_denied }
    }
}

/// What an operation came to.
#[derive(Debug)]
pub(crate) struct Executed {
    pub(crate) answer: Answer,
    /// Headers that resolvers added.
    pub(crate) headers: serde_json::Map<String, Value>,
    /// Whether the caller's policies allow nothing of it.
    pub(crate) is_denied: bool,
}

impl Executed {
    fn refused(fault: Fault) -> Executed {
        let answer = Answer { data: Node::NULL, errors: vec![fault] };
        Executed { answer, headers: serde_json::Map::new(), is_denied: false }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let apis = self.apis.get_mut().unwrap_or_else(PoisonError::into_inner);
        apis.values().for_each(|served| served.channel.close());
    }
}
