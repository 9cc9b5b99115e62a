//! The open connections of a user, as the table knows them.
//! Sends nothing.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::query::QueryError;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::TryStreamExt as _;
use handler_kit::{Connection, Deadline, rows};
use notifications_orders::UserId;

/// The table of open connections.
#[derive(Clone, Debug)]
pub struct Devices {
    client: Client,
    table: String,
}

/// Why it is not known which connections a user has.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// DynamoDB did not read them.
    #[error("the connections could not be read")]
    Query(#[from] Box<SdkError<QueryError>>),
    /// DynamoDB did not answer in time.
    #[error("the connections were not read in time")]
    Late,
}

impl Devices {
    /// The connections in that table.
    pub fn new(client: Client, table: impl Into<String>) -> Devices {
        Devices { client, table: table.into() }
    }

    /// Every connection of a user, over all pages of the index. One that was opened this very moment may
    /// not be among them: an index follows its table.
    pub async fn of(&self, user: &UserId, deadline: Deadline) -> Result<Vec<Connection>, Unread> {
        let query = self.client.query().table_name(&self.table).index_name("UserIdIndex");
        let query = query
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", AttributeValue::S(user.as_str().to_owned()))
            .projection_expression("connection_id, connectedAt");
        let devices = rows(query.into_paginator().items().send(), "connection_id").try_collect();
        Ok(deadline.bound(devices).await.ok_or(Unread::Late)?.map_err(Box::new)?)
    }

    /// Deletes the row of a connection that is gone.
    pub async fn forget(&self, connection: Connection) -> Result<(), SdkError<DeleteItemError>> {
        let deletion = self.client.delete_item().table_name(&self.table);
        deletion.key("connection_id", AttributeValue::S(connection.id)).send().await?;
        Ok(())
    }
}
