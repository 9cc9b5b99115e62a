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
use crate::properties::Properties;
use crate::services::Answer;
use crate::stack::{Piece, Stack};

mod managed;
mod resource;

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    let named = |property: &str| -> Result<String, String> {
        let made_up = || place.name(resource.id.as_str(), &resource.kind);
        Ok(properties.optional_text(property)?.unwrap_or_else(made_up))
    };
    Some(match resource.kind.as_str() {
        "AWS::IAM::Role" => named("RoleName").and_then(|name| role(place, resource, &properties, &name)),
        "AWS::IAM::Policy" => named("PolicyName").map(Created::named),
        "AWS::IAM::ManagedPolicy" => named("ManagedPolicyName").map(|name| {
            let arn = place.global_arn("iam", &format!("policy/{name}"));
            Created::named(arn.clone()).with("PolicyArn", arn)
        }),
        _ => return None,
    })
}

fn role(
    place: &Place,
    resource: &Resource,
    properties: &Properties<'_>,
    name: &str,
) -> Result<Created, String> {
    let path = properties.optional_text("Path")?.unwrap_or_else(|| "/".to_owned());
    let arn = place.global_arn("iam", &format!("role{path}{name}"));
    let id = format!("AROA{}", place.id(resource.id.as_str(), 17).to_uppercase());
    Ok(Created::named(name).with("Arn", arn).with("RoleId", id))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    let mut policies = Policies::default();
    stack.each("AWS::IAM::Role", problems, |piece| of_role(stack, piece, &mut policies));
    for kind in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"] {
        stack.each(kind, problems, |piece| {
            let policy = identity(&piece.document("PolicyDocument")?)?;
            for role in piece.properties().texts("Roles")? {
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
fn of_role(stack: &Stack, piece: Piece<'_>, policies: &mut Policies) -> Result<(), String> {
    let own = policies.identity.entry(piece.arn().to_owned()).or_default();
    for inline in piece.properties().list("Policies")? {
        let document = inline.value("PolicyDocument").unwrap_or(&Value::Null);
        own.push(identity(document)?);
    }
    for arn in piece.properties().texts("ManagedPolicyArns")? {
        own.extend(managed::policy(&arn, stack)?);
    }
    let trust =
        Policy::of_resource(&piece.document("AssumeRolePolicyDocument")?).map_err(|e| e.to_string())?;
    policies.resource.entry(piece.arn().to_owned()).or_default().push(trust);
    Ok(())
}

fn identity(document: &Value) -> Result<Policy, String> {
    Policy::of_identity(document).map_err(|error| error.to_string())
}

/// The ARN of a role that a policy names: one of the stack, with its path, or one from elsewhere.
fn role_arn(stack: &Stack, name: &str) -> String {
    let own = stack.of_kind("AWS::IAM::Role").find(|role| role.reference() == name);
    own.map_or_else(|| stack.place.global_arn("iam", &format!("role/{name}")), |role| role.arn().to_owned())
}
