//! The engine from outside: requests, resolvers, subscriptions, and the agenda's own API.

#![allow(clippy::unwrap_used)]

mod api;
mod requests;
mod resolvers;
