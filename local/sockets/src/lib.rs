//! WebSocket APIs of API Gateway: connections, routes, limits and `@connections`.
//! Knows no template, no IAM and no Lambda: functions and the judgement of policies come from the host.
//!
//! ```no_run
//! use std::collections::BTreeMap;
//!
//! use axum::body::Bytes;
//! use stackwright_sockets::{Api, Host, Integration, Route, Sockets, Stage};
//!
//! # fn example(echo: String) -> Result<(), Box<dyn std::error::Error>> {
//! let host = Host::new(|_| Box::pin(async { Ok(Bytes::from_static(br#"{"statusCode":200,"body":"hello"}"#)) }));
//! let sockets = Sockets::start(host);
//! let echo = Integration::Function { function: echo, timeout: None };
//! let route = Route { integration: Some(echo), is_two_way: true, ..Route::default() };
//! sockets.define(Api {
//!     id: "a1b2c3d4e5".to_owned(),
//!     region: "eu-west-1".to_owned(),
//!     account: "000000000000".to_owned(),
//!     stages: BTreeMap::from([("prod".to_owned(), Stage::default())]),
//!     selection: "$request.body.action".parse()?,
//!     routes: BTreeMap::from([("$default".to_owned(), route)]),
//! });
//! # Ok(())
//! # }
//! ```
//!
//! A connection is one task; an idle one takes about 7 kB (2,000 of them measured). Its messages are handled independently, in no order, but
//! only so many at once: a client that floods is not read from. What waits for a client that does not read is bounded,
//! too: posting more to it is refused, its replies wait, and nobody else is disturbed.
//!
//! Not there: throttling of routes, model validation, API keys, integrations other than functions and `MOCK`, templates
//! of integrations and their responses, caching of authorizers' answers (WebSocket APIs have none). Signatures of
//! `AWS_IAM` are for the caller to check. Codes and reasons that no capture of AWS shows are ours: the reasons of
//! 1002, 1003, 1006, 1007 and 1009.
//!
//! Source: [WebSocket APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html).

mod answer;
mod api;
mod authorizer;
mod client;
mod closing;
mod connection;
mod conversation;
mod engine;
mod event;
mod handshake;
mod happening;
mod host;
mod id;
mod integration;
mod limits;
mod management;
mod message;
mod moment;
mod opening;
mod outbox;
mod rate;
mod refusal;
mod selection;
mod sockets;

pub use api::{Api, Integration, Route, Stage};
pub use authorizer::{Authorizer, IdentitySource, IdentitySourceError};
pub use client::{Identity, Signer};
pub use closing::Closing;
pub use connection::ConnectionInfo;
pub use happening::{Happening, What};
pub use host::{Host, Invocation, InvokeError};
pub use limits::Limits;
pub use management::{PostError, Target};
pub use selection::{RouteSelection, SelectionError};
pub use sockets::Sockets;
