//! DynamoDB's tables and their change streams, in process.
//! Speaks no HTTP and checks no permissions: an action's name and its JSON come in, JSON or an AWS error comes out.
//!
//! ```
//! use serde_json::json;
//! use stackwright_tables::{Position, Settings, Tables};
//!
//! let tables = Tables::memory(Settings::default())?;
//! tables.execute("CreateTable", json!({
//!     "TableName": "notes",
//!     "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
//!     "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
//!     "BillingMode": "PAY_PER_REQUEST",
//!     "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
//! }))?;
//! let mut changes = tables.changes("notes", Position::TrimHorizon)?;
//! tables.execute("PutItem", json!({"TableName": "notes", "Item": {"id": {"S": "a"}}}))?;
//! assert_eq!(changes.take(10)[0].record()["eventName"], "INSERT");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The engine is `dynoxide`, behind [`Tables`]. The streams are ours: it records writes that change nothing, never
//! trims, slows down with each record, and gives shards names that SDKs refuse.
//!
//! Where the images come from: the engine is asked for both images of every write, and a trigger diverts its records
//! into a table of ours, within the transaction of the write. So every kind of write is covered, PartiQL, transactions
//! and expiry as well, the images are those of the transaction that was committed, a write that is rolled back leaves
//! none, and nothing is read twice. Reading an item before and after each write would cost two more statements, and
//! would need the keys that a PartiQL statement means.
//!
//! In a folder that table stays, and so do the places of readers that have them kept ([`Checkpoint`]): a write that was
//! answered is read by them, whatever happens to the process in between. Records are in memory as well, where they are
//! read.
//!
//! Not there:
//! - streams that ended, after [`Tables::open`];
//! - a second process on the same folder: its writes would be in no stream here;
//! - more than one shard a stream;
//! - two tables whose names differ in case alone, as SQLite's may not;
//! - some of AWS's wordings for a request that is not of the action's form.
//!
//! Source: [DynamoDB's actions](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html).

mod actions;
mod arn;
mod change;
mod checkpoint;
mod description;
mod engine;
mod error;
mod idempotency;
mod iterator;
mod kept;
mod log;
mod recorder;
mod settings;
mod specification;
mod stream;
mod subscription;
mod tables;

pub use change::Change;
pub use checkpoint::Checkpoint;
pub use error::{AwsError, OpenError};
pub use iterator::Position;
pub use settings::{Durability, Settings};
pub use subscription::Subscription;
pub use tables::Tables;
