//! What is defined now, by id. A request goes on with the definition that it began with.
//! Knows not what a definition is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Definitions that can be replaced while requests use them.
#[derive(Debug)]
pub(crate) struct Definitions<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Definitions<T> {
    pub(crate) fn new() -> Definitions<T> {
        Definitions(Mutex::default())
    }

    pub(crate) fn put(&self, id: String, definition: T) {
        self.all().insert(id, Arc::new(definition));
    }

    pub(crate) fn remove(&self, id: &str) {
        self.all().remove(id);
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<T>> {
        self.all().get(id).cloned()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<T>>> {
        // Nothing panics in the middle of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
