//! SQS queues, run on this machine: standard and FIFO, with dead-letter queues, in memory or in a folder.
//! Knows no template and no IAM: it is told who calls, and says which resource a request is about.
//!
//! ```
//! use serde_json::json;
//! use stackwright_queues::{Definition, Queues, Settings};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let queues = Queues::memory(Settings::default())?;
//! queues.define(Definition { name: "jobs".to_owned(), ..Definition::default() })?;
//! queues.send("arn:aws:sqs:us-east-1:000000000000:jobs", "paint the fence")?;
//! let request = json!({ "QueueUrl": queues.url("jobs"), "WaitTimeSeconds": 20 });
//! let answer = queues.execute("ReceiveMessage", request, "me").await?;
//! assert_eq!(answer["Messages"][0]["Body"], "paint the fence");
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A queue is found by the last segment of its URL, whatever stands before it. All messages are seen by every receiver
//! at once, and a standard queue hands them out in the order in which they became visible: AWS promises neither. A
//! message that was received too often moves when somebody next receives.
//!
//! Not there: SQS's older protocol in XML, `AddPermission` and `RemovePermission`, encryption (its attributes are kept),
//! the 60 seconds without a queue of a deleted one's name, quotas of messages in flight and of throughput, fairness
//! between the groups of a standard queue, and the same answer for the same `ReceiveRequestAttemptId`.
//!
//! Source: [the API](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html).

mod actions;
mod administration;
mod attributes;
mod batch;
mod digest;
mod error;
mod exchange;
mod line;
mod message;
mod moves;
mod queue;
mod queues;
mod receipt;
mod redrive;
mod rules;
mod selection;
mod settings;
mod store;

pub use error::{AwsError, OpenError};
pub use message::{Attribute, Message, NewMessage, Receive, Seen, Sent};
pub use queues::{Definition, Queues};
pub use settings::Settings;
