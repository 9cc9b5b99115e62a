//! HTTP APIs, the second version of API Gateway's APIs: routes straight to functions.
//! Knows no mapping templates, no keys and no JWTs.
//!
//! Source: [HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html).

mod authorizer;
mod definition;
mod engine;
mod event;
mod exchange;

pub use definition::{Authorization, Authorizer, HttpApi, PayloadVersion, Route, Stage};
pub use engine::HttpApis;
