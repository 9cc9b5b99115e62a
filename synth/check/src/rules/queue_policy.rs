//! Policies of queues: that each queue has one, and whom it lets in.
//!
//! The form of their statements is the concern of `iam`.

use std::collections::HashMap;

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, referred};
use crate::finding::Finding;
use crate::index::Index;

/// Every queue that two policies are for: SQS keeps the one that was set last.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut first: HashMap<LogicalId, (LogicalId, &Resource)> = HashMap::new();
    for policy in policies(index) {
        for queue in policy.queues(index) {
            let (other, known) = *first.entry(queue).or_insert((policy.id, policy.resource));
            if other != policy.id && known.condition == policy.resource.condition {
                let message =
                    format!("`{other}` and `{}` are both policies of `{queue}`, which keeps one", policy.id);
                let place = format!("Properties.{}", policy.property);
                let hint = "put their statements into one policy";
                findings.push(Finding::of_resource(policy.id, place, message).hint(hint));
            }
        }
    }
}

/// Whether a policy may let the service send to the queue on behalf of `source`. What is not known here may do so.
pub(super) fn permits(index: &Index<'_>, queue: LogicalId, principal: &str, source: LogicalId) -> bool {
    index.expands
        || policies(index).any(|policy| {
            policy.queues(index).contains(&queue)
                && statements(policy.resource).is_none_or(|statements| {
                    statements.iter().any(|one| lets_in(index, one, principal, source))
                })
        })
}

struct Policy<'t> {
    id: LogicalId,
    resource: &'t Resource,
    /// What names its queues.
    property: &'static str,
}

fn policies<'t>(index: &Index<'t>) -> impl Iterator<Item = Policy<'t>> {
    let types = [("AWS::SQS::QueuePolicy", "Queues"), ("AWS::SQS::QueueInlinePolicy", "Queue")];
    index.template.resources.iter().filter_map(move |(id, resource)| {
        let (_, property) = types.into_iter().find(|(kind, _)| resource.kind == *kind)?;
        Some(Policy { id, resource, property })
    })
}

impl Policy<'_> {
    fn queues(&self, index: &Index<'_>) -> Vec<LogicalId> {
        let named = given(self.resource, self.property).map(|queues| referred(index, queues));
        let queues = named.unwrap_or_default().into_iter();
        queues.filter(|(_, queue)| queue.kind == "AWS::SQS::Queue").map(|(id, _)| id).collect()
    }
}

/// The statements, if they are written here.
fn statements(policy: &Resource) -> Option<&[Expr]> {
    match given(policy, "PolicyDocument")?.field("Statement")? {
        Expr::List(statements) => Some(statements),
        one @ Expr::Map(_) => Some(std::slice::from_ref(one)),
        _ => None,
    }
}

fn lets_in(index: &Index<'_>, statement: &Expr, principal: &str, source: LogicalId) -> bool {
    let allows = statement.field("Effect").and_then(Expr::as_text) != Some("Deny");
    let principals = match statement.field("Principal") {
        Some(Expr::Map(kinds)) => kinds.iter().any(|(_, named)| may_be(named, principal)),
        Some(other) => may_be(other, principal),
        None => true,
    };
    allows && principals && !is_for_others(index, statement.field("Condition"), source)
}

fn may_be(named: &Expr, principal: &str) -> bool {
    match named {
        Expr::Text(text) => text == "*" || text == principal,
        Expr::List(many) => many.iter().any(|one| may_be(one, principal)),
        _ => true,
    }
}

/// Whether the condition names resources of the same type, and the source is none of them.
fn is_for_others(index: &Index<'_>, condition: Option<&Expr>, source: LogicalId) -> bool {
    let Some(named) = condition.map(|condition| referred(index, condition)) else { return false };
    let kind = index.resources.get(&source).map(|resource| &resource.kind);
    let mut alike = named.iter().filter(|(_, resource)| Some(&resource.kind) == kind).peekable();
    alike.peek().is_some() && !alike.any(|(id, _)| *id == source)
}
