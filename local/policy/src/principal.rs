//! Who asks, and whom a statement is for.
//! Knows one account: an ARN of another is just another ARN.

use std::fmt;

use crate::policy::Effect;

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Principal {
    /// A user or a session of a role, of the account whose policies are asked.
    Identity {
        /// The ARN that messages show.
        arn: String,
        /// The ARN of the role whose session it is.
        role: Option<String>,
    },
    /// A service of AWS, such as `events.amazonaws.com`.
    Service(String),
    /// Someone whom an identity provider vouches for, such as `cognito-identity.amazonaws.com`.
    Federated(String),
    /// Nobody known: the request is not signed.
    Anonymous,
}

impl Principal {
    /// A user, by its ARN.
    pub fn user(arn: impl Into<String>) -> Principal {
        Principal::Identity { arn: arn.into(), role: None }
    }

    /// Whoever has taken on a role, by the role's ARN and the session's name; for a function on Lambda that is the
    /// function's name.
    pub fn session(role: impl Into<String>, session: &str) -> Principal {
        let role = role.into();
        let mut parts = role.splitn(6, ':').skip(1);
        let partition = parts.next().unwrap_or("aws");
        let account = parts.nth(2).unwrap_or_default();
        let name = role.rsplit('/').next().unwrap_or_default();
        let arn = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}");
        Principal::Identity { arn, role: Some(role) }
    }

    /// Whether it can have policies of its own.
    pub(crate) fn is_identity(&self) -> bool {
        matches!(self, Principal::Identity { .. })
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Principal::Identity { arn, .. } => arn,
            Principal::Service(name) | Principal::Federated(name) => name,
            Principal::Anonymous => "anonymous",
        })
    }
}

/// The principals that a statement names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Principals {
    pub(crate) names: Vec<Name>,
    /// Whether it is for all but these: `NotPrincipal`.
    pub(crate) negated: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Name {
    /// `*`
    Everyone,
    /// An ARN of a user, a role or a session.
    Arn(String),
    /// All of an account, by its number.
    Account(String),
    /// A service; `*` for all.
    Service(String),
    /// An identity provider; `*` for all.
    Federated(String),
    /// A principal that nobody here can be, such as a canonical user.
    Nobody,
}

impl Principals {
    pub(crate) fn include(&self, principal: &Principal, effect: Effect) -> bool {
        let mut names = self.names.iter();
        match (self.negated, effect) {
            (true, _) => !names.any(|name| name.is(principal) || name.is_account_of(principal)),
            (false, Effect::Deny) => names.any(|name| name.is(principal) || name.is_account_of(principal)),
            // To name the account is to leave it to the policies of its identities.
            (false, Effect::Allow) => names.any(|name| name.is(principal)),
        }
    }
}

impl Name {
    /// What stands under `AWS`: `*`, an ARN, the ARN of an account's root, or an account's number.
    pub(crate) fn of_aws(text: &str) -> Name {
        let is_number = |text: &str| text.len() == 12 && text.chars().all(|digit| digit.is_ascii_digit());
        let parts: Vec<_> = text.splitn(6, ':').collect();
        match parts[..] {
            ["*"] => Name::Everyone,
            [account] if is_number(account) => Name::Account(account.to_owned()),
            ["arn", _, "iam", "", account, "root"] => Name::Account(account.to_owned()),
            _ => Name::Arn(text.to_owned()),
        }
    }

    fn is(&self, principal: &Principal) -> bool {
        let is = |name: &str, wanted: &str| wanted == "*" || name == wanted;
        match (self, principal) {
            (Name::Everyone, _) => true,
            (Name::Arn(wanted), Principal::Identity { arn, role }) => {
                arn == wanted || role.as_ref() == Some(wanted)
            }
            (Name::Service(wanted), Principal::Service(name)) => is(name, wanted),
            (Name::Federated(wanted), Principal::Federated(name)) => is(name, wanted),
            _ => false,
        }
    }

    fn is_account_of(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (Name::Account(account), Principal::Identity { arn, .. }) => {
                arn.split(':').nth(4) == Some(account)
            }
            _ => false,
        }
    }
}
