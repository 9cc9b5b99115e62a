//! [`Props`]: the properties of a resource or property type, as they are collected.
//!
//! It knows no schema: the typed setters of the L1 crate decide what gets in.

use stackwright_template::{Expr, Fields};

/// Properties by CloudFormation name, in the order set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Props(Fields);

impl Props {
    /// No property yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a property where it stands, or adds it at the end.
    pub fn set(&mut self, name: &'static str, value: Expr) {
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// With this property set.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Expr) -> Self {
        self.set(name, value);
        self
    }

    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Expr> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The properties as a map.
    #[must_use]
    pub fn into_expr(self) -> Expr {
        Expr::Map(self.0)
    }

    /// The properties as they stand in a template.
    #[must_use]
    pub fn into_fields(self) -> Fields {
        self.0
    }
}
