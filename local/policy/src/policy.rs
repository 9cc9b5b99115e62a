//! A policy as a list of statements, and which of them a request is subject to.
//! Combines no policies: that is for the request.

use serde_json::Value;

use crate::condition::Condition;
use crate::decision::StatementPlace;
use crate::error::PolicyError;
use crate::parse;
use crate::principal::Principals;
use crate::request::Request;
use crate::text::Text;

/// A policy, read once, to be asked about many requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) statements: Vec<Statement>,
}

/// What a policy belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A role or a user: the policy says what they may do.
    Identity,
    /// A queue, a function, a bucket, a role to take on: the policy says who may do what to it.
    Resource,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    /// `None` in policies of identities.
    pub(crate) principals: Option<Principals>,
    pub(crate) actions: Texts,
    /// `None` for the resource that the policy belongs to.
    pub(crate) resources: Option<Texts>,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// These, or all but these.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Texts {
    pub(crate) texts: Vec<Text>,
    pub(crate) negated: bool,
}

impl Policy {
    /// Reads the policy of a role or a user.
    ///
    /// # Errors
    /// What is no such policy, with the place in it.
    pub fn of_identity(document: &Value) -> Result<Policy, PolicyError> {
        parse::policy(document, Kind::Identity)
    }

    /// Reads the policy of a resource; a role's trust policy is one, too. Statements without `Resource` are about the
    /// resource that the policy belongs to.
    ///
    /// # Errors
    /// What is no such policy, with the place in it.
    pub fn of_resource(document: &Value) -> Result<Policy, PolicyError> {
        parse::policy(document, Kind::Resource)
    }

    /// Reads the text of a policy.
    ///
    /// # Errors
    /// What is no such policy, with the place in it.
    pub fn parse(text: &str, kind: Kind) -> Result<Policy, PolicyError> {
        parse::policy(&parse::json(text)?, kind)
    }

    /// The first statement of this effect that is about the request.
    pub(crate) fn first(
        policies: &[Policy],
        kind: Kind,
        effect: Effect,
        request: &Request,
    ) -> Option<StatementPlace> {
        policies.iter().enumerate().find_map(|(policy, document)| {
            let is_about = |statement: &Statement| statement.effect == effect && statement.is_about(request);
            let statement = document.statements.iter().position(is_about)?;
            let sid = document.statements[statement].sid.clone();
            Some(StatementPlace { kind, policy, statement, sid })
        })
    }
}

impl Statement {
    fn is_about(&self, request: &Request) -> bool {
        let names_principal = |principals: &Principals| principals.include(&request.principal, self.effect);
        let is_action = |text: &Text| text.matches_ignoring_case(&request.action, request);
        let is_resource = |text: &Text| text.matches_arn(&request.resource, request);
        self.principals.as_ref().is_none_or(names_principal)
            && self.actions.include(is_action)
            && self.resources.as_ref().is_none_or(|resources| resources.include(is_resource))
            && self.conditions.iter().all(|condition| condition.holds(request))
    }
}

impl Texts {
    fn include(&self, is: impl Fn(&Text) -> bool) -> bool {
        self.texts.iter().any(is) != self.negated
    }
}
