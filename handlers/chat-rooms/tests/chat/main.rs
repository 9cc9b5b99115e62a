//! Conversations over all eight functions, against a real DynamoDB engine and a real `@connections` endpoint.

#![allow(clippy::unwrap_used)]

mod basic_mode;
mod calls;
mod endings;
mod house;
mod input;
mod load;
mod names;
mod reunion;
mod rooms;
mod talk;
mod traffic;
