//! The table `client-records`: who is connected.
//! Changes no row but to make it: names and rooms change together with other items.

use std::time::SystemTime;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use futures_util::{Stream, TryStreamExt as _};
use handler_kit::{Aws, Connection, Deadline, rows};

use crate::key::{number, string};
use crate::record::Record;
use crate::refusal::Failed;
use crate::time;

/// The connections in a table.
#[derive(Clone, Debug)]
pub struct Records {
    pub(crate) client: Client,
    pub(crate) table: String,
}

impl Records {
    /// The connections in that table.
    pub fn new(aws: &Aws, table: impl Into<String>) -> Records {
        Records { client: Client::new(aws.config()), table: table.into() }
    }

    /// Makes the row of a connection. One that has a row keeps it as it is: the same `$connect`, again.
    pub async fn open(&self, id: &str, connected_at: SystemTime, deadline: Deadline) -> Result<(), Failed> {
        let put = self.client.put_item().table_name(&self.table).item("ID", string(id));
        let put = Connection::attributes(connected_at)
            .into_iter()
            .fold(put, |put, (name, value)| put.item(name, value))
            .condition_expression("attribute_not_exists(ID)");
        match deadline.bound(put.send()).await.ok_or(Failed::Late)? {
            Err(error) if !is_there(&error) => Err(Box::new(error).into()),
            _ => Ok(()),
        }
    }

    /// The row of a connection. Consistent: one message may follow hard upon another.
    pub(crate) async fn read(&self, id: &str) -> Result<Option<Record>, Failed> {
        let read = self.client.get_item().table_name(&self.table).key("ID", string(id));
        let item = read.consistent_read(true).send().await.map_err(Box::new)?.item;
        Ok(item.as_ref().and_then(Record::from_item))
    }

    /// Every connection, over all pages of the scan.
    pub(crate) fn connections(&self) -> impl Stream<Item = Result<Connection, Failed>> {
        let now = time::seconds();
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let scan = scan
            .projection_expression("ID, connectedAt")
            .filter_expression("NOT (expires <= :now)")
            .expression_attribute_values(":now", number(now));
        rows(scan.into_paginator().items().send(), "ID").map_err(|error| Box::new(error).into())
    }
}

fn is_there(error: &SdkError<PutItemError>) -> bool {
    error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception)
}
