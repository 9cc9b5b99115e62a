//! [`Grant`]: what a function may do, and the policy documents that say so.
//!
//! A grant is a value made by the handle of what it opens; nothing is granted until a function is given it.

use std::borrow::Cow;

use stackwright_core::{Arn, Expr, Json, Value};

/// What is allowed: one statement or several.
///
/// Handles make them (`table.put()`, `queue.send()`); [`Grant::new`] makes any other.
///
/// ```
/// use stackwright::{Grant, Value};
///
/// let bucket = Value::arn("arn:aws:s3:::reports/*");
/// let grant = Grant::new(["s3:GetObject"], bucket).only_if("Bool", "aws:SecureTransport", "true");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Each allows by itself.
    pub statements: Vec<Statement>,
}

/// Actions allowed on resources, under conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// IAM actions, such as `dynamodb:PutItem`.
    pub actions: Vec<Cow<'static, str>>,
    /// What they are allowed on.
    pub resources: Vec<Value<Arn>>,
    /// What must hold of a request.
    pub conditions: Vec<RequestCondition>,
}

/// What must hold of a request: an operator of IAM, a key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestCondition {
    /// `StringEquals`, `Bool`, ….
    pub operator: &'static str,
    /// `lambda:FunctionUrlAuthType`, ….
    pub key: &'static str,
    /// What the key is compared with.
    pub value: Value<String>,
}

impl Grant {
    /// The actions on one resource.
    #[must_use]
    pub fn new<const N: usize>(actions: [&'static str; N], resource: Value<Arn>) -> Self {
        let actions = actions.map(Cow::Borrowed).into();
        let statement = Statement { actions, resources: vec![resource], conditions: Vec::new() };
        Self { statements: vec![statement] }
    }

    /// The actions on everything, for the few that IAM cannot narrow, such as `xray:PutTraceSegments`.
    #[must_use]
    pub fn anywhere<const N: usize>(actions: [&'static str; N]) -> Self {
        Self::new(actions, Value::arn("*"))
    }

    /// Only for requests of which this holds, such as `StringEquals`, `lambda:FunctionUrlAuthType`, `AWS_IAM`. All
    /// conditions must hold; an operator with a key it has already replaces the value.
    ///
    /// Source: [condition operators](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
    #[must_use]
    pub fn only_if(
        mut self,
        operator: &'static str,
        key: &'static str,
        value: impl Into<Value<String>>,
    ) -> Self {
        let condition = RequestCondition { operator, key, value: value.into() };
        for statement in &mut self.statements {
            statement.conditions.retain(|known| (known.operator, known.key) != (operator, key));
            statement.conditions.push(condition.clone());
        }
        self
    }

    /// This and the other, each with its own resources and conditions.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.statements.extend(other.statements);
        self
    }
}

impl Statement {
    fn expr(&self) -> Expr {
        let resources = match self.resources.as_slice() {
            [one] => one.expr().clone(),
            many => Expr::list(many.iter().map(|arn| arn.expr().clone())),
        };
        let mut fields = vec![
            ("Effect", Expr::from("Allow")),
            ("Action", Expr::list(self.actions.iter().map(|action| action.clone().into_owned()))),
            ("Resource", resources),
        ];
        if !self.conditions.is_empty() {
            fields.push(("Condition", self.condition()));
        }
        Expr::map(fields)
    }

    /// The conditions by operator, in the order named.
    fn condition(&self) -> Expr {
        let mut operators: Vec<(&'static str, Vec<(&'static str, Expr)>)> = Vec::new();
        for RequestCondition { operator, key, value } in &self.conditions {
            let field = (*key, value.expr().clone());
            match operators.iter_mut().find(|(known, _)| known == operator) {
                Some((_, fields)) => fields.push(field),
                None => operators.push((operator, vec![field])),
            }
        }
        Expr::map(operators.into_iter().map(|(operator, fields)| (operator, Expr::map(fields))))
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        self.resources == other.resources && self.conditions == other.conditions
    }
}

/// A policy document that allows the grants, those on the same resources under the same conditions in one statement.
#[must_use]
pub fn policy(grants: &[Grant]) -> Value<Json> {
    let mut merged: Vec<Statement> = Vec::new();
    for statement in grants.iter().flat_map(|grant| &grant.statements) {
        match merged.iter_mut().find(|known| known.is_about_the_same(statement)) {
            Some(known) => known.actions.extend(new_actions(statement, known)),
            None => merged.push(statement.clone()),
        }
    }
    document(merged.iter().map(Statement::expr))
}

fn new_actions(statement: &Statement, known: &Statement) -> Vec<Cow<'static, str>> {
    statement.actions.iter().filter(|action| !known.actions.contains(action)).cloned().collect()
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

    fn table() -> Value<Arn> {
        Value::arn("arn:aws:dynamodb:eu-west-1:1:table/t")
    }

    #[track_caller]
    fn check(grants: &[Grant], statements: usize) {
        let document = policy(grants).into_expr();
        let written = document.field("Statement").and_then(Expr::as_list).map(<[Expr]>::len);
        assert_eq!(written, Some(statements), "{document:?}");
    }

    #[test]
    fn grants_on_one_resource_are_one_statement() {
        let grants = [
            Grant::new(["dynamodb:GetItem"], table()),
            Grant::new(["dynamodb:PutItem", "dynamodb:GetItem"], table()),
            Grant::anywhere(["xray:PutTraceSegments"]),
        ];
        check(&grants, 2);
        assert_eq!(policy(&grants), policy(&grants));
    }

    #[test]
    fn grants_under_other_conditions_are_statements_of_their_own() {
        let secure = |action| Grant::new([action], table()).only_if("Bool", "aws:SecureTransport", "true");
        check(&[secure("dynamodb:GetItem"), secure("dynamodb:PutItem")], 1);
        check(&[secure("dynamodb:GetItem"), Grant::new(["dynamodb:PutItem"], table())], 2);
        let other = Grant::new(["dynamodb:PutItem"], table()).only_if("Bool", "aws:SecureTransport", "false");
        check(&[secure("dynamodb:GetItem"), other], 2);
        check(&[secure("dynamodb:GetItem").and(Grant::new(["dynamodb:PutItem"], table()))], 2);
    }

    #[test]
    fn conditions_are_written_by_operator() {
        let grant = Grant::new(["dynamodb:GetItem"], table())
            .only_if("StringEquals", "aws:PrincipalTag/team", "notes")
            .only_if("Bool", "aws:SecureTransport", "false")
            .only_if("StringEquals", "aws:RequestedRegion", "eu-west-1")
            .only_if("Bool", "aws:SecureTransport", "true");
        let condition = grant.statements[0].condition();
        let equals = condition.field("StringEquals").and_then(Expr::as_map).map(<[_]>::len);
        assert_eq!(equals, Some(2));
        assert_eq!(condition.field("Bool"), Some(&Expr::map([("aws:SecureTransport", "true")])));
    }
}
