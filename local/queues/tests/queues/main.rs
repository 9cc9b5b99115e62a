//! SQS from outside: what its actions answer, and what its queues do.

#![allow(clippy::unwrap_used)]

mod administration;
mod batches;
mod bench;
mod dead_letters;
mod fifo;
mod folder;
mod in_process;
mod messages;
mod receipts;
mod refusals;
mod waiting;
