//! Mapping templates: the part of Velocity that API Gateway's templates are written in.
//! Has no macros, no `#parse`, no `#include`, no Java behind values but the methods that templates use.
//!
//! Source: [mapping template reference](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).

mod cursor;
mod expression;
mod json_path;
mod method;
mod render;
mod template;
#[cfg(test)]
mod tests;

pub(crate) use render::{Input, RenderError, Scope};
pub use template::{Template, VelocityError};
