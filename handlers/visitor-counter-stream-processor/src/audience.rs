//! The open connections, as the table knows them.
//! Sends nothing.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::scan::ScanError;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::Stream;
use handler_kit::{Connection, rows};

/// The table of open connections.
#[derive(Clone, Debug)]
pub struct Audience {
    client: Client,
    table: String,
}

impl Audience {
    /// The connections in that table.
    pub fn new(client: Client, table: impl Into<String>) -> Audience {
        Audience { client, table: table.into() }
    }

    /// Every connection, over all pages of the scan. Consistent: a new visitor's row is written together
    /// with the count, and an older view of the table would leave out just the one who is waiting.
    pub fn connections(&self) -> impl Stream<Item = Result<Connection, SdkError<ScanError>>> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let scan = scan.projection_expression("connectionId, connectedAt");
        rows(scan.into_paginator().items().send(), "connectionId")
    }

    /// Deletes the row of a connection that is gone.
    pub async fn forget(&self, connection: Connection) -> Result<(), SdkError<DeleteItemError>> {
        let deletion = self.client.delete_item().table_name(&self.table);
        deletion.key("connectionId", AttributeValue::S(connection.id)).send().await?;
        Ok(())
    }
}
