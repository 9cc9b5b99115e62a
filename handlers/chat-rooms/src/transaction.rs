//! Several changes, all of them or none, each on a condition.
//! Knows no table and no item; says only whether they were made.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use handler_kit::{Deadline, backoff};
use uuid::Uuid;

use crate::key::Item;
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

/// A condition or a change in DynamoDB's language, and the values in it.
///
/// Of the attributes here only `name` is a reserved word: it is written `#name`.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    text: String,
    values: Item,
}

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

impl Clause {
    pub(crate) fn new<const N: usize>(
        text: impl Into<String>,
        values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
    ) -> Clause {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Clause { text: text.into(), values }
    }

    /// Both hold.
    pub(crate) fn and(self, other: Clause) -> Clause {
        Clause { text: format!("{} AND {}", self.text, other.text), values: join(self.values, other.values) }
    }
}

fn join(one: Item, other: Item) -> Item {
    one.into_iter().chain(other).collect()
}

/// DynamoDB refuses names and values that an expression does not use, and empty maps of them.
fn names(texts: &[&str]) -> Option<std::collections::HashMap<String, String>> {
    let is_used = texts.iter().any(|text| text.contains("#name"));
    is_used.then(|| [("#name".to_owned(), "name".to_owned())].into())
}

fn values(values: Item) -> Option<Item> {
    Some(values).filter(|values| !values.is_empty())
}

pub(crate) fn put(table: &str, item: Item, on: Option<Clause>) -> Result<TransactWriteItem, BuildError> {
    let mut put = Put::builder().table_name(table).set_item(Some(item));
    if let Some(condition) = on {
        put = put
            .set_expression_attribute_names(names(&[&condition.text]))
            .condition_expression(condition.text)
            .set_expression_attribute_values(values(condition.values));
    }
    Ok(TransactWriteItem::builder().put(put.build()?).build())
}

pub(crate) fn update(
    table: &str,
    key: Item,
    change: Clause,
    on: Clause,
) -> Result<TransactWriteItem, BuildError> {
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&change.text, &on.text]))
        .update_expression(change.text)
        .condition_expression(on.text)
        .set_expression_attribute_values(values(join(change.values, on.values)));
    Ok(TransactWriteItem::builder().update(update.build()?).build())
}

pub(crate) fn delete(table: &str, key: Item, on: Option<Clause>) -> Result<TransactWriteItem, BuildError> {
    let mut delete = Delete::builder().table_name(table).set_key(Some(key));
    if let Some(condition) = on {
        delete = delete
            .set_expression_attribute_names(names(&[&condition.text]))
            .condition_expression(condition.text)
            .set_expression_attribute_values(values(condition.values));
    }
    Ok(TransactWriteItem::builder().delete(delete.build()?).build())
}

pub(crate) fn check(table: &str, key: Item, on: Clause) -> Result<TransactWriteItem, BuildError> {
    let check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&on.text]))
        .condition_expression(on.text)
        .set_expression_attribute_values(values(on.values));
    Ok(TransactWriteItem::builder().condition_check(check.build()?).build())
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
