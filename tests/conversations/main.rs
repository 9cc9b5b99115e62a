//! Conversations with the five systems as `local` runs them: real templates, real handlers, real sockets.
//!
//! Whatever is said of a system in public is said here, from outside; nobody looks into a handler.

#![allow(clippy::unwrap_used)]

mod agenda;
mod bad_input;
mod cdk;
mod chat;
mod clients;
mod durability;
mod faults;
mod machine;
mod notes;
mod notifications;
mod pages;
mod signing;
mod socket;
mod ticket;
#[path = "../tools/mod.rs"]
mod tools;
mod visitor_counter;
mod web;
