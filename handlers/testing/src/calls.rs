//! The AWS calls that a test's engines were asked for, compared with those that a handler documents.
//! Counts nothing: a call made twice is one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use handler_calls::{Call, differences, documented};

/// Calls that were made; clones record into the same.
#[derive(Clone, Default)]
pub struct Calls(Arc<Mutex<BTreeSet<Call>>>);

impl Calls {
    /// Remembers a call, on the resource by the name that the handler was told.
    pub fn record(&self, call: Call) {
        self.0.lock().unwrap().insert(call);
    }

    /// These, and those of another engine so far.
    #[must_use]
    pub fn and(&self, others: &Calls) -> Calls {
        let both = self.made().union(&others.made()).cloned().collect();
        Calls(Arc::new(Mutex::new(both)))
    }

    /// Fails unless the calls are those in the `//!` of a handler's source; `told` are the variables that the
    /// table there names, with the values that the handler under test was given for them.
    #[track_caller]
    pub fn check(&self, source: &str, told: &[(&str, &str)]) {
        let documented = documented(source);
        assert!(!documented.is_empty(), "the source has no table `| action | on |`");
        let made = self.made().into_iter().map(|call| as_documented(call, told)).collect();
        let differences = differences(&documented, &made, "made");
        assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
    }

    fn made(&self) -> BTreeSet<Call> {
        self.0.lock().unwrap().clone()
    }
}

fn as_documented(mut call: Call, told: &[(&str, &str)]) -> Call {
    if let Some((variable, _)) = told.iter().find(|(_, value)| *value == call.resource) {
        call.resource = (*variable).to_owned();
    }
    call
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "
        //! | action | on |
        //! |---|---|
        //! | `dynamodb:Scan` | `TABLE` |
        //! | `events:PutEvents` | `BUS` |
    ";
    const TOLD: &[(&str, &str)] = &[("TABLE", "notes"), ("BUS", "orders")];

    fn made(calls: &[Call]) -> Calls {
        let made = Calls::default();
        calls.iter().for_each(|call| made.clone().record(call.clone()));
        made
    }

    #[test]
    fn calls_of_several_engines_are_those_documented() {
        let tables = made(&[Call::new("dynamodb:Scan", "notes")]);
        let buses = made(&[Call::new("events:PutEvents", "orders")]);
        tables.and(&buses).check(SOURCE, TOLD);
    }

    #[test]
    #[should_panic(expected = "events:PutEvents on BUS: documented, not made")]
    fn a_call_that_was_not_made_is_told() {
        made(&[Call::new("dynamodb:Scan", "notes")]).check(SOURCE, TOLD);
    }

    #[test]
    #[should_panic(expected = "dynamodb:Scan on index By of TABLE: made, not documented")]
    fn a_call_that_is_not_documented_is_told() {
        made(&[Call::new("dynamodb:Scan", "notes").part("index By")]).check(SOURCE, TOLD);
    }

    #[test]
    #[should_panic(expected = "dynamodb:Scan on elsewhere: made, not documented")]
    fn a_call_on_something_else_is_told() {
        made(&[Call::new("dynamodb:Scan", "elsewhere")]).check(SOURCE, TOLD);
    }

    #[test]
    #[should_panic(expected = "no table")]
    fn a_source_without_a_table_is_told() {
        made(&[]).check("//! Makes none.", TOLD);
    }
}
