//! A CloudFormation template as a Rust value: [`Template`], its sections, and the [`Expr`]s inside them.
//!
//! It does no IO and knows neither constructs nor AWS resource types; what writes templates, what checks them
//! and what runs them meet here and nowhere else.

mod digest;
mod expr;
mod id;
#[cfg(any(test, feature = "read"))]
mod read;
mod render;
mod sections;
mod text;

pub use expr::{Expr, Fields, Key};
pub use id::LogicalId;
#[cfg(any(test, feature = "read"))]
pub use read::ReadError;
pub use render::RenderError;
pub use sections::{DeletionPolicy, Output, Parameter, Resource, Section, Template};
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod round_trip;
