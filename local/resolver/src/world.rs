//! What a resolver learns of the world: the time and ids. What it tells: its log.
//! Lent by the caller, so that runs can be repeated.

use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// The clock, the source of ids, and the log of a resolver.
#[derive(Clone)]
pub struct World {
    pub(crate) now: Rc<dyn Fn() -> SystemTime>,
    pub(crate) unique_id: Rc<dyn Fn() -> String>,
    pub(crate) log: Rc<dyn Fn(&str)>,
}

impl World {
    /// This clock, these ids (`util.autoId`: UUIDs in AppSync), and this log for `console.log` and `console.error`.
    pub fn new(
        now: impl Fn() -> SystemTime + 'static,
        unique_id: impl Fn() -> String + 'static,
        log: impl Fn(&str) + 'static,
    ) -> World {
        World { now: Rc::new(now), unique_id: Rc::new(unique_id), log: Rc::new(log) }
    }

    /// The clock of this machine, ids that nobody can guess twice, and no log.
    #[must_use]
    pub fn of_this_machine() -> World {
        World::new(SystemTime::now, || Uuid::new_v4().to_string(), |_| {})
    }

    pub(crate) fn epoch_millis(&self) -> f64 {
        (self.now)().duration_since(UNIX_EPOCH).map_or(0.0, |span| span.as_millis() as f64)
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}
