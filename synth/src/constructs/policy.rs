//! The policy beside a role: what it may do.
//!
//! It stands apart from the role, so that what the role is for can exist before all that it may touch does.

use stackwright_cfn::iam;
use stackwright_core::Scope;

use crate::grant::{Grant, policy};

/// Declares the policy of this name below the scope, for the role alone.
pub(crate) fn declare(scope: &mut Scope<'_>, part: &'static str, role: iam::RoleHandle, grants: &[Grant]) {
    let name = scope.id_of(part).as_str();
    scope.part(part, iam::Policy::new(policy(grants), name).roles([role.reference()]));
}
