//! GraphQL schemas as AppSync takes them: the text of `Definition` into types and fields.
//!
//! It reads type definitions only, no queries, and does not judge what it read: that is the concern of the rules. It
//! is lenient where AppSync is: `implements A, B` without `&`, which GraphQL once had and AppSync still takes, is a
//! syntax error to the parsers there are.
//!
//! Source: [GraphQL, type system](https://spec.graphql.org/October2021/#sec-Type-System).

mod lexer;
mod parser;
mod schema;

pub(crate) use parser::parse;
pub(crate) use schema::{Directive, Field, Schema, Type, TypeKind, TypeUse, Value};

/// Where a text stops being a schema.
#[derive(Debug)]
pub(crate) struct Mistake {
    /// The byte at which it does.
    pub(crate) at: usize,
    pub(crate) message: String,
}
