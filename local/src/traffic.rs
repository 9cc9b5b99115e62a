//! [`Traffic`]: how often what has called what in this run, and how it went.
//! Keeps totals, not calls: those are among what is recent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Clients choose the methods of their requests: of so many actions each arrow knows.
const MOST_ACTIONS: usize = 64;

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
    /// Counts a call, and tells of it: nobody sees the one without the other.
    pub(crate) fn called(&self, from: &str, to: &str, action: &str, tell: impl FnOnce()) {
        self.note(from, to, |totals| {
            totals.calls += 1;
            totals.act(action);
            tell();
        });
    }

    /// The same, of a call that was not allowed.
    pub(crate) fn denied(&self, from: &str, to: &str, action: &str, reason: &str, tell: impl FnOnce()) {
        self.note(from, to, |totals| {
            totals.denied += 1;
            totals.act(action);
            totals.reason = Some(reason.to_owned());
            tell();
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

    /// What was told so far, and all arrows, by who calls and who is called, that this is counted on.
    pub(crate) fn arrows<T>(&self, told: impl FnOnce() -> T) -> (T, BTreeMap<(String, String), Totals>) {
        let arrows = lock(&self.arrows);
        (told(), arrows.iter().map(|(ends, totals)| (ends.clone(), totals.clone())).collect())
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
        if self.actions.len() < MOST_ACTIONS && !self.actions.contains(action) {
            self.actions.insert(action.to_owned());
        }
    }
}

fn lock<T>(totals: &Mutex<T>) -> MutexGuard<'_, T> {
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(traffic: &Traffic, to: &str, expected: (u64, u64, u64)) {
        let totals = traffic.arrows(|| {}).1.remove(&("a".to_owned(), to.to_owned())).unwrap_or_default();
        assert_eq!((totals.calls, totals.denied, totals.failed), expected, "{to}");
    }

    #[test]
    fn each_arrow_has_its_totals() {
        let traffic = Traffic::default();
        traffic.called("a", "b", "sqs:SendMessage", || {});
        traffic.called("a", "b", "sqs:DeleteMessage", || {});
        traffic.failed("a", "b");
        traffic.denied("a", "c", "sqs:SendMessage", "no policy allows it", || {});
        check(&traffic, "b", (2, 0, 1));
        check(&traffic, "c", (0, 1, 0));
        check(&traffic, "d", (0, 0, 0));
        let (_, arrows) = traffic.arrows(|| {});
        let to = |name: &str| &arrows[&("a".to_owned(), name.to_owned())];
        assert_eq!(to("b").actions.len(), 2);
        assert_eq!(to("c").reason.as_deref(), Some("no policy allows it"));
        assert!(to("b").last_at.is_some());
    }

    #[test]
    fn an_arrow_knows_only_so_many_actions() {
        let traffic = Traffic::default();
        (0..100).for_each(|number| traffic.called("a", "b", &format!("M{number}"), || {}));
        check(&traffic, "b", (100, 0, 0));
        let (_, arrows) = traffic.arrows(|| {});
        assert_eq!(arrows[&("a".to_owned(), "b".to_owned())].actions.len(), MOST_ACTIONS);
    }

    #[test]
    fn what_is_told_is_counted_by_then() {
        let traffic = Traffic::default();
        let newest = std::cell::Cell::new(0);
        traffic.called("a", "b", "sqs:SendMessage", || newest.set(1));
        traffic.denied("a", "b", "sqs:SendMessage", "no policy allows it", || newest.set(2));
        let (told, arrows) = traffic.arrows(|| newest.get());
        let totals = &arrows[&("a".to_owned(), "b".to_owned())];
        assert_eq!((told, totals.calls, totals.denied), (2, 1, 1));
    }

    #[test]
    fn invocations_are_counted_by_function() {
        let traffic = Traffic::default();
        traffic.invoked("a", false);
        traffic.invoked("a", true);
        assert_eq!(traffic.of_function("a"), Invocations { invoked: 2, failed: 1 });
        assert_eq!(traffic.of_function("b"), Invocations::default());
    }
}
