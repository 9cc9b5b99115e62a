//! Who calls: the account itself, or a session of a role.
//! Decides nothing: what a caller may do is for policies.

use serde::{Deserialize, Serialize};

use crate::seal;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The account itself, which may do everything.
    Root {
        /// Its twelve digits.
        account: String,
    },
    /// A role that somebody took on.
    Session(Session),
}

/// A role, and who took it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Such as `arn:aws:iam::000000000000:role/service/Greeter`.
    pub role_arn: String,
    /// What whoever took it on calls itself: for a function its name.
    pub name: String,
    /// The guest, if it is one of an identity pool.
    pub guest: Option<Guest>,
}

/// Somebody without a name, as an identity pool knows them: what policies call
/// `${cognito-identity.amazonaws.com:aud}` and `${cognito-identity.amazonaws.com:sub}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Such as `us-east-1:6f1a…`.
    pub pool_id: String,
    /// Of the same form.
    pub identity_id: String,
}

impl Caller {
    /// The ARN that messages and policies know the caller by.
    #[must_use]
    pub fn arn(&self) -> String {
        match self {
            Caller::Root { account } => format!("arn:aws:iam::{account}:root"),
            Caller::Session(session) => session.arn(),
        }
    }

    /// The twelve digits of the account.
    #[must_use]
    pub fn account(&self) -> &str {
        match self {
            Caller::Root { account } => account,
            Caller::Session(session) => session.account(),
        }
    }

    /// What policies call `${aws:userid}`: the account, or `AROA…:name`.
    #[must_use]
    pub fn user_id(&self) -> String {
        match self {
            Caller::Root { account } => account.clone(),
            Caller::Session(session) => session.user_id(),
        }
    }

    /// The session, if it is one.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Caller::Root { .. } => None,
            Caller::Session(session) => Some(session),
        }
    }
}

impl Session {
    /// A session of a role that nobody's guest has.
    #[must_use]
    pub fn new(role_arn: impl Into<String>, name: impl Into<String>) -> Session {
        Session { role_arn: role_arn.into(), name: name.into(), guest: None }
    }

    /// Such as `arn:aws:sts::000000000000:assumed-role/Greeter/greet`: without the role's path.
    #[must_use]
    pub fn arn(&self) -> String {
        let partition = self.role_arn.split(':').nth(1).unwrap_or("aws");
        let role = self.role_arn.rsplit('/').next().unwrap_or_default();
        format!("arn:{partition}:sts::{}:assumed-role/{role}/{}", self.account(), self.name)
    }

    /// Such as `AROA3XFRBF23…:greet`.
    #[must_use]
    pub fn user_id(&self) -> String {
        format!("{}:{}", role_id(&self.role_arn), self.name)
    }

    fn account(&self) -> &str {
        self.role_arn.split(':').nth(4).unwrap_or_default()
    }
}

/// The id of a role, `AROA` and 17 letters and digits; the same for the same ARN.
#[must_use]
pub fn role_id(role_arn: &str) -> String {
    format!("AROA{}", &seal::letters(&seal::hash(&[role_arn.as_bytes()]))[..17])
}
