//! The subscribers of one API, and the queue of results for them: one result after the other, in the order of mutations.
//! Waits for no client: who reads too slowly is disconnected.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::SystemTime;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::message;
use super::subscriber::{Payloads, Subscriber};
use crate::host::{Happening, Host};
use crate::node::Node;

/// Results that wait for their turn; beyond, mutations wait.
const WAITING: usize = 256;

/// The subscribers of an API, whatever its definition.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    subscribers: Arc<Subscribers>,
    results: OnceLock<mpsc::Sender<Published>>,
    closing: watch::Sender<bool>,
    /// Connections by their names: when they began, and where from.
    open: RwLock<BTreeMap<String, (SystemTime, Option<String>)>>,
}

/// A realtime connection that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConnection {
    /// Its name here: it has no id on AWS.
    pub id: String,
    /// The API's id.
    pub api: String,
    /// Since when it is open.
    pub connected_at: SystemTime,
    /// The address of the client.
    pub source_ip: Option<String>,
    /// The fields of `Subscription` that it listens to, in the order in which it began to.
    pub subscriptions: Vec<String>,
}

#[derive(Debug, Default)]
struct Subscribers {
    all: RwLock<HashMap<u64, Arc<Subscriber>>>,
    numbers: AtomicU64,
}

/// What a mutation came to.
#[derive(Debug)]
struct Published {
    mutation: String,
    result: Value,
}

impl Channel {
    /// Tells subscribers what a mutation came to: each of its fields that is not null.
    pub(crate) async fn publish(&self, data: &Node) {
        let (Node::Object(object), Some(results)) = (data, self.results.get()) else { return };
        for field in object.fields.iter().filter(|field| !field.value.is_null()) {
            if self.subscribers.has_followers(&field.name) {
                let published =
                    Published { mutation: field.name.to_string(), result: field.value.published() };
                // The task lives as long as the channel.
                drop(results.send(published).await);
            }
        }
    }

    /// Puts a subscription in force, and says so to its client before any result can come. Its number, to end it with.
    pub(crate) fn subscribe(&self, subscriber: Subscriber, api: &str, host: &Host) -> u64 {
        self.results.get_or_init(|| start(api.to_owned(), host.clone(), Arc::clone(&self.subscribers)));
        let number = self.subscribers.numbers.fetch_add(1, Ordering::Relaxed);
        let mut all = self.subscribers.all.write().unwrap_or_else(PoisonError::into_inner);
        subscriber.outbox.put(message::start_ack(&subscriber.id));
        all.insert(number, Arc::new(subscriber));
        number
    }

    pub(crate) fn unsubscribe(&self, number: u64) {
        self.subscribers.all.write().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }

    /// Counts a connection among those that are open.
    pub(crate) fn opened(&self, name: &str, source_ip: Option<String>) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(name.to_owned(), (SystemTime::now(), source_ip));
    }

    /// Does so no longer.
    pub(crate) fn closed(&self, name: &str) {
        self.open.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// The connections to this API that are open.
    pub(crate) fn connections(&self, api: &str) -> Vec<OpenConnection> {
        let mut subscriptions = self.subscribers.by_connection();
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let connections = open.iter().map(|(name, (since, source_ip))| OpenConnection {
            id: name.clone(),
            api: api.to_owned(),
            connected_at: *since,
            source_ip: source_ip.clone(),
            subscriptions: subscriptions.remove(name).unwrap_or_default(),
        });
        connections.collect()
    }

    /// Ends all connections.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Becomes true when connections are to end.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}

impl Subscribers {
    fn has_followers(&self, mutation: &str) -> bool {
        self.all.read().unwrap_or_else(PoisonError::into_inner).values().any(|one| one.follows(mutation))
    }

    /// The fields that each connection listens to, in the order in which it began to.
    fn by_connection(&self) -> HashMap<String, Vec<String>> {
        let mut fields = HashMap::<_, Vec<_>>::new();
        for one in self.in_order().into_values() {
            fields.entry(one.outbox.connection.clone()).or_default().push(one.field.clone());
        }
        fields
    }

    fn in_order(&self) -> BTreeMap<u64, Arc<Subscriber>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(number, one)| (*number, Arc::clone(one))).collect()
    }

    fn of(&self, published: &Published) -> Vec<Arc<Subscriber>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let wants = |one: &&Arc<Subscriber>| one.follows(&published.mutation) && one.wants(&published.result);
        all.values().filter(wants).cloned().collect()
    }
}

/// A task that hands results out. It ends with the channel.
fn start(api: String, host: Host, subscribers: Arc<Subscribers>) -> mpsc::Sender<Published> {
    let (results, mut waiting) = mpsc::channel::<Published>(WAITING);
    tokio::spawn(async move {
        while let Some(published) = waiting.recv().await {
            let (told, oversized) = hand_out(&host, &subscribers, &published).await;
            let (api, mutation) = (api.clone(), published.mutation);
            (host.tell)(Happening::Published { api, mutation, subscribers: told, oversized });
        }
    });
    results
}

/// How many were told, and how many were not since their messages are too large: AppSync drops those silently.
async fn hand_out(host: &Host, subscribers: &Subscribers, published: &Published) -> (usize, usize) {
    let mut payloads = Payloads::default();
    let (mut told, mut oversized) = (0, 0);
    for subscriber in subscribers.of(published) {
        let message = payloads.message(host, &subscriber, &published.result).await;
        if message.len() > host.limits.message {
            oversized += 1;
        } else if subscriber.outbox.put(message) {
            told += 1;
        }
    }
    (told, oversized)
}
