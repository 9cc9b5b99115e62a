//! A function as its template has it: what it is told, and the resources that it is told of.
//!
//! It knows no construct: whatever wrote the template.

use std::collections::BTreeSet;

use handler_calls::Call;
use stackwright::{Expr, LogicalId, ResourceEntry, Template};

use crate::named::resource;

/// A function in a template.
pub(crate) struct Function<'a> {
    pub(crate) template: &'a Template,
    pub(crate) id: LogicalId,
}

impl<'a> Function<'a> {
    /// The names of its environment variables.
    pub(crate) fn variables(&self) -> BTreeSet<String> {
        let fields = self.environment().and_then(Expr::as_map).unwrap_or_default();
        fields.iter().map(|(name, _)| name.to_string()).collect()
    }

    /// The same call on the resource of the template that the documentation means.
    pub(crate) fn find(&self, mut call: Call) -> Call {
        let told = match call.resource.strip_prefix("property ") {
            Some(name) => self.custom_resource().and_then(|custom| custom.property(name)),
            None => self.environment().and_then(|variables| variables.field(&call.resource)),
        };
        if let Some(told) = told {
            call.resource = resource(told);
        }
        call
    }

    /// A property of its own.
    pub(crate) fn property(&self, name: &str) -> Option<&'a Expr> {
        self.template.resources.get(self.id).unwrap().property(name)
    }

    /// The resources of that type that are about this function.
    pub(crate) fn wired(&self, kind: &str) -> impl Iterator<Item = &'a ResourceEntry> {
        let of_kind = self.template.resources.iter().filter(move |(_, entry)| entry.kind == kind);
        of_kind.map(|(_, entry)| entry).filter(|entry| self.is_named_by(entry.property("FunctionName")))
    }

    fn environment(&self) -> Option<&'a Expr> {
        self.property("Environment")?.field("Variables")
    }

    /// The custom resource that this function provides.
    fn custom_resource(&self) -> Option<&'a ResourceEntry> {
        let mut resources = self.template.resources.iter().map(|(_, entry)| entry);
        resources.find(|entry| self.is_named_by(entry.property("ServiceToken")))
    }

    fn is_named_by(&self, expr: Option<&Expr>) -> bool {
        expr.is_some_and(|expr| resource(expr) == self.id.as_str())
    }
}
