//! Identity pools: the roles that guests and users get, and who else could take them.
//!
//! Source: [trust and permissions of roles](https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html).

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, is_true};
use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;

const PROVIDER: &str = "cognito-identity.amazonaws.com";
const POOL: &str = "cognito-identity.amazonaws.com:aud";

/// Every attachment of roles to a pool, and every role for identities of a pool.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, attachment) in index.of_type("AWS::Cognito::IdentityPoolRoleAttachment") {
        guests(index, id, attachment, findings);
    }
    for (id, role) in index.of_type("AWS::IAM::Role") {
        trust(id, role, findings);
    }
}

/// A role for guests of a pool that takes none.
fn guests(index: &Index<'_>, id: LogicalId, attachment: &Resource, findings: &mut Vec<Finding>) {
    let pool = given(attachment, "IdentityPoolId").and_then(|pool| index.referred(pool));
    let Some((pool_id, pool)) = pool.filter(|(_, it)| it.kind == "AWS::Cognito::IdentityPool") else {
        return;
    };
    let allowed = given(pool, "AllowUnauthenticatedIdentities");
    let known = allowed.is_none_or(|value| !value.is_intrinsic());
    let role = given(attachment, "Roles").and_then(|roles| roles.field("unauthenticated"));
    if role.is_some() && known && !is_true(allowed) {
        let message = format!("`{id}` has a role for guests, but `{pool_id}` takes none");
        let hint = "set AllowUnauthenticatedIdentities of the pool to true, or leave the role out";
        findings.push(Finding::of_resource(id, "Properties.Roles.unauthenticated", message).hint(hint));
    }
}

/// A role that does not ask from which pool an identity comes is open to everyone with a pool.
fn trust(id: LogicalId, role: &Resource, findings: &mut Vec<Finding>) {
    let start = Place::Start("Properties");
    let document = start.field("AssumeRolePolicyDocument");
    let list = document.field("Statement");
    match given(role, "AssumeRolePolicyDocument").and_then(|document| document.field("Statement")) {
        Some(Expr::List(statements)) => {
            let places = (0..).map(|at| list.item(at));
            let each = statements.iter().zip(places);
            findings.extend(each.filter_map(|(statement, place)| open(id, statement, &place)));
        }
        Some(statement) => findings.extend(open(id, statement, &list)),
        None => {}
    }
}

fn open(id: LogicalId, statement: &Expr, place: &Place<'_>) -> Option<Finding> {
    let message = format!("`{id}` can be taken by identities of any pool, in any account");
    let hint = format!("add Condition: {{StringEquals: {{'{POOL}': the id of the pool}}}}");
    let finding = EntryKind::Resource.entry(id).finding(place, message).hint(hint);
    trusts_every_pool(statement).then_some(finding)
}

fn trusts_every_pool(statement: &Expr) -> bool {
    let allows = statement.field("Effect").and_then(Expr::as_text) == Some("Allow");
    let provider = statement.field("Principal").and_then(|principal| principal.field("Federated"));
    let names = |value: &Expr| value.as_text() == Some(PROVIDER);
    let trusted = provider.is_some_and(|it| names(it) || it.as_list().unwrap_or_default().iter().any(names));
    allows && trusted && !statement.field("Condition").is_some_and(may_name_a_pool)
}

/// Whether one of the condition's operators is about the pool, or is computed.
fn may_name_a_pool(condition: &Expr) -> bool {
    let about_pool =
        |tests: &Expr| tests.as_map().is_none_or(|tests| tests.iter().any(|(key, _)| key == POOL));
    condition.as_map().is_none_or(|operators| operators.iter().any(|(_, tests)| about_pool(tests)))
}
