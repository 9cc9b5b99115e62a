//! REST APIs: from a request through authorisation and validation to an integration, and back.
//! Knows no other kind of API.

mod answer;
mod authorizer;
mod definition;
mod engine;
mod event;
mod exchange;
mod fault;
mod mock;
mod respond;
mod schema;
mod validation;

pub use definition::{
    Api, ApiKey, Authorization, Authorizer, AuthorizerKind, GatewayResponse, Integration, Method, Mock,
    MockResponse, Passthrough, Requirements, Resource, Stage,
};
pub use engine::Rest;
pub use fault::ResponseType;
pub use schema::Schema;
