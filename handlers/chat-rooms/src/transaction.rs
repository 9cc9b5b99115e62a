//! Several changes, all of them or none.
//! Knows no table and no item; says only whether they were made.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::TransactWriteItem;
use handler_kit::{Deadline, NotWritten, backoff};
use uuid::Uuid;

use crate::refusal::Failed;

/// Those who join one room at once write the same item; whoever collides tries again.
const PAUSE: Duration = Duration::from_millis(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

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
        match NotWritten::of(&error) {
            NotWritten::ConditionFailed => return Ok(Outcome::Changed),
            NotWritten::Repeated => return Ok(Outcome::Repeated),
            NotWritten::Busy if deadline.allows(pause) => tokio::time::sleep(pause).await,
            NotWritten::Busy | NotWritten::Otherwise => return Err(Box::new(error).into()),
        }
        attempt += 1;
    }
}

/// A token that no other transaction has.
pub(crate) fn fresh_token() -> String {
    Uuid::now_v7().to_string()
}
