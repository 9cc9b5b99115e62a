//! Event source mappings: each reads a stream or a queue and invokes a function with batches of what it finds.
//! Knows no template, no IAM and no process: functions, queues and destinations are closures of the caller.
//!
//! ```
//! use futures_util::FutureExt as _;
//! use serde_json::json;
//! use stackwright_mappings::{Answer, Definition, Host, Mappings};
//! use stackwright_tables::{Settings, Tables};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let tables = Tables::memory(Settings::default())?;
//! # tables.execute("CreateTable", json!({
//! #     "TableName": "notes",
//! #     "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
//! #     "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
//! #     "BillingMode": "PAY_PER_REQUEST",
//! #     "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
//! # }))?;
//! let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
//! let host = Host::new(move |_function_arn, payload| {
//!     let _ = sender.send(payload);
//!     async { Ok(Answer::default()) }.boxed()
//! });
//! let mappings = Mappings::new(tables.clone(), host);
//! let function = "arn:aws:lambda:us-east-1:000000000000:function:word-count";
//! let stream = tables.stream_arn("notes").unwrap_or_default();
//! mappings.define("a-uuid", Definition::of_stream(function, stream))?;
//!
//! tables.execute("PutItem", json!({"TableName": "notes", "Item": {"id": {"S": "a"}}}))?;
//! assert!(received.recv().await.unwrap_or_default().starts_with(r#"{"Records":[{"#));
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! Nothing is polled: a poller sleeps until its stream or queue has something. How far a mapping has come in a stream
//! is kept with the tables, so a mapping that is defined again, or opened again with its tables, goes on there. A
//! record may come twice then, and never not at all.
//!
//! Where Amazon says nothing: a partial failure uses up a retry of what is left of the batch, unless the mapping
//! bisects, when it is the cut; an age over the maximum is found before each try and cuts off the records that are too
//! old; a record of age over 24 hours is treated so whatever the mapping declares; without a declared maximum ten
//! batches of one queue run at once, and more are not added by and by.
//!
//! Not there: tumbling windows, Kinesis, Kafka and brokers, `AT_TIMESTAMP`, S3 as a destination (it gets the records
//! too, which the others do not), metrics.
//!
//! Sources: [DynamoDB streams](https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html),
//! [their errors](https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html),
//! [queues](https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).

mod batch;
mod definition;
mod failure;
mod happening;
mod host;
mod lane;
mod mapping;
mod mappings;
mod message;
mod moment;
mod partial;
mod payload;
mod queue_poller;
mod record;

pub use definition::{Definition, DefinitionError, QueueSource, Source, Start, StreamSource};
pub use failure::{Condition, Failure};
pub use happening::{Event, Happening};
pub use host::{Answer, Backoff, Host, InvokeError};
pub use mappings::{Mappings, State};
pub use message::{Attribute, Message, Queue};
