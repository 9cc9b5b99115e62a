//! What authorisers have said of somebody, as long as it holds.
//! Asks none of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many answers are remembered; beyond, all are forgotten.
const CAPACITY: usize = 10_000;

/// Which authoriser of which stage, and by what it knows somebody.
pub(crate) type Key = (String, Vec<String>);

/// Answers and until when they hold.
#[derive(Debug)]
pub(crate) struct Memory<T>(Mutex<HashMap<Key, (Instant, Arc<T>)>>);

impl<T> Memory<T> {
    pub(crate) fn new() -> Memory<T> {
        Memory(Mutex::default())
    }

    pub(crate) fn recall(&self, key: &Key) -> Option<Arc<T>> {
        let (until, said) = self.all().get(key).cloned()?;
        (Instant::now() < until).then_some(said)
    }

    /// Remembers what was said of somebody. Without anything to know people by it would hold for everybody.
    pub(crate) fn remember(&self, key: Key, said: &Arc<T>, within: Duration) {
        if within.is_zero() || key.1.is_empty() {
            return;
        }
        let mut all = self.all();
        if all.len() >= CAPACITY {
            all.clear();
        }
        all.insert(key, (Instant::now() + within, Arc::clone(said)));
    }

    /// Forgets everything, as a deployment does.
    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Key, (Instant, Arc<T>)>> {
        // Nothing panics in the middle of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
