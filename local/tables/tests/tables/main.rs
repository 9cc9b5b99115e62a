//! Tables and their streams through the actions of DynamoDB, as a client sees them.
//! Leaves what a write does to items to the engine's own tests, but for one of each kind.

#![allow(clippy::unwrap_used)]

mod actions;
mod changes;
mod folder;
mod kept_records;
mod killed;
mod notes;
mod streams;
mod subscriptions;
