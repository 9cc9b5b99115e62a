//! A request: who wants to do what to which resource, and what else is known of it.
//! Fills in no context key by itself.

use std::collections::BTreeMap;

use crate::decision::{Decision, Verdict};
use crate::policy::{Effect, Kind, Policy};
use crate::principal::Principal;

/// What policies are asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(crate) principal: Principal,
    pub(crate) action: String,
    pub(crate) resource: String,
    /// By key in lower case: keys are the same in any case.
    context: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// A request without context. The action is such as `sqs:SendMessage`; the resource is an ARN, or `*` for an action
    /// that has none.
    pub fn new(principal: Principal, action: impl Into<String>, resource: impl Into<String>) -> Request {
        Request { principal, action: action.into(), resource: resource.into(), context: BTreeMap::new() }
    }

    /// With a context key, such as `aws:SourceArn`.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Request {
        self.with_all(key, [value])
    }

    /// With a context key of several values, such as `aws:TagKeys`.
    #[must_use]
    pub fn with_all<V: Into<String>>(mut self, key: &str, values: impl IntoIterator<Item = V>) -> Request {
        self.context.insert(key.to_lowercase(), values.into_iter().map(Into::into).collect());
        self
    }

    /// What the policies of the principal and those of the resource make of it.
    #[must_use]
    pub fn decide(&self, identity: &[Policy], resource: &[Policy]) -> Decision {
        Decision {
            principal: self.principal.to_string(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            verdict: self.verdict(identity, resource),
        }
    }

    fn verdict(&self, identity: &[Policy], resource: &[Policy]) -> Verdict {
        // Whoever is no identity of the account has no policies, whatever was handed over.
        let identity = if self.principal.is_identity() { identity } else { &[] };
        let first = |effect| {
            let of_identity = Policy::first(identity, Kind::Identity, effect, self);
            of_identity.or_else(|| Policy::first(resource, Kind::Resource, effect, self))
        };
        match (first(Effect::Deny), first(Effect::Allow)) {
            (Some(denial), _) => Verdict::ExplicitDeny(denial),
            (None, Some(permission)) => Verdict::Allowed(permission),
            (None, None) if self.principal.is_identity() => Verdict::ImplicitDeny(Kind::Identity),
            (None, None) => Verdict::ImplicitDeny(Kind::Resource),
        }
    }

    /// The values of a context key; `None` if the request has none.
    pub(crate) fn values(&self, key: &str) -> Option<&[String]> {
        self.context.get(&key.to_lowercase()).map(Vec::as_slice).filter(|values| !values.is_empty())
    }

    /// The value of a context key that has just one.
    pub(crate) fn single(&self, key: &str) -> Option<&str> {
        match self.values(key)? {
            [value] => Some(value),
            _ => None,
        }
    }
}
