//! [`Caller`]: who asks for something, and where what asks was declared.
//! Checks nothing.

use stackwright_policy::Principal;

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// The role whose policies say what it may do; none for the root credentials, services and strangers.
    pub(crate) role: Option<String>,
    /// Whether it may do everything: the credentials of the ready file, and everyone without IAM.
    pub(crate) is_root: bool,
    /// `file:line` of the function that it is.
    pub(crate) declared_at: Option<String>,
    /// The access key that signed.
    pub(crate) access_key: Option<String>,
}

impl Caller {
    /// Whoever has the credentials of the ready file.
    pub(crate) fn root(account: &str) -> Caller {
        let arn = format!("arn:aws:iam::{account}:root");
        Caller { is_root: true, ..Caller::of(Principal::user(arn)) }
    }

    /// A service of AWS, such as `apigateway.amazonaws.com`.
    pub(crate) fn service(name: &str) -> Caller {
        Caller::of(Principal::Service(name.to_owned()))
    }

    /// Somebody whose request is not signed.
    pub(crate) fn anonymous() -> Caller {
        Caller::of(Principal::Anonymous)
    }

    /// A session of a role: a function, a data source, a guest of a page.
    pub(crate) fn session(role: &str, name: &str) -> Caller {
        Caller { role: Some(role.to_owned()), ..Caller::of(Principal::session(role, name)) }
    }

    /// Declared there.
    pub(crate) fn declared(self, at: Option<String>) -> Caller {
        Caller { declared_at: at, ..self }
    }

    /// Whether its request was signed.
    pub(crate) fn is_signed(&self) -> bool {
        self.access_key.is_some() || self.is_root
    }

    fn of(principal: Principal) -> Caller {
        Caller { principal, role: None, is_root: false, declared_at: None, access_key: None }
    }
}
