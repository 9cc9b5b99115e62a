//! EventBridge, run on this machine: event buses, rules with patterns or schedules, and deliveries to targets.
//! Knows no template, no IAM and no target: an event that is due goes to a closure, which knows what an ARN stands for.
//!
//! ```
//! use serde_json::json;
//! use stackwright_bus::{Buses, Rule, Settings, Target};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let (seen, mut deliveries) = tokio::sync::mpsc::unbounded_channel();
//! let buses = Buses::new(Settings::default(), move |delivery| {
//!     let sent = seen.send(delivery).map_err(|_| stackwright_bus::DeliveryError::retryable("CLOSED", "nobody listens"));
//!     Box::pin(async move { sent })
//! });
//! let cook = Target::new("cook", "arn:aws:lambda:us-east-1:000000000000:function:cook");
//! buses.define_rule(Rule::new("orders").matching(json!({ "source": ["shop"] })).to(cook))?;
//! let entry = json!({ "Source": "shop", "DetailType": "placed", "Detail": r#"{"pizza":1}"# });
//! buses.execute("PutEvents", json!({ "Entries": [entry] }))?;
//! assert!(deliveries.recv().await.is_some_and(|delivery| delivery.body.contains("pizza")));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Not there: archives, replays, pipes, schemas, API destinations, global endpoints, partners' event sources, changes of
//! buses and rules through the API (they come from definitions), details nested more than 127 levels deep. Events are
//! held in memory and are lost with the process.
//!
//! Source: [the API](https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html),
//! [events](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events.html).

mod actions;
mod buses;
mod courier;
mod cron;
mod delivery;
mod entry;
mod error;
mod event;
mod input;
mod path;
mod rule;
mod schedule;
mod settings;

pub use buses::Buses;
pub use cron::Cron;
pub use delivery::{Delivery, DeliveryError, Happening, Label, Step};
pub use error::{AwsError, RuleError};
pub use input::Input;
pub use rule::{Rule, Target};
pub use schedule::Schedule;
pub use settings::{Backoff, Settings};
