//! What services refuse, or take and then do not do, beyond what their schemas say: a module per service.
//!
//! Only mistakes that are certain: what hangs on a value not known here is left alone.

mod apigateway;
mod apigatewayv2;
mod appsync;
mod appsync_code;
mod appsync_schema;
mod appsync_sources;
mod appsync_subscriptions;
mod arn;
mod authorizers;
mod cognito;
mod cors;
mod dynamodb;
mod event_pattern;
mod event_source;
mod events;
mod function_url;
mod graphql_fields;
mod iam;
mod invocation;
mod lambda;
mod names;
mod policy_length;
mod queue_policy;
mod s3;
mod sqs;
mod table_indexes;

use std::collections::HashMap;
use std::fmt::Debug;

use stackwright_template::{Expr, LogicalId, Resource};

use crate::finding::Finding;
use crate::index::Index;
use crate::place::Place;
use crate::references::{Target, references};
use crate::value::is_no_value;

/// Every rule over the whole template.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    dynamodb::check(index, findings);
    event_source::check(index, findings);
    lambda::check(index, findings);
    invocation::check(index, findings);
    events::check(index, findings);
    apigatewayv2::check(index, findings);
    authorizers::check(index, findings);
    apigateway::check(index, findings);
    appsync::check(index, findings);
    appsync_code::check(index, findings);
    appsync_schema::check(index, findings);
    appsync_sources::check(index, findings);
    cognito::check(index, findings);
    function_url::check(index, findings);
    cors::check(index, findings);
    iam::check(index, findings);
    policy_length::check(index, findings);
    sqs::check(index, findings);
    queue_policy::check(index, findings);
    s3::check(index, findings);
    names::check(index, findings);
}

/// The property, unless it is left out.
fn given<'t>(resource: &'t Resource, name: &str) -> Option<&'t Expr> {
    resource.property(name).filter(|value| !is_no_value(value))
}

/// The property, if it is a literal text.
fn text<'t>(resource: &'t Resource, name: &str) -> Option<&'t str> {
    resource.property(name)?.as_text()
}

/// The property, if it is a literal text of which no part is kept in a secret or parameter of the account.
fn source<'t>(resource: &'t Resource, name: &str) -> Option<&'t str> {
    text(resource, name).filter(|text| !text.contains("{{resolve:"))
}

/// The whole number, if it is a literal; CloudFormation takes texts for numbers.
fn whole(value: &Expr) -> Option<i64> {
    match value {
        Expr::Integer(number) => Some(*number),
        Expr::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether it is `true`, as a boolean or as a text.
fn is_true(value: Option<&Expr>) -> bool {
    match value {
        Some(Expr::Bool(value)) => *value,
        Some(Expr::Text(text)) => text == "true",
        _ => false,
    }
}

/// Two resources of which AWS takes only one: the same key under the same condition.
///
/// Calls `twice` with the second and the first.
fn duplicates<'t, K: Debug>(
    resources: impl Iterator<Item = (LogicalId, &'t Resource)>,
    key: impl Fn(&'t Resource) -> Option<K>,
    mut twice: impl FnMut(LogicalId, &'t Resource, LogicalId),
) {
    let mut seen = HashMap::new();
    for (id, resource) in resources {
        let Some(key) = key(resource) else { continue };
        let key = format!("{key:?} {:?}", resource.condition);
        match seen.get(&key) {
            Some(first) => twice(id, resource, *first),
            None => drop(seen.insert(key, id)),
        }
    }
}

/// The resources of this template that an expression refers to, wherever in it.
fn referred<'t>(index: &Index<'t>, expr: &Expr) -> Vec<(LogicalId, &'t Resource)> {
    let mut found = Vec::new();
    references(expr, &Place::Start(""), &mut |reference, _| {
        if let Target::Ref(id) | Target::Attribute(id, _) = reference.target {
            found.extend(index.resources.get(&id).map(|resource| (id, *resource)));
        }
    });
    found
}

/// `A`, `B` and `C`.
fn listed(ids: &[LogicalId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    match names.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
