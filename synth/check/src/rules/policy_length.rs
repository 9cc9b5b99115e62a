//! Policies: how long they may be, alone and for a role together.
//!
//! Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
//! What users and groups take, which is less, is not measured.

use stackwright_template::{Expr, LogicalId, Resource};

use super::given;
use crate::finding::Finding;
use crate::index::Index;

/// In characters, white space not counted, for all inline policies of a role together.
const LONGEST_INLINE: usize = 10_240;
const LONGEST_MANAGED: usize = 6_144;

/// Every policy alone, then all those of each role.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        let (name, most) = match resource.kind.as_str() {
            "AWS::IAM::Role" => ("Policies", LONGEST_INLINE),
            "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => ("PolicyDocument", LONGEST_INLINE),
            "AWS::IAM::ManagedPolicy" => ("PolicyDocument", LONGEST_MANAGED),
            _ => continue,
        };
        let length = own(resource);
        if length > most {
            findings.push(too_long(id, format!("Properties.{name}"), length, most));
        }
    }
    for (id, role) in index.of_type("AWS::IAM::Role") {
        together(index, id, role, findings);
    }
}

/// The role's own policies and those declared apart from it, unless one of them is too long already.
fn together(index: &Index<'_>, id: LogicalId, role: &Resource, findings: &mut Vec<Finding>) {
    let lengths: Vec<usize> = [own(role)].into_iter().chain(attached(index, id, role).map(own)).collect();
    let length: usize = lengths.iter().sum();
    if length > LONGEST_INLINE && lengths.iter().all(|one| *one <= LONGEST_INLINE) {
        findings.push(too_long(id, String::new(), length, LONGEST_INLINE));
    }
}

/// The inline policies declared apart from the role, of those that are there whenever it is.
fn attached<'t>(index: &Index<'t>, id: LogicalId, role: &Resource) -> impl Iterator<Item = &'t Resource> {
    let condition = role.condition;
    let of_role = move |policy: &&Resource| match policy.kind.as_str() {
        "AWS::IAM::Policy" => {
            let roles = given(policy, "Roles").and_then(Expr::as_list).unwrap_or_default();
            roles.contains(&Expr::Ref(id))
        }
        "AWS::IAM::RolePolicy" => given(policy, "RoleName") == Some(&Expr::Ref(id)),
        _ => false,
    };
    let always = move |policy: &&Resource| policy.condition.is_none() || policy.condition == condition;
    index.template.resources.iter().map(|(_, resource)| resource).filter(always).filter(of_role)
}

/// How long the policies in the resource are.
fn own(resource: &Resource) -> usize {
    let policies = given(resource, "Policies").and_then(Expr::as_list).unwrap_or_default();
    let inline = policies.iter().filter_map(|policy| policy.field("PolicyDocument"));
    inline.chain(given(resource, "PolicyDocument")).map(least_length).sum()
}

fn too_long(id: LogicalId, place: String, length: usize, most: usize) -> Finding {
    let message = format!("the policies of `{id}` have {length} characters at least; IAM takes {most}");
    Finding::of_resource(id, place, message).hint("put part of it into a managed policy")
}

/// How many characters it has as JSON without white space, at least: what is not known yet counts for nothing.
fn least_length(value: &Expr) -> usize {
    let separated = |count: usize| 2 + count.saturating_sub(1);
    match value {
        Expr::Text(text) => 2 + text.chars().filter(|letter| !letter.is_whitespace()).count(),
        Expr::List(items) => separated(items.len()) + items.iter().map(least_length).sum::<usize>(),
        Expr::Map(fields) => {
            let inner = fields.iter().map(|(key, value)| key.len() + 3 + least_length(value));
            separated(fields.len()) + inner.sum::<usize>()
        }
        Expr::Bool(_) => 4,
        Expr::Integer(_) | Expr::Float(_) => 1,
        _ => 0,
    }
}
