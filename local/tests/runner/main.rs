//! The runner as a library: small templates, and what runs of them, from their start over changes to their end.
//!
//! What the services do is their engines' tests'; what the five systems do is said in conversations with them.

#![allow(clippy::unwrap_used)]

mod apis;
mod asynchronous;
mod buses;
mod calls;
mod custom;
mod graph;
mod graphql;
mod inside;
mod mappings;
mod permissions;
mod queues;
mod reload;
mod signer;
mod sites;
mod sockets;
mod stacks;
mod starting;
mod table_grants;
mod tables;
mod world;
