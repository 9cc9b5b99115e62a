//! Physical names, for what must have one: some names are the account's, whatever stack and region they come from.
//!
//! What can do without is left to CloudFormation, which makes one up.

use stackwright_core::{Scope, Value, join, region, stack_name};

/// `<stack>-<region>-<logical id>`: no other construct, stack or region makes the same.
///
/// CloudFront takes 64 characters at most, so a stack with a site is best named in 40.
pub(crate) fn physical_name(scope: &Scope<'_>) -> Value<String> {
    join([stack_name(), "-".into(), region(), "-".into(), scope.id().as_str().into()])
}
