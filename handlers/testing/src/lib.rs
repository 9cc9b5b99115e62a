//! What handlers talk to, for tests: a DynamoDB engine, `@connections`, EventBridge, AppSync, S3,
//! CloudFormation's mailbox and Lambda's Runtime API, each at a real HTTP endpoint in the test's own process.
//! Not a part of any function: only tests depend on it.

// A test that cannot start its engines has nothing to report but that.
#![allow(clippy::unwrap_used)]

mod bucket;
mod bus;
mod calls;
mod chat;
mod faults;
mod forward;
mod function;
mod graphql;
mod mailbox;
mod operations;
mod server;
mod sockets;
mod surroundings;
mod tables;

pub use bucket::{Buckets, Object};
pub use bus::Bus;
pub use calls::Calls;
pub use function::{Function, run_alone};
pub use graphql::Graphql;
pub use handler_calls::Call;
pub use mailbox::{Letter, Mailbox};
pub use sockets::Sockets;
pub use surroundings::{Surroundings, check_variables};
pub use tables::Tables;
