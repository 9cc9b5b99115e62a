//! Announces every new event of the table to the calendars that are open: one mutation an event, which
//! stores nothing and tells its subscribers.
//! Announces no change and no deletion, and not what was announced by the mutation that stored it.
//!
//! | variable | what |
//! |---|---|
//! | `GRAPHQL_URL` | URL of the GraphQL API |
//!
//! | action | on |
//! |---|---|
//! | `appsync:GraphQL` | field `Mutation.createEventsTableWithLocalResolver` of `GRAPHQL_URL` |
//!
//! A record whose event could not be announced fails alone, also when the API answers 200 with `errors`.
//! The stream goes on from the lowest that failed, so what came after may be announced again: calendars
//! know an event by `user_id` and `id`.

mod announcement;

use handler_kit::{Aws, Batch, Change, Deadline, Failures, Graphql, GraphqlError, Handler, Image, Kind, env};
use serde_json::json;

use announcement::{Incomplete, announcement};

/// Mutations under way at the same time.
const CONCURRENCY: usize = 8;

/// Selects all there is of an event: subscribers hear of the selected fields only.
const MUTATION: &str = "\
mutation Announce($input: CreateEventsTableInput!) {
  createEventsTableWithLocalResolver(input: $input) { user_id id name dt_start dt_end location }
}";

/// The handler of the events' stream.
#[derive(Debug)]
pub struct StreamToAppsync {
    api: Graphql,
}

/// Why an event was not announced.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("the item is no event")]
    NoEvent(#[from] Incomplete),
    #[error("the mutation failed")]
    Mutation(#[from] GraphqlError),
    #[error("the mutation answered with nothing")]
    Nothing,
}

impl StreamToAppsync {
    /// A handler that announces by that API.
    pub fn new(api: Graphql) -> StreamToAppsync {
        StreamToAppsync { api }
    }

    async fn announce(&self, image: &Image, deadline: Deadline) -> Result<(), Failed> {
        let variables = json!({ "input": announcement(image)? });
        let data = self.api.ask(MUTATION, &variables, deadline).await?;
        let told = &data["createEventsTableWithLocalResolver"];
        if told.is_null() { Err(Failed::Nothing) } else { Ok(()) }
    }
}

impl Handler for StreamToAppsync {
    type Event = Batch;
    type Answer = Failures;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        Ok(StreamToAppsync::new(Graphql::new(&Aws::from_env()?, env::required("GRAPHQL_URL")?)))
    }

    async fn handle(&self, batch: Batch, deadline: Deadline) -> Result<Failures, Self::Error> {
        let announce = async |change: &Change| match news(change) {
            Some(image) => self.announce(image, deadline).await,
            None => Ok(()),
        };
        Ok(batch.each(CONCURRENCY, deadline, announce).await)
    }
}

/// The event of a change that nobody was told of yet. The event source's filter passes no others on; it is
/// repeated here since a filter can be taken away without anybody thinking of this.
fn news(change: &Change) -> Option<&Image> {
    let image = change.new_image.as_ref().filter(|_| change.kind == Kind::Insert)?;
    (image.string("origin") != Some("graphql")).then_some(image)
}
