//! [`Grant`]: what a function may do, and the policy documents that say so.
//!
//! A grant is a value made by the handle of what it opens; nothing is granted until a function is given it.

use std::borrow::Cow;

use stackwright_core::{Arn, Expr, Json, Value};

/// Actions allowed on resources.
///
/// Handles make them (`table.put()`, `queue.send()`); [`Grant::new`] makes any other.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// IAM actions, such as `dynamodb:PutItem`.
    pub actions: Vec<Cow<'static, str>>,
    /// What they are allowed on.
    pub resources: Vec<Value<Arn>>,
}

impl Grant {
    /// The actions on one resource.
    #[must_use]
    pub fn new<const N: usize>(actions: [&'static str; N], resource: Value<Arn>) -> Self {
        Self { actions: actions.map(Cow::Borrowed).into(), resources: vec![resource] }
    }

    /// The actions on everything, for the few that IAM cannot narrow, such as `xray:PutTraceSegments`.
    #[must_use]
    pub fn anywhere<const N: usize>(actions: [&'static str; N]) -> Self {
        Self::new(actions, Value::arn("*"))
    }

    fn statement(&self) -> Expr {
        let resources = match self.resources.as_slice() {
            [one] => one.expr().clone(),
            many => Expr::list(many.iter().map(|arn| arn.expr().clone())),
        };
        Expr::map([
            ("Effect", "Allow".into()),
            ("Action", Expr::list(self.actions.iter().map(|action| action.clone().into_owned()))),
            ("Resource", resources),
        ])
    }
}

/// A policy document that allows the grants, those on the same resources in one statement.
#[must_use]
pub fn policy(grants: &[Grant]) -> Value<Json> {
    let mut merged: Vec<Grant> = Vec::new();
    for grant in grants {
        match merged.iter_mut().find(|known| known.resources == grant.resources) {
            Some(known) => known.actions.extend(new_actions(grant, known)),
            None => merged.push(grant.clone()),
        }
    }
    document(merged.iter().map(Grant::statement))
}

fn new_actions(grant: &Grant, known: &Grant) -> Vec<Cow<'static, str>> {
    grant.actions.iter().filter(|action| !known.actions.contains(action)).cloned().collect()
}

/// A policy document of these statements, whatever they are.
pub fn document(statements: impl IntoIterator<Item = Expr>) -> Value<Json> {
    Value::from_expr(Expr::map([("Version", "2012-10-17".into()), ("Statement", Expr::list(statements))]))
}

/// The trust policy by which an AWS service, such as `lambda.amazonaws.com`, takes a role.
#[must_use]
pub fn assumed_by(service: &'static str) -> Value<Json> {
    document([Expr::map([
        ("Effect", Expr::from("Allow")),
        ("Principal", Expr::map([("Service", service)])),
        ("Action", "sts:AssumeRole".into()),
    ])])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_on_one_resource_are_one_statement() {
        let table = Value::arn("arn:aws:dynamodb:eu-west-1:1:table/t");
        let grants = [
            Grant::new(["dynamodb:GetItem"], table.clone()),
            Grant::new(["dynamodb:PutItem", "dynamodb:GetItem"], table.clone()),
            Grant::anywhere(["xray:PutTraceSegments"]),
        ];
        let document = policy(&grants).into_expr();
        let statements = document.field("Statement").and_then(Expr::as_list).map(<[Expr]>::len);
        assert_eq!(statements, Some(2));
        assert_eq!(policy(&grants), policy(&grants));
    }
}
