//! Work that is done once, however often it is asked for: a table remembers what was done.
//! Does not know what a key means, and does not make work and memory one transaction.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BoxError, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use tokio::time::timeout;

use crate::{Causes, Deadline, since_epoch};

/// How long a key is remembered: longer than the 14 days that a queue of failures holds an event which
/// somebody then sends on its way again.
const MEMORY: Duration = Duration::from_secs(15 * 24 * 3600);

/// How long a claim outlives its deadline: the second that is left to answer in, and clocks that differ.
/// Lambda's own next attempt comes a minute later.
const GRACE: Duration = Duration::from_secs(5);

/// How long after the deadline the table may still be told what became of the work: half of the second that
/// is left to answer in.
const LAST_WORD: Duration = Duration::from_millis(500);

/// A table of what was done: key `id` (S), TTL on `expires`.
///
/// Whoever wants to do something claims its key first. A claim ends when the work is done, or has failed, or
/// shortly after Lambda has ended the invocation that made it.
#[derive(Clone, Debug)]
pub struct Idempotency {
    client: Client,
    table: String,
}

/// What became of a claim.
#[derive(Debug)]
pub enum Claim {
    /// The work is the caller's to do.
    Mine(Held),
    /// It was done before.
    Done,
    /// Somebody else is at it.
    Busy,
}

/// A claim that was granted: to be finished or released.
#[derive(Debug)]
pub struct Held {
    key: String,
    claimant: String,
}

/// When the work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// Just now.
    Now,
    /// Before, by another delivery of the same event.
    Before,
}

/// Why the work was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone<E: std::error::Error + 'static> {
    /// Another delivery of the same event is being handled. It may yet fail, so this one has to come again.
    #[error("somebody else is at it")]
    Busy,
    /// The table could not be asked.
    #[error("what was done before is not known")]
    Unknown(#[source] BoxError),
    /// The table did not answer in time.
    #[error("what was done before was not known in time")]
    Late,
    /// The work failed; the claim is released.
    #[error(transparent)]
    Work(E),
}

impl Idempotency {
    /// What that table remembers.
    pub fn new(client: Client, table: impl Into<String>) -> Idempotency {
        Idempotency { client, table: table.into() }
    }

    /// Does the work unless it was done before. The work has to end by the deadline itself.
    ///
    /// Work that is done is done: if the table cannot be told so in time, the log is. If Lambda ended the
    /// invocation meanwhile, it would do the work again.
    pub async fn once<E: std::error::Error + 'static>(
        &self,
        key: &str,
        deadline: Deadline,
        work: impl Future<Output = Result<(), E>>,
    ) -> Result<Once, NotDone<E>> {
        let claim = deadline.bound(self.claim(key, deadline)).await.ok_or(NotDone::Late)?;
        let held = match claim.map_err(NotDone::Unknown)? {
            Claim::Mine(held) => held,
            Claim::Done => return Ok(Once::Before),
            Claim::Busy => return Err(NotDone::Busy),
        };
        let done = work.await;
        let tell = async {
            match &done {
                Ok(()) => self.finish(&held).await,
                Err(_) => self.release(&held).await,
            }
        };
        let told = timeout(deadline.remaining() + LAST_WORD, tell).await;
        if let Err(error) = told.unwrap_or_else(|late| Err(late.into())) {
            tracing::warn!(key, error = %Causes(error.as_ref()), "a claim was left to lapse");
        }
        done.map(|()| Once::Now).map_err(NotDone::Work)
    }

    /// Claims a key, until shortly after the deadline.
    pub async fn claim(&self, key: &str, deadline: Deadline) -> Result<Claim, BoxError> {
        let now = SystemTime::now();
        // Random, so that of two claims in the same moment one is not taken for the other.
        let claimant = format!("{:032x}", fastrand::u128(..));
        let put = self.put(key, now + deadline.remaining() + GRACE);
        let put = put
            .item("claimant", AttributeValue::S(claimant.clone()))
            .condition_expression("attribute_not_exists(id) OR expires < :now")
            .expression_attribute_values(":now", seconds(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(Claim::Mine(Held { key: key.to_owned(), claimant })),
            Err(error) => found(error, key, claimant),
        }
    }

    /// Remembers that the work was done.
    pub async fn finish(&self, held: &Held) -> Result<(), BoxError> {
        let put = self.put(&held.key, SystemTime::now() + MEMORY);
        let put = put.condition_expression("claimant = :claimant");
        put.expression_attribute_values(":claimant", held.claimant()).send().await?;
        Ok(())
    }

    /// Gives the key back: the work was not done, and may be claimed again at once.
    pub async fn release(&self, held: &Held) -> Result<(), BoxError> {
        let deletion = self.client.delete_item().table_name(&self.table);
        let deletion = deletion.key("id", AttributeValue::S(held.key.clone()));
        let deletion = deletion.condition_expression("claimant = :claimant");
        deletion.expression_attribute_values(":claimant", held.claimant()).send().await?;
        Ok(())
    }

    fn put(&self, key: &str, expires: SystemTime) -> PutItemFluentBuilder {
        let put = self.client.put_item().table_name(&self.table);
        put.item("id", AttributeValue::S(key.to_owned())).item("expires", seconds(expires))
    }
}

impl Held {
    fn claimant(&self) -> AttributeValue {
        AttributeValue::S(self.claimant.clone())
    }
}

/// What stands at a key that could not be claimed. If it is this very claim, an attempt of the SDK's got
/// through whose answer was lost.
fn found(error: SdkError<PutItemError>, key: &str, claimant: String) -> Result<Claim, BoxError> {
    let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error() else {
        return Err(error.into());
    };
    let other = failed.item().and_then(|item| item.get("claimant"));
    Ok(match other {
        None => Claim::Done,
        Some(other) if *other == AttributeValue::S(claimant.clone()) => {
            Claim::Mine(Held { key: key.to_owned(), claimant })
        }
        Some(_) => Claim::Busy,
    })
}

/// The TTL's unit: seconds since 1970.
fn seconds(time: SystemTime) -> AttributeValue {
    AttributeValue::N(since_epoch(time).as_secs().to_string())
}
