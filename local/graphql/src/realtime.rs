//! The realtime endpoint: subscriptions over WebSockets, and what mutations tell them.
//! Executes no mutation: results come from the other endpoint.
//!
//! Source: [building a real-time WebSocket client](https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html).

mod channel;
mod connection;
mod filter;
mod handshake;
mod message;
mod subscriber;

pub(crate) use channel::Channel;
pub use channel::OpenConnection;
pub(crate) use handshake::open;
