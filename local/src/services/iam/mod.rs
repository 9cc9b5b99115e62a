//! IAM: roles, their policies, and whom they trust.
//! Nobody calls it here: grants come with stacks.

use std::sync::Arc;

use serde_json::Value;
use stackwright_plan::{Created, Resource};
use stackwright_policy::Policy;

use crate::access::Policies;
use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::{Properties, Unfit};
use crate::services::{Answer, name_of};
use crate::stack::{Piece, Stack};

mod managed;
mod resource;

/// Policies that are resources, and the property that names their roles.
const OF_ROLES: [(&str, &str); 3] = [
    ("AWS::IAM::Policy", "Roles"),
    ("AWS::IAM::ManagedPolicy", "Roles"),
    ("AWS::IAM::RolePolicy", "RoleName"),
];

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let named = |property: &str| name_of(place, resource, property);
    Some(match resource.kind.as_str() {
        "AWS::IAM::Role" => named("RoleName").and_then(|name| role(place, &properties, &name)),
        "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => named("PolicyName").map(Created::named),
        "AWS::IAM::ManagedPolicy" => {
            named("ManagedPolicyName").and_then(|name| managed_policy(place, &properties, &name))
        }
        _ => return None,
    })
}

fn role(place: &Place, properties: &Properties<'_>, name: &str) -> Result<Created, String> {
    let arn = place.global_arn("iam", &format!("role{}{name}", path(properties)?));
    // The one that ids of its sessions begin with.
    let id = stackwright_identity::role_id(&arn);
    Ok(Created::named(name).with("Arn", arn).with("RoleId", id))
}

fn managed_policy(place: &Place, properties: &Properties<'_>, name: &str) -> Result<Created, String> {
    let arn = place.global_arn("iam", &format!("policy{}{name}", path(properties)?));
    Ok(Created::named(arn.clone()).with("PolicyArn", arn))
}

/// What stands before a name in its ARN.
fn path(properties: &Properties<'_>) -> Result<String, Unfit> {
    Ok(properties.optional_text("Path")?.unwrap_or_else(|| "/".to_owned()))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    let mut policies = Policies::default();
    stack.each("AWS::IAM::Role", problems, |piece| of_role(cloud, piece, &mut policies));
    for (kind, roles) in OF_ROLES {
        stack.each(kind, problems, |piece| {
            let policy = identity(&piece.document("PolicyDocument")?)?;
            for role in piece.properties().texts(roles)? {
                let arn = role_arn(stack, &role);
                policies.identity.entry(arn).or_default().push(policy.clone());
            }
            Ok(())
        });
    }
    resource::gather(stack, &mut policies, problems);
    cloud.access.define(stack.name(), policies);
}

/// The policies in a role, those it names, and whom it trusts.
fn of_role(cloud: &Cloud, piece: Piece<'_>, policies: &mut Policies) -> Result<(), String> {
    let own = policies.identity.entry(piece.arn().to_owned()).or_default();
    for inline in piece.properties().list("Policies")? {
        let document = inline.value("PolicyDocument").unwrap_or(&Value::Null);
        own.push(identity(document)?);
    }
    let trust = piece.document("AssumeRolePolicyDocument")?;
    let trust = Policy::of_resource(&trust).map_err(|error| error.to_string())?;
    policies.resource.entry(piece.arn().to_owned()).or_default().push(trust);
    for arn in piece.properties().texts("ManagedPolicyArns")? {
        own.extend(managed::policy(&arn, piece.stack, &cloud.stacks())?);
    }
    match piece.properties().value("PermissionsBoundary") {
        None => Ok(()),
        Some(_) => Err("`PermissionsBoundary` does not bound here: on AWS the role may do less".to_owned()),
    }
}

fn identity(document: &Value) -> Result<Policy, String> {
    Policy::of_identity(document).map_err(|error| error.to_string())
}

/// The ARN of a role that a policy names: one of the stack, with its path, or one from elsewhere.
fn role_arn(stack: &Stack, name: &str) -> String {
    let own = stack.of_kind("AWS::IAM::Role").find(|role| role.reference() == name);
    own.map_or_else(|| stack.place.global_arn("iam", &format!("role/{name}")), |role| role.arn().to_owned())
}
