//! [`Faults`]: calls that are to fail or to wait, on demand.
//! Does not say how a service words its failure.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the next calls of something meet with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Fault {
    /// Whose calls.
    #[serde(flatten)]
    pub(crate) target: Target,
    /// How many calls are left; one unless given.
    #[serde(default = "once")]
    pub(crate) calls: u32,
    /// The status that they are answered with instead of being done, 400 to 599.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// How long they wait first, in milliseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) wait: u64,
}

/// Whose calls a fault is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Target {
    /// Posts to a WebSocket connection, by its id.
    Connection(String),
    /// Requests to a table, by its name.
    Table(String),
    /// Invocations of a function, by its physical name or its crate.
    Function(String),
}

/// The faults that are waiting for their calls.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault behind those there are.
    ///
    /// # Errors
    /// What it may not be, for a person.
    pub(crate) fn add(&self, fault: Fault) -> Result<(), String> {
        if let Some(status) = fault.status.filter(|status| !(400..=599).contains(status)) {
            return Err(format!("`status` is {status}, and must be from 400 to 599"));
        }
        if fault.status.is_none() && fault.wait == 0 {
            return Err("a fault needs a `status`, a `wait` in milliseconds, or both".to_owned());
        }
        if fault.wait > 60_000 {
            return Err(format!("`wait` is {}, and must be 60000 at most", fault.wait));
        }
        self.waiting().push(fault);
        Ok(())
    }

    /// Those that wait.
    pub(crate) fn all(&self) -> Vec<Fault> {
        self.waiting().clone()
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.waiting().clear();
    }

    /// Has a call wait as its fault says, and answers the status that it is to fail with.
    pub(crate) async fn meet(&self, is_target: impl Fn(&Target) -> bool) -> Option<u16> {
        let fault = self.take(is_target)?;
        if fault.wait > 0 {
            tokio::time::sleep(Duration::from_millis(fault.wait)).await;
        }
        fault.status
    }

    fn take(&self, is_target: impl Fn(&Target) -> bool) -> Option<Fault> {
        let mut waiting = self.waiting();
        let at = waiting.iter().position(|fault| is_target(&fault.target))?;
        waiting[at].calls = waiting[at].calls.saturating_sub(1);
        let fault = waiting[at].clone();
        if fault.calls == 0 {
            waiting.remove(at);
        }
        Some(fault)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn once() -> u32 {
    1
}

// Its form is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(wait: &u64) -> bool {
    *wait == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(value: serde_json::Value) -> Fault {
        serde_json::from_value(value).expect("it is a fault")
    }

    async fn meet(faults: &Faults, table: &str) -> Option<u16> {
        faults.meet(|target| *target == Target::Table(table.to_owned())).await
    }

    #[tokio::test]
    async fn a_fault_is_met_as_often_as_it_says() {
        let faults = Faults::default();
        faults.add(fault(json!({ "table": "notes", "calls": 2, "status": 500 }))).expect("it is right");
        assert_eq!(meet(&faults, "other").await, None);
        assert_eq!(meet(&faults, "notes").await, Some(500));
        assert_eq!(faults.all()[0].calls, 1);
        assert_eq!(meet(&faults, "notes").await, Some(500));
        assert_eq!(meet(&faults, "notes").await, None);
        assert!(faults.all().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_fault_may_only_wait() {
        let faults = Faults::default();
        faults.add(fault(json!({ "table": "notes", "wait": 1500 }))).expect("it is right");
        let before = tokio::time::Instant::now();
        assert_eq!(meet(&faults, "notes").await, None);
        assert_eq!(before.elapsed(), Duration::from_millis(1500));
    }

    #[test]
    fn what_is_no_fault_is_refused() {
        let refused = |value| Faults::default().add(fault(value)).expect_err("it is wrong");
        assert_eq!(
            refused(json!({ "table": "t", "status": 200 })),
            "`status` is 200, and must be from 400 to 599"
        );
        assert!(refused(json!({ "table": "t" })).starts_with("a fault needs"));
        assert!(serde_json::from_value::<Fault>(json!({ "queue": "q", "status": 500 })).is_err());
    }
}
