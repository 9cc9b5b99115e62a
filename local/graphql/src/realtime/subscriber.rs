//! One subscription of one client: what it follows, what it wants, and how it is told.
//! Knows no sockets: what is to be sent goes into a bounded outbox.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use super::filter::Filter;
use super::message::{self, Refusal, Start, refusals};
use crate::api::Api;
use crate::caller::Identity;
use crate::execution::Execution;
use crate::graphql::Shared;
use crate::host::Host;
use crate::request::{Answer, Prepared};

/// Messages on their way to a client.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    /// The name of the connection.
    pub(crate) connection: String,
    pub(crate) messages: mpsc::Sender<String>,
    /// Tells the connection that its client reads too slowly.
    pub(crate) overflow: Arc<Notify>,
}

impl Outbox {
    /// Puts a message in; a full outbox ends the connection.
    pub(crate) fn put(&self, message: String) -> bool {
        let sent = self.messages.try_send(message);
        if matches!(sent, Err(mpsc::error::TrySendError::Full(_))) {
            self.overflow.notify_one();
        }
        sent.is_ok()
    }
}

/// A subscription that is in force.
#[derive(Debug)]
pub(crate) struct Subscriber {
    /// The client's name for it.
    pub(crate) id: String,
    /// The field of `Subscription`.
    pub(crate) field: String,
    /// The mutations it follows.
    pub(crate) mutations: Vec<String>,
    filter: Filter,
    /// The API as it was when the client subscribed: the document is valid for that.
    api: Arc<Api>,
    prepared: Prepared,
    identity: Identity,
    pub(crate) outbox: Outbox,
}

impl Subscriber {
    /// Looks at who wants a subscription and whether they may have it, and runs its resolver.
    ///
    /// # Errors
    /// Why not, for the client.
    pub(crate) async fn of(
        shared: &Shared,
        api: Arc<Api>,
        start: &Start,
        identity: Identity,
        outbox: Outbox,
    ) -> Result<Subscriber, Vec<Refusal>> {
        let request = start.request().ok_or_else(|| vec![Refusal::unsupported("unknown")])?;
        let prepared = request.prepare(&api).map_err(refusals)?;
        if !prepared.operation.is_subscription() {
            return Err(vec![Refusal::unsupported(&prepared.operation.operation_type.to_string())]);
        }
        let context = json!({ "headers": start.authorization, "domainName": null });
        let execution =
            Execution::new(&shared.host, &api, &prepared, &identity, &context).resolving(&shared.workers);
        let (field, arguments) = execution.subscribe().await.map_err(|fault| vec![fault.into()])?;
        let added = execution.gathered.take_faults();
        if !added.is_empty() {
            return Err(added.into_iter().map(Refusal::from).collect());
        }
        let filter = match execution.gathered.take_filter() {
            Some(filter) => Filter::set(filter).map_err(|message| vec![Refusal::plain(message)])?,
            None => Filter::Arguments(arguments),
        };
        let mutations = api.mutations_of(&field);
        let (id, field) = (start.id.clone(), field.to_string());
        Ok(Subscriber { id, field, mutations, filter, api, prepared, identity, outbox })
    }

    pub(crate) fn follows(&self, mutation: &str) -> bool {
        self.mutations.iter().any(|one| one == mutation)
    }

    pub(crate) fn wants(&self, result: &Value) -> bool {
        self.filter.takes(result)
    }

    /// What a result is for this subscriber: its own selection of what the mutation selected.
    async fn payload(&self, host: &Host, result: &Value) -> String {
        let root = json!({ self.field.as_str(): result });
        let nothing = Value::Null;
        let execution = Execution::new(host, &self.api, &self.prepared, &self.identity, &nothing);
        let data = execution.data(&root).await;
        let answer = Answer { data, errors: execution.gathered.take_faults() };
        // Keys are texts and values are JSON's: there is nothing that could not be written.
        serde_json::to_string(&answer).unwrap_or_default()
    }
}

/// Payloads of one result: subscribers who asked the same the same way get the same.
#[derive(Debug, Default)]
pub(crate) struct Payloads(HashMap<Asked, String>);

/// The document (where it is: subscribers keep it there), the operation in it, the variables, and the way of
/// authorization.
type Asked = (usize, Option<String>, String, crate::Mode);

impl Payloads {
    /// The message for a subscriber.
    pub(crate) async fn message(&mut self, host: &Host, subscriber: &Subscriber, result: &Value) -> String {
        let Prepared { document, operation, variables } = &subscriber.prepared;
        let name = operation.name.as_ref().map(ToString::to_string);
        let place = Arc::as_ptr(document).addr();
        let asked = (place, name, Value::from(variables.clone()).to_string(), subscriber.identity.mode);
        if let Some(payload) = self.0.get(&asked) {
            return message::data(&subscriber.id, payload);
        }
        let payload = subscriber.payload(host, result).await;
        let message = message::data(&subscriber.id, &payload);
        self.0.insert(asked, payload);
        message
    }
}
