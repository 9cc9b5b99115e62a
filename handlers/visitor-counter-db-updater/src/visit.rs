//! A visit in the tables: a row while it lasts, and one more in the counter for good.
//! Knows nothing of events and replies.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use handler_kit::{Connection, Deadline, NotWritten, backoff};

/// Every visit adds to the same item, so two that begin at once may collide, and many at once are too much
/// for it; whoever is turned away tries again.
const ATTEMPTS: u32 = 6;
const PAUSE: Duration = Duration::from_millis(50);

/// The tables in which visits are recorded.
#[derive(Clone, Debug)]
pub struct Visits {
    client: Client,
    connections: String,
    counter: String,
}

/// Why a visit was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The transaction could not be put together.
    #[error("a request is incomplete")]
    Incomplete(#[from] BuildError),
    /// DynamoDB did not carry out the transaction.
    #[error("the visit could not be counted")]
    Count(#[from] Box<SdkError<TransactWriteItemsError>>),
    /// DynamoDB did not answer in time. It may have been carried out all the same: then the visit has a
    /// row, and is not counted again.
    #[error("the tables did not answer in time")]
    Late,
    /// DynamoDB did not delete the row.
    #[error("the connection could not be forgotten")]
    Forget(#[from] Box<SdkError<DeleteItemError>>),
}

impl Visits {
    /// Visits recorded in these tables.
    pub fn new(client: Client, connections: impl Into<String>, counter: impl Into<String>) -> Visits {
        Visits { client, connections: connections.into(), counter: counter.into() }
    }

    /// Puts the row and adds one to the counter: both, or neither. A connection that has a row is not
    /// counted again.
    pub async fn begin(&self, id: &str, connected_at: SystemTime, deadline: Deadline) -> Result<(), Failed> {
        let mut attempt = 1;
        loop {
            let begun = deadline.bound(self.try_begin(id, connected_at)).await.ok_or(Failed::Late)?;
            let Err(error) = begun? else { return Ok(()) };
            let pause = backoff(PAUSE, attempt);
            match NotWritten::of(&error) {
                // The connection has a row already: the same `$connect`, delivered again.
                NotWritten::ConditionFailed => return Ok(()),
                NotWritten::Busy if attempt < ATTEMPTS && deadline.allows(pause) => {
                    tokio::time::sleep(pause).await
                }
                _ => return Err(Box::new(error).into()),
            }
            attempt += 1;
        }
    }

    /// Deletes the row, and does not mind if there is none. The counter stays: the visit took place.
    pub async fn end(&self, id: &str, deadline: Deadline) -> Result<(), Failed> {
        let deletion = self.client.delete_item().table_name(&self.connections);
        let deletion = deletion.key("connectionId", AttributeValue::S(id.to_owned()));
        deadline.bound(deletion.send()).await.ok_or(Failed::Late)?.map_err(Box::new)?;
        Ok(())
    }

    async fn try_begin(
        &self,
        id: &str,
        connected_at: SystemTime,
    ) -> Result<Result<(), SdkError<TransactWriteItemsError>>, BuildError> {
        let row = TransactWriteItem::builder().put(self.row(id, connected_at)?).build();
        let count = TransactWriteItem::builder().update(self.one_more()?).build();
        let request = self.client.transact_write_items().transact_items(row).transact_items(count);
        Ok(request.send().await.map(|_| ()))
    }

    fn row(&self, id: &str, connected_at: SystemTime) -> Result<Put, BuildError> {
        let put = Put::builder().table_name(&self.connections);
        let put = put.condition_expression("attribute_not_exists(connectionId)");
        let put = put.item("connectionId", AttributeValue::S(id.to_owned()));
        let attributes = Connection::attributes(connected_at).into_iter();
        attributes.fold(put, |put, (name, value)| put.item(name, value)).build()
    }

    fn one_more(&self) -> Result<Update, BuildError> {
        Update::builder()
            .table_name(&self.counter)
            .key("id", AttributeValue::S("visitor_count".to_owned()))
            // `count` is a reserved word.
            .update_expression("ADD #count :one")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .build()
    }
}
