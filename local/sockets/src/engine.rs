//! What all parts share: the APIs, the connections, and the host.
//! Does nothing by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::api::Api;
use crate::closing::Closing;
use crate::connection::{Connection, Opened};
use crate::happening::{Happening, What};
use crate::host::Host;
use crate::rate::Rate;

/// APIs by their ids, and open connections by theirs.
pub(crate) struct Engine {
    pub(crate) host: Host,
    pub(crate) rate: Rate,
    apis: Mutex<HashMap<String, Arc<Api>>>,
    connections: Mutex<HashMap<String, Arc<Connection>>>,
    stop: watch::Sender<bool>,
}

impl Engine {
    pub(crate) fn new(host: Host) -> Engine {
        Engine {
            host,
            rate: Rate::new(),
            apis: Mutex::default(),
            connections: Mutex::default(),
            stop: watch::Sender::new(false),
        }
    }

    pub(crate) fn apis(&self) -> MutexGuard<'_, HashMap<String, Arc<Api>>> {
        // Nothing panics in the middle of a change, here and below.
        self.apis.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn connections(&self) -> MutexGuard<'_, HashMap<String, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn api(&self, id: &str) -> Option<Arc<Api>> {
        self.apis().get(id).cloned()
    }

    /// From now on the connection can be found and posted to.
    pub(crate) fn enter(&self, opened: Opened) -> Arc<Connection> {
        let connection = Arc::new(Connection::new(opened, &self.host.limits));
        let mut connections = self.connections();
        connections.insert(connection.id.clone(), Arc::clone(&connection));
        if self.is_stopped() {
            connection.outbox.close(Closing::GOING_AWAY);
        }
        connection
    }

    /// From now on it cannot.
    pub(crate) fn leave(&self, connection: &Connection) {
        self.connections().remove(&connection.id);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Held by a connection for as long as it can be heard of; stopping waits for it.
    pub(crate) fn hold(&self) -> impl Sized + use<> {
        self.stop.subscribe()
    }

    /// Closes all connections, and waits until they are.
    pub(crate) async fn stop(&self) {
        self.stop.send_replace(true);
        self.close_all(|_| true);
        self.stop.closed().await;
    }

    /// Has connections closed with 1001.
    pub(crate) fn close_all(&self, which: impl Fn(&Connection) -> bool) {
        for connection in self.connections().values().filter(|connection| which(connection)) {
            connection.outbox.close(Closing::GOING_AWAY);
        }
    }

    pub(crate) fn tell(&self, api: &str, connection: Option<&str>, what: What) {
        (self.host.tell)(Happening { api: api.to_owned(), connection: connection.map(str::to_owned), what });
    }
}
