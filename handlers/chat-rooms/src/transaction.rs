//! Several changes, all of them or none.
//! Knows no table and no item; says only whether they were made.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::{Deadline, backoff};
use uuid::Uuid;

use crate::refusal::Failed;

/// Those who join one room at once write the same item; whoever collides tries again.
const PAUSE: Duration = Duration::from_millis(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The reasons that another try may cure, of one part and of the whole.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
const BUSY: [&str; 7] = [
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "TransactionInProgressException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
];

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All was written.
    Written,
    /// Nothing was: something is not as it was when it was read.
    Changed,
    /// Nothing was: another transaction with the same token has been carried out before.
    Repeated,
}

/// Carries the parts out, and tries again until the deadline while others are at the same items.
///
/// The token makes all attempts one: if an answer got lost, the next one finds it done. DynamoDB remembers a
/// token for ten minutes.
pub(crate) async fn carry_out(
    client: &Client,
    parts: Vec<TransactWriteItem>,
    token: String,
    deadline: Deadline,
) -> Result<Outcome, Failed> {
    let request = client.transact_write_items().set_transact_items(Some(parts)).client_request_token(token);
    let mut attempt = 1;
    loop {
        let answer = deadline.bound(request.clone().send()).await.ok_or(Failed::Late)?;
        let Err(error) = answer else { return Ok(Outcome::Written) };
        let pause = backoff(PAUSE, attempt).min(LONGEST_PAUSE);
        match judge(&codes(&error)) {
            Verdict::Outcome(outcome) => return Ok(outcome),
            Verdict::Busy if deadline.allows(pause) => tokio::time::sleep(pause).await,
            Verdict::Busy | Verdict::Failed => return Err(Box::new(error).into()),
        }
        attempt += 1;
    }
}

/// A token that no other transaction has.
pub(crate) fn fresh_token() -> String {
    Uuid::now_v7().to_string()
}

/// What DynamoDB said about a transaction that it did not carry out.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Outcome(Outcome),
    Busy,
    Failed,
}

/// The reasons of a cancelled transaction, a part each; else the error's own code.
fn codes(error: &SdkError<TransactWriteItemsError>) -> Vec<&str> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect()
        }
        Some(error) => error.code().into_iter().collect(),
        None => Vec::new(),
    }
}

fn judge(codes: &[&str]) -> Verdict {
    if codes.contains(&"ConditionalCheckFailed") {
        Verdict::Outcome(Outcome::Changed)
    } else if codes.contains(&"IdempotentParameterMismatchException") {
        Verdict::Outcome(Outcome::Repeated)
    } else if codes.iter().any(|code| BUSY.contains(code)) {
        Verdict::Busy
    } else {
        Verdict::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_a_transaction_that_was_not_carried_out() {
        let changed = Verdict::Outcome(Outcome::Changed);
        let repeated = Verdict::Outcome(Outcome::Repeated);
        let cases: [(&[&str], Verdict); 10] = [
            (&["ConditionalCheckFailed", "None"], changed),
            (&["TransactionConflict", "ConditionalCheckFailed"], Verdict::Outcome(Outcome::Changed)),
            (&["IdempotentParameterMismatchException"], repeated),
            (&["None", "TransactionConflict"], Verdict::Busy),
            (&["None", "ThrottlingError"], Verdict::Busy),
            (&["ProvisionedThroughputExceeded", "None"], Verdict::Busy),
            (&["TransactionInProgressException"], Verdict::Busy),
            (&["ThrottlingException"], Verdict::Busy),
            (&["None", "ValidationError"], Verdict::Failed),
            (&[], Verdict::Failed),
        ];
        for (codes, expected) in cases {
            assert_eq!(judge(codes), expected, "{codes:?}");
        }
    }
}
