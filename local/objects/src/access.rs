//! What a caller must be allowed, and whom to ask.
//! Knows no policy: the answer comes from outside.

use std::fmt;
use std::sync::Arc;

/// An action on a resource, as IAM knows them.
///
/// See [actions of S3](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Such as `s3:GetObject`.
    pub action: &'static str,
    /// Such as `arn:aws:s3:::bucket/key`; `*` where there is none.
    pub resource: String,
    /// Context keys that only S3 has, such as `s3:prefix`, with their values.
    pub context: Vec<(&'static str, String)>,
}

impl Permission {
    pub(crate) fn on_bucket(action: &'static str, bucket: &str) -> Permission {
        Permission { action, resource: format!("arn:aws:s3:::{bucket}"), context: Vec::new() }
    }

    pub(crate) fn on_object(action: &'static str, bucket: &str, key: &str) -> Permission {
        Permission { action, resource: format!("arn:aws:s3:::{bucket}/{key}"), context: Vec::new() }
    }

    pub(crate) fn on_all(action: &'static str) -> Permission {
        Permission { action, resource: "*".to_owned(), context: Vec::new() }
    }
}

/// Decides about permissions of one caller. It is asked before anything is looked at.
#[derive(Clone)]
pub struct Access(Arc<Judge>);

type Judge = dyn Fn(&Permission) -> Result<(), String> + Send + Sync;

impl Access {
    /// By this: an error is the message that the caller gets with `AccessDenied`.
    pub fn by(judge: impl Fn(&Permission) -> Result<(), String> + Send + Sync + 'static) -> Access {
        Access(Arc::new(judge))
    }

    /// For who may do everything.
    #[must_use]
    pub fn full() -> Access {
        Access::by(|_| Ok(()))
    }

    pub(crate) fn check(&self, permission: &Permission) -> Result<(), String> {
        (self.0)(permission)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}
