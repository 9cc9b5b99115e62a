//! EventBridge from outside: what is put, what targets get, and when.

#![allow(clippy::unwrap_used)]

mod bench;
mod buses;
mod deliveries;
mod envelopes;
mod inputs;
mod looking;
mod refusals;
mod schedules;
