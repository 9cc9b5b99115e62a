//! [`Traffic`]: how often what has called what in this run, and how it went.
//! Keeps totals, not calls: those are among what is recent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Calls from a part of the system to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) actions: BTreeSet<String>,
    /// Those that were allowed.
    pub(crate) calls: u64,
    pub(crate) denied: u64,
    /// Of the calls, those that came to nothing.
    pub(crate) failed: u64,
    pub(crate) last_at: Option<SystemTime>,
    /// Why the last one that was denied was.
    pub(crate) reason: Option<String>,
}

/// Invocations of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Invocations {
    pub(crate) invoked: u64,
    pub(crate) failed: u64,
}

/// The totals of this run.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// By who calls and who is called.
    arrows: Mutex<HashMap<(String, String), Totals>>,
    functions: Mutex<HashMap<String, Invocations>>,
}

impl Traffic {
    pub(crate) fn called(&self, from: &str, to: &str, action: &str) {
        self.note(from, to, |totals| {
            totals.calls += 1;
            totals.act(action);
        });
    }

    pub(crate) fn denied(&self, from: &str, to: &str, action: &str, reason: &str) {
        self.note(from, to, |totals| {
            totals.denied += 1;
            totals.act(action);
            totals.reason = Some(reason.to_owned());
        });
    }

    /// Of a call that was counted.
    pub(crate) fn failed(&self, from: &str, to: &str) {
        self.note(from, to, |totals| totals.failed += 1);
    }

    pub(crate) fn invoked(&self, function: &str, has_failed: bool) {
        let mut functions = lock(&self.functions);
        let totals = functions.entry(function.to_owned()).or_default();
        totals.invoked += 1;
        totals.failed += u64::from(has_failed);
    }

    /// All arrows, by who calls and who is called.
    pub(crate) fn arrows(&self) -> BTreeMap<(String, String), Totals> {
        lock(&self.arrows).iter().map(|(ends, totals)| (ends.clone(), totals.clone())).collect()
    }

    pub(crate) fn of_function(&self, function: &str) -> Invocations {
        lock(&self.functions).get(function).copied().unwrap_or_default()
    }

    fn note(&self, from: &str, to: &str, change: impl FnOnce(&mut Totals)) {
        change(lock(&self.arrows).entry((from.to_owned(), to.to_owned())).or_default());
    }
}

impl Totals {
    fn act(&mut self, action: &str) {
        self.last_at = Some(SystemTime::now());
        if !self.actions.contains(action) {
            self.actions.insert(action.to_owned());
        }
    }
}

fn lock<T>(totals: &Mutex<T>) -> MutexGuard<'_, T> {
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}
