//! [`IdentityPool`]: short-lived AWS credentials for the visitors of a page.
//!
//! It knows guests only; users who sign in with an identity provider are left to L1.

use stackwright_cfn::cognito as l1;
use stackwright_cfn::iam;
use stackwright_core::{Construct, Expr, Json, Map, Problem, Scope, Value, join, region, url_suffix};

use super::{Adjustments, policy};
use crate::grant::{Grant, document};

/// A Cognito identity pool whose guests may do what [`IdentityPool::allow`] grants, and nothing else.
///
/// A page asks Cognito twice, unsigned, at [`IdentityPoolHandle::origin`]: `GetId` with the pool's id, then
/// `GetCredentialsForIdentity` with the identity it got. The answer is credentials for one hour with which it signs
/// its requests, so that no key lies in a page. Anybody who reads the page can do the same.
///
/// Cognito narrows what guests get this way (its enhanced flow) to some services, whatever was granted: Lambda,
/// AppSync, DynamoDB, S3 and SQS are among them.
///
/// ```
/// use stackwright::prelude::*;
///
/// let declared = stackwright::declare("Demo", |stack| {
///     let function = stack.add("PutEvent", Function::new("agenda-put-event"));
///     let url = stack.add("Url", FunctionUrl::new(function));
///     let guests = stack.add("Guests", IdentityPool::guests().allow(url.invoke()));
///     stack.add("Site", Site::new("web/demo")
///         .config("identityPoolId", guests.id())
///         .connecting_to(guests.origin())
///         .connecting_to(url.origin()));
/// });
/// ```
///
/// Source: [IAM roles of identity pools](https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html).
#[derive(Debug)]
pub struct IdentityPool {
    /// What guests may do.
    pub grants: Vec<Grant>,
    adjustments: Adjustments<l1::IdentityPool>,
}

impl IdentityPool {
    /// A pool for visitors who do not sign in.
    #[must_use]
    pub fn guests() -> Self {
        Self { grants: Vec::new(), adjustments: Adjustments::default() }
    }

    /// Lets guests do something.
    #[must_use]
    pub fn allow(mut self, grant: Grant) -> Self {
        self.grants.push(grant);
        self
    }

    /// Changes the L1 this makes.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(l1::IdentityPool) -> l1::IdentityPool + 'static) -> Self {
        self.adjustments.push(change);
        self
    }
}

impl Construct for IdentityPool {
    type Handle = IdentityPoolHandle;

    fn declare(self, scope: &mut Scope<'_>) -> IdentityPoolHandle {
        if self.grants.is_empty() {
            let problem = Problem::new("guests of the identity pool may do nothing");
            scope.report(problem.hint("grant them what their pages do: `.allow(url.invoke())`"));
        }
        let pool = l1::IdentityPool::new(true).allow_classic_flow(false);
        let pool = self.adjustments.apply(pool).declare(scope);
        let role = scope.part("Role", iam::Role::new(assumed_by_guests(pool.reference())));
        policy::declare(scope, "Policy", role, &self.grants);
        let roles = Value::<Map<String>>::from([("unauthenticated", role.arn())]);
        scope.part("Roles", l1::IdentityPoolRoleAttachment::new(pool.reference()).roles(roles));
        IdentityPoolHandle(pool)
    }
}

/// The trust policy by which Cognito takes a role for guests of this pool, not of another one.
fn assumed_by_guests(pool: Value<String>) -> Value<Json> {
    let this_pool = Expr::map([("cognito-identity.amazonaws.com:aud", pool.into_expr())]);
    let guest = Expr::map([("cognito-identity.amazonaws.com:amr", "unauthenticated")]);
    document([Expr::map([
        ("Effect", Expr::from("Allow")),
        ("Principal", Expr::map([("Federated", "cognito-identity.amazonaws.com")])),
        ("Action", "sts:AssumeRoleWithWebIdentity".into()),
        ("Condition", Expr::map([("StringEquals", this_pool), ("ForAnyValue:StringLike", guest)])),
    ])])
}

/// Refers to an identity pool.
#[derive(Clone, Copy, Debug)]
pub struct IdentityPoolHandle(l1::IdentityPoolHandle);

impl IdentityPoolHandle {
    /// Its id, `<region>:<uuid>`: what a page tells Cognito.
    #[must_use]
    pub fn id(self) -> Value<String> {
        self.0.reference()
    }

    /// Where pages ask for credentials, for their Content-Security-Policy: `https://cognito-identity.…`.
    #[must_use]
    pub fn origin(self) -> Value<String> {
        join(["https://cognito-identity.".into(), region(), ".".into(), url_suffix()])
    }
}
