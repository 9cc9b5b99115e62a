//! What policies make of a request, and how AWS words it.
//! Decides nothing itself.

use std::fmt;

use crate::policy::Kind;

/// What the policies make of a request. Its text is the message of `AccessDeniedException`, or says what allowed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Whether it is allowed, and why.
    pub verdict: Verdict,
    /// Who asked: an ARN, or the name of a service.
    pub principal: String,
    /// What it wanted to do.
    pub action: String,
    /// To what.
    pub resource: String,
}

/// Whether a request is allowed, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// This statement allows it, and none denies it.
    Allowed(StatementPlace),
    /// No statement allows it; it would take one of a policy of this kind.
    ImplicitDeny(Kind),
    /// This statement denies it.
    ExplicitDeny(StatementPlace),
}

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementPlace {
    /// The kind of the policy.
    pub kind: Kind,
    /// Which of the policies of its kind, from 0.
    pub policy: usize,
    /// Which statement of the policy, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
}

impl Decision {
    /// Whether the request may go on.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self.verdict, Verdict::Allowed(_))
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { verdict, principal, action, resource } = self;
        let authorized = if self.is_allowed() { "authorized" } else { "not authorized" };
        write!(f, "User: {principal} is {authorized} to perform: {action} on resource: {resource} ")?;
        match verdict {
            Verdict::Allowed(place) => write!(f, "by {place}"),
            Verdict::ImplicitDeny(kind) => write!(f, "because no {kind} policy allows the {action} action"),
            Verdict::ExplicitDeny(StatementPlace { kind: Kind::Identity, .. }) => {
                write!(f, "with an explicit deny in an identity-based policy")
            }
            Verdict::ExplicitDeny(StatementPlace { kind: Kind::Resource, .. }) => {
                write!(f, "with an explicit deny in a resource-based policy")
            }
        }
    }
}

impl fmt::Display for StatementPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "statement `{sid}`")?,
            None => write!(f, "statement {}", self.statement + 1)?,
        }
        write!(f, " of {} policy {}", self.kind, self.policy + 1)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Identity => "identity-based",
            Kind::Resource => "resource-based",
        })
    }
}
