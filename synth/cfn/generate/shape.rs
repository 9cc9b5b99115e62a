//! The Rust type of a shape.
//!
//! Constraints that no type can carry (bounds, patterns) are left to the documentation and to `stackwright-check`.

use crate::enumeration::Enumerations;
use crate::names;
use stackwright_schema::{Shape, Text};
use std::collections::BTreeMap;

/// What the types of one resource type are called.
pub(crate) struct Vocabulary {
    /// The Rust names of the definitions.
    pub(crate) objects: BTreeMap<&'static str, String>,
    /// The enums.
    pub(crate) enumerations: Enumerations,
}

impl Vocabulary {
    /// The `T` of the `Value<T>` that a property takes, seen from where `path` leads to the resource type's module.
    pub(crate) fn kind(&self, property: &str, shape: &Shape, path: &str) -> String {
        match shape {
            Shape::String(text) => self.string(property, text, path),
            Shape::Integer { .. } => "i64".to_owned(),
            Shape::Number { .. } => "f64".to_owned(),
            Shape::Boolean => "bool".to_owned(),
            Shape::List { items, .. } => {
                format!("v::Vec<{}>", self.kind(&names::singular(property), items, path))
            }
            Shape::Map { values, .. } => format!("v::Map<{}>", self.kind(property, values, path)),
            Shape::Object(name) => self.object(name, path),
            Shape::Json | Shape::OneOf(_) => "v::Json".to_owned(),
        }
    }

    fn string(&self, property: &str, text: &Text, path: &str) -> String {
        match self.enumerations.name(property, text) {
            Some(name) => format!("{path}{name}"),
            None if is_arn(property, text) => "v::Arn".to_owned(),
            None => "v::String".to_owned(),
        }
    }

    fn object(&self, name: &str, path: &str) -> String {
        match self.objects.get(name) {
            Some(name) if name.starts_with("crate::") => name.clone(),
            Some(name) => format!("{path}{name}"),
            None => "v::Json".to_owned(),
        }
    }
}

/// The `T` of the `Value<T>` that an attribute gives.
pub(crate) fn attribute(name: &str, shape: &Shape) -> &'static str {
    match shape {
        Shape::String(text) if is_arn(name, text) => "v::Arn",
        Shape::String(_) => "v::String",
        Shape::Integer { .. } => "i64",
        Shape::Number { .. } => "f64",
        Shape::Boolean => "bool",
        Shape::List { items, .. } if matches!(**items, Shape::String(_)) => "v::Vec<v::String>",
        Shape::List { .. } => "v::Vec<v::Json>",
        Shape::Map { values, .. } if matches!(**values, Shape::String(_)) => "v::Map<v::String>",
        _ => "v::Json",
    }
}

/// Whether a string is an ARN, and never a plain name.
fn is_arn(name: &str, text: &Text) -> bool {
    let named = ["Arn", "ARN"].iter().any(|end| name.ends_with(end));
    let matched = text.pattern.is_some_and(|pattern| pattern.trim_start_matches('^').starts_with("arn:"));
    text.allowed.is_empty() && (named || matched)
}
