//! What the role of a function allows: the actions of its policies, each on each of their resources.
//!
//! Patterns are not expanded: an action with a `*` is one that nobody documents.

use std::collections::BTreeSet;

use handler_calls::Call;
use stackwright::{Expr, ResourceEntry};

use crate::function::Function;
use crate::named::{part, resource};

impl<'a> Function<'a> {
    /// What its role allows.
    pub(crate) fn granted(&self) -> BTreeSet<Call> {
        self.statements().flat_map(calls).collect()
    }

    fn statements(&self) -> impl Iterator<Item = &'a Expr> {
        let role = resource(self.property("Role").unwrap());
        let (_, entry) = self.template.resources.iter().find(|(id, _)| id.as_str() == role).unwrap();
        for property in ["Policies", "ManagedPolicyArns"] {
            assert_eq!(entry.property(property), None, "`{property}` of {role} would not be compared");
        }
        let entries = self.template.resources.iter().map(|(_, entry)| entry);
        let policies = entries.filter(move |entry| is_attached(entry, &role));
        policies
            .flat_map(|policy| each(policy.property("PolicyDocument").unwrap().field("Statement").unwrap()))
    }
}

/// Whether it is a policy of that role, of whatever kind.
fn is_attached(entry: &ResourceEntry, role: &str) -> bool {
    let roles = [entry.property("Roles"), entry.property("RoleName")];
    roles.into_iter().flatten().flat_map(each).any(|named| resource(named) == role)
        && entry.property("PolicyDocument").is_some()
}

fn calls(statement: &Expr) -> Vec<Call> {
    let field = |name| each(statement.field(name).unwrap_or_else(|| panic!("{statement:?} has no `{name}`")));
    assert_eq!(field("Effect"), [&Expr::text("Allow")], "{statement:?}");
    let on = |action: &Expr| {
        let action = action.as_text().unwrap().to_owned();
        field("Resource")
            .into_iter()
            .map(move |arn| Call::new(&action, &under(statement, arn)).part(part(arn)))
    };
    field("Action").into_iter().flat_map(on).collect()
}

/// A condition makes it less than was documented.
fn under(statement: &Expr, arn: &Expr) -> String {
    let resource = resource(arn);
    match statement.field("Condition") {
        Some(condition) => format!("{resource} under {condition:?}"),
        None => resource,
    }
}

/// The items of a list, or the one that stands for a list of one.
fn each(expr: &Expr) -> Vec<&Expr> {
    expr.as_list().map_or_else(|| vec![expr], |items| items.iter().collect())
}
