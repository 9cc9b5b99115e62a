//! [`Caller`]: who asks for something, and where what asks was declared.
//! Checks nothing.

use std::sync::Arc;

use stackwright_identity::Guest;
use stackwright_policy::Principal;

use crate::services::lambda::Known;

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) principal: Principal,
    /// The role whose policies say what it may do; none for the root credentials, services and strangers.
    pub(crate) role: Option<String>,
    /// Whether it may do everything: the credentials of the ready file, and everyone without IAM.
    pub(crate) is_root: bool,
    /// The function that it is.
    pub(crate) function: Option<Arc<Known>>,
    /// The ARN of the part of the system that it acts for, where nothing else says so.
    pub(crate) behalf: Option<String>,
    /// The account that it belongs to.
    pub(crate) account: String,
    /// Whether it signed.
    pub(crate) has_signed: bool,
    /// The guest of a page that it is.
    pub(crate) guest: Option<Guest>,
}

impl Caller {
    /// Whoever has the credentials of the ready file.
    pub(crate) fn root(account: &str) -> Caller {
        let arn = format!("arn:aws:iam::{account}:root");
        let root = Caller::of(Principal::user(arn));
        Caller { is_root: true, has_signed: true, account: account.to_owned(), ..root }
    }

    /// A service of AWS, such as `apigateway.amazonaws.com`.
    pub(crate) fn service(name: &str) -> Caller {
        Caller::of(Principal::Service(name.to_owned()))
    }

    /// A service that may do everything: what it does here is never refused.
    pub(crate) fn trusted(service: &str) -> Caller {
        Caller { is_root: true, ..Caller::service(service) }
    }

    /// The same, for the part of the system that has this ARN.
    pub(crate) fn on_behalf_of(self, arn: impl Into<String>) -> Caller {
        Caller { behalf: Some(arn.into()), ..self }
    }

    pub(crate) fn is_service(&self) -> bool {
        matches!(self.principal, Principal::Service(_))
    }

    /// Somebody whom an identity provider vouches for.
    pub(crate) fn federated(provider: &str) -> Caller {
        Caller::of(Principal::Federated(provider.to_owned()))
    }

    /// CloudFront as the identity that a bucket's policy names: what origin access control has replaced.
    pub(crate) fn access_identity(id: &str) -> Caller {
        Caller::of(Principal::user(access_identity_arn(id)))
    }

    /// Somebody whose request is not signed.
    pub(crate) fn anonymous() -> Caller {
        Caller::of(Principal::Anonymous)
    }

    /// A session of a role: a function, a data source, a guest of a page.
    pub(crate) fn session(role: &str, name: &str) -> Caller {
        let account = role.split(':').nth(4).unwrap_or_default().to_owned();
        Caller { role: Some(role.to_owned()), account, ..Caller::of(Principal::session(role, name)) }
    }

    /// A function: a session of its role that has its name.
    pub(crate) fn function(known: &Arc<Known>) -> Caller {
        Caller { function: Some(Arc::clone(known)), ..Caller::session(&known.role, &known.name) }
    }

    fn of(principal: Principal) -> Caller {
        Caller {
            principal,
            role: None,
            is_root: false,
            function: None,
            behalf: None,
            account: String::new(),
            has_signed: false,
            guest: None,
        }
    }
}

/// The ARN of a CloudFront access identity.
pub(crate) fn access_identity_arn(id: &str) -> String {
    format!("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {id}")
}
