//! REST APIs, HTTP APIs and function URLs: requests made into events, functions' answers into responses.
//! Knows no template, no IAM and no way to run a function: whoever runs it lends those.
//!
//! ```
//! use axum::{body::Bytes, extract::Request};
//! use futures_util::FutureExt as _;
//! use stackwright_rest::rest::{Api, Integration, Method, Resource, Stage};
//! use stackwright_rest::{Caller, Rest, World};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // A world with one function, which greets.
//! let world = World::new(|invocation| {
//!     assert!(String::from_utf8_lossy(&invocation.payload).contains(r#""resource":"/hello""#));
//!     async { Ok(Bytes::from(r#"{ "statusCode": 200, "body": "hello" }"#)) }.boxed()
//! });
//! let arn = "arn:aws:lambda:us-east-1:000000000000:function:hello".to_owned();
//! let greets = Method::new(Integration::Function { arn, timeout: None });
//! let resource = Resource { id: "r1".into(), path: "/hello".into(), methods: [("GET".into(), greets)].into() };
//! let mut api = Api::new("us-east-1", "000000000000");
//! api.stages.insert("prod".into(), Stage::default());
//! api.resources.push(resource);
//!
//! let rest = Rest::new(world);
//! rest.define("abc", api);
//! let request = Request::builder().uri("/hello").body(axum::body::Body::empty())?;
//! assert_eq!(rest.answer("abc", "prod", request, Caller::Anonymous).await.status(), 200);
//! # Ok::<(), axum::http::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Names of headers reach functions in lower case, as HTTP/2 has them, but for those that API Gateway writes itself:
//! the HTTP server here does not keep how they were sent. Events have the host names, ports and protocols of AWS.
//!
//! Not there: integrations of the types `AWS`, `HTTP`, `HTTP_PROXY` and of VPC links, authorisers of Cognito and JWTs,
//! throttling and quotas, caches of answers, streamed answers (they are sent when they are whole), client certificates,
//! custom domain names.

mod caller;
mod cors;
mod definitions;
pub mod http;
mod ids;
mod incoming;
mod lists;
mod memory;
mod moment;
mod path;
mod payload;
mod reply;
pub mod rest;
mod settings;
mod source;
mod url;
mod velocity;
mod world;

pub use caller::{Caller, Identity, Rejection, RejectionKind, Sender};
pub use cors::Cors;
pub use http::HttpApis;
pub use reply::OfFunction;
pub use rest::Rest;
pub use settings::Settings;
pub use source::Source;
pub use url::{FunctionUrl, FunctionUrls, UrlAuth};
pub use velocity::{Template, VelocityError};
pub use world::{Answered, Failure, Invocation, Judgement, Permission, Verdict, World};
