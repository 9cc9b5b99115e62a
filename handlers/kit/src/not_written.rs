//! Why DynamoDB did not carry out a transaction, and whether another try may cure that.
//! Tries nothing itself: how often, and what a failed condition means, the callers know.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;

/// The reasons that another try may cure, of one part and of the whole.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
const BUSY: [&str; 7] = [
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    // An attempt that the SDK gave up waiting for, and repeated with the same token.
    "TransactionInProgressException",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
];

/// Why nothing of a transaction was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// A condition of one of its parts does not hold.
    ConditionFailed,
    /// Another transaction with the same token has been carried out before.
    Repeated,
    /// Others are at the same items, or there are too many requests: worth another try.
    Busy,
    /// Anything else.
    Otherwise,
}

impl NotWritten {
    /// What an error says of it.
    pub fn of(error: &SdkError<TransactWriteItemsError>) -> NotWritten {
        judge(&codes(error))
    }
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

/// A condition that fails outweighs a collision: no other try would cure it.
fn judge(codes: &[&str]) -> NotWritten {
    if codes.contains(&"ConditionalCheckFailed") {
        NotWritten::ConditionFailed
    } else if codes.contains(&"IdempotentParameterMismatchException") {
        NotWritten::Repeated
    } else if codes.iter().any(|code| BUSY.contains(code)) {
        NotWritten::Busy
    } else {
        NotWritten::Otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_a_transaction_that_was_not_carried_out() {
        let cases: [(&[&str], NotWritten); 12] = [
            (&["ConditionalCheckFailed", "None"], NotWritten::ConditionFailed),
            (&["TransactionConflict", "ConditionalCheckFailed"], NotWritten::ConditionFailed),
            (&["IdempotentParameterMismatchException"], NotWritten::Repeated),
            (&["None", "TransactionConflict"], NotWritten::Busy),
            (&["None", "ThrottlingError"], NotWritten::Busy),
            (&["ProvisionedThroughputExceeded", "None"], NotWritten::Busy),
            (&["TransactionInProgressException"], NotWritten::Busy),
            (&["ThrottlingException"], NotWritten::Busy),
            (&["ProvisionedThroughputExceededException"], NotWritten::Busy),
            (&["RequestLimitExceeded"], NotWritten::Busy),
            (&["None", "ValidationError"], NotWritten::Otherwise),
            (&[], NotWritten::Otherwise),
        ];
        for (codes, expected) in cases {
            assert_eq!(judge(codes), expected, "{codes:?}");
        }
    }
}
