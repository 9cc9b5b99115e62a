//! Every CloudFormation resource type as Rust: a module per service, each behind a feature of its name.
//!
//! The code is generated from the facts of `stackwright-schema` when the crate is built; nothing here adds behaviour.
//! A type that is missing, or whose feature is off, can be declared as a `RawResource` of `stackwright-core`.
//!
//! ```
//! # #[cfg(feature = "dynamodb")] {
//! use stackwright_cfn::dynamodb::{Table, table};
//!
//! let table = Table::new([table::KeySchema::new("id", table::KeyType::Hash)])
//!     .attribute_definitions([table::AttributeDefinition::new("id", table::AttributeType::S)])
//!     .billing_mode(table::BillingMode::PayPerRequest);
//! # }
//! ```

mod tag;
mod vocabulary;

pub use tag::Tag;

include!(concat!(env!("OUT_DIR"), "/services.rs"));
