//! One open connection: who it is, and what all sides know of it.
//! Does not talk: its own task does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::api::Api;
use crate::client::Identity;
use crate::event::Subject;
use crate::limits::Limits;
use crate::outbox::Outbox;

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: String,
    pub(crate) api: String,
    pub(crate) stage: String,
    pub(crate) identity: Identity,
    pub(crate) connected_at: SystemTime,
    /// What the authorizer said of the client, for every event.
    pub(crate) authorizer: Option<Map<String, Value>>,
    pub(crate) outbox: Outbox,
    opened: Instant,
    /// Milliseconds from then to the last frame of either side.
    active: AtomicU64,
    places: Arc<Semaphore>,
}

/// A connection, for people and for `GET @connections`.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// Its id.
    pub id: String,
    /// Its API's id.
    pub api: String,
    /// Its stage.
    pub stage: String,
    /// When it was opened.
    pub connected_at: SystemTime,
    /// When either side last sent something.
    pub last_active_at: SystemTime,
    /// Whose it is.
    pub identity: Identity,
    /// Bytes that wait for the client to read them.
    pub waiting: usize,
}

/// What a connection is at its beginning.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) api: String,
    pub(crate) stage: String,
    pub(crate) identity: Identity,
    pub(crate) connected_at: SystemTime,
    pub(crate) authorizer: Option<Map<String, Value>>,
}

impl Connection {
    pub(crate) fn new(opened: Opened, limits: &Limits) -> Connection {
        let Opened { id, api, stage, identity, connected_at, authorizer } = opened;
        Connection {
            id,
            api,
            stage,
            identity,
            connected_at,
            authorizer,
            outbox: Outbox::default(),
            opened: Instant::now(),
            active: AtomicU64::new(0),
            places: Arc::new(Semaphore::new(limits.in_flight.max(1))),
        }
    }

    /// Notes that either side has sent something.
    pub(crate) fn touch(&self) {
        let age = u64::try_from(self.age().as_millis()).unwrap_or(u64::MAX);
        self.active.store(age, Ordering::Relaxed);
    }

    /// When it has been idle or open for too long, if nothing more happens.
    pub(crate) fn end(&self, limits: &Limits) -> Instant {
        self.opened + (self.last_activity() + limits.idle).min(limits.lifetime)
    }

    /// A place for one more message with a function, as soon as there is one.
    pub(crate) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    pub(crate) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// What its events have in common, under what its API is now.
    pub(crate) fn subject<'a>(&'a self, api: &'a Api) -> Subject<'a> {
        Subject {
            api,
            stage: &self.stage,
            connection: &self.id,
            connected_at: self.connected_at,
            identity: &self.identity,
            authorizer: self.authorizer.as_ref(),
        }
    }

    pub(crate) fn info(&self) -> ConnectionInfo {
        ConnectionInfo {
            id: self.id.clone(),
            api: self.api.clone(),
            stage: self.stage.clone(),
            connected_at: self.connected_at,
            last_active_at: self.connected_at + self.last_activity(),
            identity: self.identity.clone(),
            waiting: self.outbox.size(),
        }
    }

    fn last_activity(&self) -> Duration {
        Duration::from_millis(self.active.load(Ordering::Relaxed))
    }
}
