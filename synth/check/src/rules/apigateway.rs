//! REST APIs: resources, methods, deployments.
//!
//! An API imported from an OpenAPI document has its methods there, and they are not looked at.

use stackwright_template::{Expr, LogicalId};

use super::{duplicates, given, listed, text};
use crate::cycles::waits_for;
use crate::finding::Finding;
use crate::index::Index;

/// Every REST API's resources, methods and deployments.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    methods(index, findings);
    paths(index, findings);
    deployments(index, findings);
}

fn methods(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let key = |method| {
        Some(vec![given(method, "RestApiId")?, given(method, "ResourceId")?, given(method, "HttpMethod")?])
    };
    duplicates(index.of_type("AWS::ApiGateway::Method"), key, |id, method, first| {
        let verb = text(method, "HttpMethod").unwrap_or_default();
        let message = format!("`{id}` and `{first}` are both the method {verb} of one resource");
        findings.push(Finding::of_resource(id, "Properties.HttpMethod", message));
    });
    let deployed = index.of_type("AWS::ApiGateway::Deployment").next().is_some();
    for (id, method) in index.of_type("AWS::ApiGateway::Method") {
        if deployed && given(method, "Integration").is_none() {
            let message = format!("the method `{id}` has no integration, so its API cannot be deployed");
            findings.push(Finding::of_resource(id, "Properties.Integration", message));
        }
    }
}

fn paths(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let key = |resource| {
        Some(vec![given(resource, "RestApiId")?, given(resource, "ParentId")?, given(resource, "PathPart")?])
    };
    duplicates(index.of_type("AWS::ApiGateway::Resource"), key, |id, resource, first| {
        let part = text(resource, "PathPart").unwrap_or_default();
        let message = format!("`{id}` and `{first}` are both `{part}` below one parent");
        findings.push(Finding::of_resource(id, "Properties.PathPart", message));
    });
    parts(index, findings);
}

fn parts(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::ApiGateway::Resource") {
        if let Some((message, hint)) = text(resource, "PathPart").and_then(malformed) {
            findings.push(Finding::of_resource(id, "Properties.PathPart", message).hint(hint));
        }
        let parent = given(resource, "ParentId").and_then(|parent| index.referred(parent));
        if let Some((parent, part)) = parent.and_then(|(id, parent)| Some((id, text(parent, "PathPart")?)))
            && is_greedy(part)
        {
            let message = format!("`{id}` is below `{parent}`, whose `{part}` takes the rest of the path");
            let hint = "declare it below the parent of that resource: API Gateway prefers the exact path";
            findings.push(Finding::of_resource(id, "Properties.ParentId", message).hint(hint));
        }
    }
}

/// `{name+}`: this part of the path and all that follow.
fn is_greedy(part: &str) -> bool {
    part.starts_with('{') && part.ends_with("+}")
}

/// What is wrong with the part of a path, and how to mend it.
fn malformed(part: &str) -> Option<(String, String)> {
    if part.contains('/') {
        let hint = "declare a resource for each part, each with the one before as ParentId";
        return Some((format!("{part:?} is more than one part of a path"), hint.into()));
    }
    let inner = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let name = inner.map_or(part, |name| name.strip_suffix('+').unwrap_or(name));
    if !name.contains(['{', '}', '+']) {
        return None;
    }
    let name = name.replace(['{', '}', '+'], "");
    let hint = format!("write `{{{name}}}` for one part of a path, `{{{name}+}}` for all that follow");
    Some((format!("{part:?} is no part of a path: a parameter is in braces, its `+` too"), hint))
}

/// A deployment is a picture of the methods there are at that moment.
fn deployments(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, deployment) in index.of_type("AWS::ApiGateway::Deployment") {
        let waits = waits_for(index, id);
        let api: Option<&Expr> = given(deployment, "RestApiId");
        let missed: Vec<LogicalId> = index
            .of_type("AWS::ApiGateway::Method")
            .filter(|(method, properties)| given(properties, "RestApiId") == api && !waits.contains(method))
            .map(|(method, _)| method)
            .collect();
        if !missed.is_empty() {
            let message = format!("`{id}` does not wait for {}, so it may be made without", listed(&missed));
            let hint = "add the methods to DependsOn";
            findings.push(Finding::of_resource(id, "DependsOn", message).hint(hint));
        }
    }
}
