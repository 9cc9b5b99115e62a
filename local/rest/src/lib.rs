//! REST APIs of API Gateway and function URLs: requests to events, answers to responses.
//! Knows no template, no IAM and no way to run a function: whoever runs it lends those.

mod caller;
mod cors;
mod definitions;
mod ids;
mod incoming;
mod moment;
mod path;
mod payload;
mod reply;
pub mod rest;
mod settings;
mod url;
mod velocity;
mod world;

pub use caller::{Caller, Fault, Identity, Rejection};
pub use cors::Cors;
pub use rest::Rest;
pub use settings::Settings;
pub use url::{FunctionUrl, FunctionUrls, UrlAuth};
pub use velocity::{Template, VelocityError};
pub use world::{Answered, Failure, Invocation, Judgement, Permission, Verdict, World};
