//! The open connections in their table: a row each, with its user.
//! Knows nothing of events and replies.

use std::time::SystemTime;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use handler_kit::{Connection, Deadline};
use notifications_orders::UserId;

/// The table of open connections.
#[derive(Clone, Debug)]
pub struct Connections {
    client: Client,
    table: String,
}

/// Why the table was not written.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// DynamoDB did not put the row.
    #[error("the connection could not be remembered")]
    Open(#[from] Box<SdkError<PutItemError>>),
    /// DynamoDB did not delete the row.
    #[error("the connection could not be forgotten")]
    Close(#[from] Box<SdkError<DeleteItemError>>),
    /// DynamoDB did not answer in time. A row that was put all the same dies by itself.
    #[error("the table did not answer in time")]
    Late,
}

impl Connections {
    /// The connections in that table.
    pub fn new(client: Client, table: impl Into<String>) -> Connections {
        Connections { client, table: table.into() }
    }

    /// Puts the row. Two devices of a user are two connections; one that has a row gets the same again.
    pub async fn open(
        &self,
        id: &str,
        user: &UserId,
        connected_at: SystemTime,
        deadline: Deadline,
    ) -> Result<(), Failed> {
        let put = self.client.put_item().table_name(&self.table);
        let put = put.item("connection_id", string(id)).item("user_id", string(user.as_str()));
        let attributes = Connection::attributes(connected_at).into_iter();
        let put = attributes.fold(put, |put, (name, value)| put.item(name, value));
        deadline.bound(put.send()).await.ok_or(Failed::Late)?.map_err(Box::new)?;
        Ok(())
    }

    /// Deletes the row, and does not mind if there is none.
    pub async fn close(&self, id: &str, deadline: Deadline) -> Result<(), Failed> {
        let deletion = self.client.delete_item().table_name(&self.table).key("connection_id", string(id));
        deadline.bound(deletion.send()).await.ok_or(Failed::Late)?.map_err(Box::new)?;
        Ok(())
    }
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
