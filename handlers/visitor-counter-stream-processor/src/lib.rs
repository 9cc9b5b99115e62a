//! Tells every open page the newest count, whenever the counter changes.
//! Counts nothing: that is `visitor-counter-db-updater`.
//!
//! | variable | what |
//! |---|---|
//! | `CONNECTIONS_TABLE` | table of open connections, key `connectionId` (S) |
//! | `CALLBACK_URL` | management endpoint of the WebSocket stage, `https://…/<stage>` |
//!
//! | action | on |
//! |---|---|
//! | `dynamodb:Scan` | `CONNECTIONS_TABLE` |
//! | `dynamodb:DeleteItem` | `CONNECTIONS_TABLE` |
//! | `execute-api:ManageConnections` | `CALLBACK_URL` |

mod audience;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Batch, Broadcast, Causes, Change, Deadline, Failures, Handler, Kind, Sender, env};

pub use audience::Audience;

/// The handler of the counter's stream.
#[derive(Clone, Debug)]
pub struct StreamProcessor {
    broadcast: Broadcast,
    audience: Audience,
}

/// A count, and where in the stream it was seen.
struct Count {
    value: i64,
    sequence_number: String,
}

impl StreamProcessor {
    /// A handler that tells these connections, in that way.
    pub fn new(broadcast: Broadcast, audience: Audience) -> StreamProcessor {
        StreamProcessor { broadcast, audience }
    }

    /// Sends one count to everyone. Connections that do not take it are no failure, nor are those that
    /// there was no time for: to deliver the batch again would send the count twice to all others.
    async fn tell(&self, count: &Count, deadline: Deadline) -> bool {
        let message = format!(r#"{{"type":"visitorCount","count":{}}}"#, count.value);
        let forget = async |connection| self.audience.forget(connection).await;
        match self.broadcast.send(self.audience.connections(), &message, deadline, forget).await {
            Ok(outcome) if outcome.cut_short => {
                tracing::error!(
                    count = count.value,
                    ?outcome,
                    "there was no time to send the count to everyone"
                );
                true
            }
            Ok(outcome) => {
                tracing::info!(count = count.value, ?outcome, "the count was sent");
                true
            }
            Err(error) => {
                tracing::error!(count = count.value, error = %Causes(&error), "the connections could not be read");
                false
            }
        }
    }
}

impl Handler for StreamProcessor {
    type Event = Batch;
    type Answer = Failures;
    type Error = std::convert::Infallible;

    fn from_env() -> Result<Self, env::Missing> {
        let aws = Aws::from_env()?;
        let sender = Sender::new(&aws, &env::required("CALLBACK_URL")?);
        let audience = Audience::new(Client::new(aws.config()), env::required("CONNECTIONS_TABLE")?);
        Ok(StreamProcessor::new(Broadcast::new(sender), audience))
    }

    /// Sends the newest count of the batch; the older ones are history already.
    async fn handle(&self, batch: Batch, deadline: Deadline) -> Result<Failures, Self::Error> {
        let (changes, mut failures) = batch.changes();
        let Some(newest) = newest(&changes, &mut failures) else { return Ok(failures) };
        if !self.tell(&newest, deadline).await {
            failures.add(newest.sequence_number);
        }
        Ok(failures)
    }
}

/// The last count of the batch. A counter that holds no integer is a failure of its own record.
fn newest(changes: &[Change], failures: &mut Failures) -> Option<Count> {
    changes.iter().filter(|change| is_counter(change)).filter_map(|change| read(change, failures)).last()
}

fn is_counter(change: &Change) -> bool {
    let id = change.new_image.as_ref().and_then(|image| image.string("id"));
    change.kind != Kind::Remove && id == Some("visitor_count")
}

fn read(change: &Change, failures: &mut Failures) -> Option<Count> {
    let value = change.new_image.as_ref().and_then(|image| image.integer("count"));
    if value.is_none() {
        tracing::error!(change.sequence_number, "the counter holds no integer");
        failures.add(&change.sequence_number);
    }
    value.map(|value| Count { value, sequence_number: change.sequence_number.clone() })
}
