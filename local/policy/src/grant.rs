//! [`Grant`]: what a statement allows, as its text stands, for whoever draws who may call whom.
//! Decides nothing: whether a request is allowed is for [`Request::decide`](crate::Request::decide).

use crate::comparison::Operand;
use crate::condition::Condition;
use crate::policy::{Effect, Policy, Statement};
use crate::principal::Name;

/// A statement that allows something, with `*` and `?` as wildcards; a variable is a `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Such as `dynamodb:PutItem`, or `s3:*`.
    pub actions: Vec<String>,
    /// ARNs; none for the resource that the policy belongs to.
    pub resources: Vec<String>,
    /// ARNs of roles and users that it names, in policies of resources.
    pub principals: Vec<String>,
    /// The values that it asks `aws:SourceArn` to have.
    pub sources: Vec<String>,
}

impl Policy {
    /// What each statement allows that names what it allows: one for all but something names nothing.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        let names = |statement: &&Statement| {
            let all_but = statement.resources.as_ref().is_some_and(|resources| resources.negated);
            statement.effect == Effect::Allow && !statement.actions.negated && !all_but
        };
        self.statements.iter().filter(names).map(grant).collect()
    }
}

fn grant(statement: &Statement) -> Grant {
    let principals = statement.principals.iter().filter(|principals| !principals.negated);
    let arn = |name: &Name| match name {
        Name::Arn(arn) => Some(arn.clone()),
        _ => None,
    };
    let resources = statement.resources.iter().flat_map(|resources| &resources.texts);
    Grant {
        actions: statement.actions.texts.iter().map(ToString::to_string).collect(),
        resources: resources.map(ToString::to_string).collect(),
        principals: principals.flat_map(|principals| &principals.names).filter_map(arn).collect(),
        sources: statement.conditions.iter().flat_map(sources).collect(),
    }
}

fn sources(condition: &Condition) -> Vec<String> {
    let is_source = condition.key.eq_ignore_ascii_case("aws:SourceArn") && !condition.operator.negated;
    let text = |operand: &Operand| match operand {
        Operand::Text(text) | Operand::TextInAnyCase(text) | Operand::Arn(text) => Some(text.to_string()),
        _ => None,
    };
    condition.operands.iter().filter(|_| is_source).filter_map(text).collect()
}
