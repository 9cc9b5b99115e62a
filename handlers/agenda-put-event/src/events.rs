//! The table of events.
//! Knows nothing of requests and replies, but that a request has an id.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::QueryError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use handler_kit::{Deadline, backoff};

use crate::draft::Draft;
use crate::event::{self, Event, Item};
use crate::refusal::Refusal;

/// Among so many of the user's newest events a request is recognised that was delivered before. They are
/// 4 KB, what one read costs anyway.
const LOOKED_AT: i32 = 25;

/// The pause after somebody else was quicker; it doubles up to two thirds of a second.
const PAUSE: Duration = Duration::from_millis(10);
const DOUBLINGS: u32 = 7;

/// The events in a table.
#[derive(Clone, Debug)]
pub struct Events {
    client: Client,
    table: String,
}

impl Events {
    /// The events in that table.
    pub fn new(client: Client, table: impl Into<String>) -> Events {
        Events { client, table: table.into() }
    }

    /// Stores an event under the user's next id. The same request adds one event, however often it comes.
    pub(crate) async fn add(
        &self,
        draft: &Draft,
        request: &str,
        deadline: Deadline,
    ) -> Result<Event, Refusal> {
        deadline.bound(self.keep_adding(draft, request)).await.unwrap_or(Err(Refusal::Late))
    }

    async fn keep_adding(&self, draft: &Draft, request: &str) -> Result<Event, Refusal> {
        let mut attempt = 1;
        loop {
            let newest = self.newest(draft.user_id).await?;
            let made = |item| Event::made_by(request, draft, item);
            if let Some(event) = newest.iter().find_map(made) {
                return Ok(event);
            }
            let event = Event::new(draft, next_id(&newest).ok_or(Refusal::Full(draft.user_id))?);
            let Some(other) = self.put(&event, request).await? else { return Ok(event) };
            if let Some(event) = made(&other) {
                return Ok(event);
            }
            tokio::time::sleep(backoff(PAUSE, attempt)).await;
            attempt = DOUBLINGS.min(attempt + 1);
        }
    }

    /// The user's newest events, the newest first. Consistent: what was stored before is among them.
    async fn newest(&self, user_id: i32) -> Result<Vec<Item>, SdkError<QueryError>> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query
            .key_condition_expression("user_id = :user")
            .expression_attribute_values(":user", AttributeValue::N(user_id.to_string()))
            .scan_index_forward(false)
            .limit(LOOKED_AT);
        Ok(query.send().await?.items.unwrap_or_default())
    }

    /// Writes an event, unless there is one with its id: then that one.
    async fn put(&self, event: &Event, request: &str) -> Result<Option<Item>, SdkError<PutItemError>> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(event.to_item(request)));
        let put = put
            .condition_expression("attribute_not_exists(user_id)")
            // An attempt whose answer got lost is repeated by the SDK, and meets what it has written.
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(None),
            Err(error) => other(&error).map(Some).ok_or(error),
        }
    }
}

/// The item that was there already.
fn other(error: &SdkError<PutItemError>) -> Option<Item> {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => {
            Some(failed.item().cloned().unwrap_or_default())
        }
        _ => None,
    }
}

/// The number after the newest; none when GraphQL has no larger one.
fn next_id(newest: &[Item]) -> Option<i32> {
    let newest = newest.first().and_then(event::id).unwrap_or(0).max(0);
    i32::try_from(newest + 1).ok()
}
