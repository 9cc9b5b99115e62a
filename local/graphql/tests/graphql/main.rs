//! The engine from outside: requests, resolvers, subscriptions, and the agenda's own API.

#![allow(clippy::unwrap_used)]

mod agenda;
mod api;
mod listening;
mod realtime;
mod requests;
mod resolvers;
