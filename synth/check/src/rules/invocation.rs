//! Who invokes a function must be permitted to: APIs and their authorizers, event rules, topics and buckets need an
//! `AWS::Lambda::Permission`.
//!
//! Whether the permission's `SourceArn` fits is not judged: it is mostly computed.

use std::collections::HashMap;

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, referred, text};
use crate::finding::Finding;
use crate::index::Index;

const FUNCTIONS: [&str; 3] = ["AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"];

/// Every invocation that nothing permits.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    // A macro may add permissions; `AWS::Serverless` does.
    if index.expands {
        return;
    }
    let permitted = permissions(index);
    for (id, resource) in index.template.resources.iter() {
        let Some((principal, uses)) = invocations(resource) else { continue };
        for (place, target) in uses {
            for (function, called) in referred(index, target) {
                let known = permitted.get(&function).is_some_and(|principals| {
                    principals.iter().any(|one| one.is_none_or(|one| one == principal || one == "*"))
                });
                if FUNCTIONS.contains(&called.kind.as_str()) && !known {
                    let message =
                        format!("`{id}` invokes `{function}`, but nothing permits {principal} to do so");
                    let hint = format!(
                        "add an AWS::Lambda::Permission with Principal {principal} and FunctionName !Ref {function}"
                    );
                    findings
                        .push(Finding::of_resource(id, format!("Properties.{place}"), message).hint(hint));
                }
            }
        }
    }
}

/// For each function the principals that may invoke it; `None` is one that is not known here.
fn permissions<'t>(index: &Index<'t>) -> HashMap<LogicalId, Vec<Option<&'t str>>> {
    let mut permitted: HashMap<LogicalId, Vec<Option<&str>>> = HashMap::new();
    for (_, permission) in index.of_type("AWS::Lambda::Permission") {
        let Some(function) = given(permission, "FunctionName") else { continue };
        for (id, _) in referred(index, function) {
            permitted.entry(id).or_default().push(text(permission, "Principal"));
        }
    }
    permitted
}

type Uses<'t> = Vec<(String, &'t Expr)>;

/// Who invokes, and where the resource names what is invoked.
fn invocations(resource: &Resource) -> Option<(&'static str, Uses<'_>)> {
    let one = |name: &str| given(resource, name).map(|value| vec![(name.to_owned(), value)]);
    match resource.kind.as_str() {
        // With credentials the API takes a role instead.
        "AWS::ApiGatewayV2::Integration" if given(resource, "CredentialsArn").is_none() => {
            Some(("apigateway.amazonaws.com", one("IntegrationUri")?))
        }
        "AWS::ApiGatewayV2::Authorizer" if given(resource, "AuthorizerCredentialsArn").is_none() => {
            Some(("apigateway.amazonaws.com", one("AuthorizerUri")?))
        }
        "AWS::ApiGateway::Method" => {
            let integration = given(resource, "Integration")?;
            let uri = integration.field("Uri").filter(|_| integration.field("Credentials").is_none())?;
            Some(("apigateway.amazonaws.com", vec![("Integration.Uri".into(), uri)]))
        }
        "AWS::SNS::Subscription" if text(resource, "Protocol") == Some("lambda") => {
            Some(("sns.amazonaws.com", one("Endpoint")?))
        }
        "AWS::Events::Rule" => {
            let targets = items(given(resource, "Targets")?, "Targets", "Arn");
            Some(("events.amazonaws.com", targets))
        }
        "AWS::S3::Bucket" => {
            let lambdas = given(resource, "NotificationConfiguration")?.field("LambdaConfigurations")?;
            Some((
                "s3.amazonaws.com",
                items(lambdas, "NotificationConfiguration.LambdaConfigurations", "Function"),
            ))
        }
        _ => None,
    }
}

/// The field of each item, but for items that bring a role of their own.
fn items<'t>(list: &'t Expr, place: &str, field: &str) -> Uses<'t> {
    let items = list.as_list().unwrap_or_default().iter().enumerate();
    items
        .filter(|(_, item)| item.field("RoleArn").is_none())
        .filter_map(|(at, item)| Some((format!("{place}[{at}].{field}"), item.field(field)?)))
        .collect()
}
