//! Every change of a batch by itself, some at the same time, until the deadline.
//! Does not know what is done about a change, and tries nothing again: the stream does that.

use std::error::Error;
use std::future::ready;

use futures_util::{StreamExt as _, stream};

use crate::{Batch, Causes, Change, Deadline, Failures};

impl Batch {
    /// Does the work for each change, whatever becomes of the others, for so many at once; those for which
    /// it failed are to be delivered again.
    ///
    /// What is not done by the deadline has failed: if Lambda ended the invocation, the whole batch would
    /// have.
    pub async fn each<E: Error>(
        self,
        at_once: usize,
        deadline: Deadline,
        work: impl AsyncFn(&Change) -> Result<(), E>,
    ) -> Failures {
        let (changes, mut failures) = self.changes();
        let attempt = async |change: Change| failed(deadline.bound(work(&change)).await, change);
        let failed = stream::iter(changes).map(attempt).buffered(at_once).filter_map(ready);
        failed.collect::<Vec<_>>().await.into_iter().for_each(|number| failures.add(number));
        failures
    }
}

/// The sequence number of a change that has to come again.
fn failed<E: Error>(outcome: Option<Result<(), E>>, change: Change) -> Option<String> {
    let reason = match outcome {
        Some(Ok(())) => return None,
        Some(Err(error)) => Causes(&error).to_string(),
        None => "there was no time left".to_owned(),
    };
    tracing::error!(change.sequence_number, error = reason, "a record has to come again");
    Some(change.sequence_number)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no")]
    struct No;

    fn batch(numbers: &[&str]) -> Batch {
        let record = |number| json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": number}});
        let records: Vec<_> = numbers.iter().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    fn numbers(failures: &Failures) -> Vec<&str> {
        failures.identifiers().collect()
    }

    #[tokio::test]
    async fn what_fails_is_told_in_order_and_the_others_are_done() {
        let done = RefCell::new(Vec::new());
        let work = async |change: &Change| {
            let number: u64 = change.sequence_number.parse().unwrap();
            tokio::time::sleep(Duration::from_millis(20 - 4 * number)).await;
            done.borrow_mut().push(number);
            if number.is_multiple_of(2) { Err(No) } else { Ok(()) }
        };
        let deadline = Deadline::after(Duration::from_secs(60));
        let failures = batch(&["1", "2", "3", "4"]).each(8, deadline, work).await;
        assert_eq!(numbers(&failures), ["2", "4"]);
        assert_eq!(done.into_inner(), [4, 3, 2, 1]);
    }

    #[tokio::test]
    async fn what_is_not_done_by_the_deadline_has_failed() {
        let work = async |change: &Change| match change.sequence_number.as_str() {
            "1" => Ok::<(), No>(()),
            _ => std::future::pending().await,
        };
        let deadline = Deadline::after(Duration::from_millis(20));
        let failures = batch(&["1", "2", "3"]).each(1, deadline, work).await;
        assert_eq!(numbers(&failures), ["2", "3"]);
    }
}
