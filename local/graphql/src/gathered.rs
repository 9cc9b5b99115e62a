//! What fields leave behind beside their values: faults, headers, a filter, and how many resolvers ran.
//! Fields run side by side: each of these may be added to by any.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::fault::{Fault, Path};

/// What is gathered on the way.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    faults: Mutex<Vec<Fault>>,
    headers: Mutex<Map<String, Value>>,
    filter: Mutex<Option<Value>>,
    resolvers: AtomicUsize,
    fields: AtomicUsize,
}

impl Gathered {
    pub(crate) fn fault(&self, fault: Fault) {
        lock(&self.faults).push(fault);
    }

    /// A null that must not be; said once a place, if nothing else was said about it.
    pub(crate) fn null(&self, message: String, path: &Path) {
        let fault = Fault::of_value(message, path);
        let mut faults = lock(&self.faults);
        if !faults.iter().any(|known| known.path == fault.path) {
            faults.push(fault);
        }
    }

    pub(crate) fn take_faults(&self) -> Vec<Fault> {
        std::mem::take(&mut *lock(&self.faults))
    }

    /// Headers that a resolver adds to the answer.
    pub(crate) fn add_headers(&self, headers: &Value) {
        let headers = headers.as_object().into_iter().flatten();
        lock(&self.headers).extend(headers.map(|(name, value)| (name.clone(), value.clone())));
    }

    pub(crate) fn take_headers(&self) -> Map<String, Value> {
        std::mem::take(&mut *lock(&self.headers))
    }

    /// The filter that a resolver of a subscription sets.
    pub(crate) fn set_filter(&self, filter: &Value) {
        if !filter.is_null() {
            *lock(&self.filter) = Some(filter.clone());
        }
    }

    pub(crate) fn take_filter(&self) -> Option<Value> {
        lock(&self.filter).take()
    }

    /// Counts more fields; how many there are with them.
    pub(crate) fn count_fields(&self, more: usize) -> usize {
        self.fields.fetch_add(more, Ordering::Relaxed) + more
    }

    /// Counts one more resolver; how many there are with it.
    pub(crate) fn count_resolver(&self) -> usize {
        self.resolvers.fetch_add(1, Ordering::Relaxed) + 1
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics in the middle of a change.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
