//! Checks a [`Template`] before AWS sees it: its own graph, CloudFormation's limits, the schemas of the resource
//! types, and what services refuse beyond their schemas.
//!
//! It reads no files, calls nobody and has no opinions on style: a [`Finding`] is a deployment that would fail or a
//! resource that would not do what it was declared for. Any template will do, whoever wrote it.
//!
//! ```
//! use stackwright_check::check;
//! use stackwright_template::{Expr, LogicalId, Resource, Template};
//!
//! let mut template = Template::default();
//! let properties = vec![("QueueName".into(), Expr::reference("Stage"))];
//! let queue = Resource { kind: "AWS::SQS::Queue".into(), properties, ..Resource::default() };
//! template.resources.push(LogicalId::new("Jobs"), queue);
//! let findings = check(&template);
//! assert_eq!(findings[0].message, "`Jobs` refers to `Stage`, which is neither a resource nor a parameter");
//! ```

mod appsync_js;
mod cycles;
mod deletion;
mod finding;
mod functions;
mod graph;
mod graphql;
mod index;
mod limits;
mod nearest;
mod parameters;
mod pattern;
mod place;
mod position;
mod references;
mod repeats;
mod rules;
mod schema;
mod target;
mod value;

pub use finding::{Entry, EntryKind, Finding};

use stackwright_template::Template;

use crate::index::Index;

/// All that is wrong with the template, in the order of the checks, then of the template.
#[must_use]
pub fn check(template: &Template) -> Vec<Finding> {
    let index = Index::new(template);
    let mut findings = Vec::new();
    limits::check(&index, &mut findings);
    parameters::check(&index, &mut findings);
    repeats::check(&index, &mut findings);
    functions::check(&index, &mut findings);
    graph::check(&index, &mut findings);
    cycles::check(&index, &mut findings);
    deletion::check(&index, &mut findings);
    schema::check(&index, &mut findings);
    rules::check(&index, &mut findings);
    findings
}

/// What is wrong with a template that takes this many bytes once it is written, if anything.
#[must_use]
pub fn check_size(bytes: usize) -> Option<Finding> {
    limits::size(bytes)
}

#[cfg(test)]
mod tests;
