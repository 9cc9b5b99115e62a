//! Function URLs: who may call an open one, and which pages may read what it answers.
//!
//! Source: [access to function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). Since October 2025
//! a caller needs two permissions: for the URL, and for the function by way of it.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, is_true, referred, text};
use crate::finding::Finding;
use crate::index::Index;

/// What everyone must be permitted to do, and what the permission must say besides.
const NEEDED: [(&str, &str); 2] = [
    ("lambda:InvokeFunctionUrl", "FunctionUrlAuthType: NONE"),
    ("lambda:InvokeFunction", "InvokedViaFunctionUrl: true"),
];

/// Every function URL.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, url) in index.of_type("AWS::Lambda::Url") {
        // A macro may add permissions; those for an alias or version name that.
        let plain = !index.expands && given(url, "Qualifier").is_none();
        if plain && text(url, "AuthType") == Some("NONE") {
            permissions(index, id, url, findings);
        }
        origins(id, url, findings);
    }
}

fn permissions(index: &Index<'_>, id: LogicalId, url: &Resource, findings: &mut Vec<Finding>) {
    let called = given(url, "TargetFunctionArn").map(|target| referred(index, target)).unwrap_or_default();
    for (function, _) in called {
        for (action, besides) in NEEDED.into_iter().filter(|(action, _)| !permitted(index, function, action))
        {
            let message = format!("`{id}` is open to everyone, but nothing permits {action} to `*`");
            let hint = format!(
                "add an AWS::Lambda::Permission with Action: {action}, Principal: '*', {besides} and FunctionName: !Ref {function}"
            );
            findings.push(Finding::of_resource(id, "Properties.AuthType", message).hint(hint));
        }
    }
}

/// Whether a permission lets everyone do that to the function, or may do so: a computed one is trusted.
fn permitted(index: &Index<'_>, function: LogicalId, action: &str) -> bool {
    let of_function = |permission: &Resource| {
        let named = given(permission, "FunctionName").map(|name| referred(index, name)).unwrap_or_default();
        named.is_empty() || named.iter().any(|(id, _)| *id == function)
    };
    let is = |permission: &Resource, name: &str, texts: &[&str]| match given(permission, name) {
        Some(Expr::Text(text)) => texts.contains(&text.as_ref()),
        other => other.is_some(),
    };
    index.of_type("AWS::Lambda::Permission").any(|(_, permission)| {
        let allows =
            is(permission, "Action", &[action, "lambda:*", "*"]) && is(permission, "Principal", &["*"]);
        allows && of_function(permission)
    })
}

/// With credentials a browser wants to see its page's origin named.
fn origins(id: LogicalId, url: &Resource, findings: &mut Vec<Finding>) {
    let Some(cors) = given(url, "Cors") else { return };
    let origins = cors.field("AllowOrigins").and_then(Expr::as_list).unwrap_or_default();
    if is_true(cors.field("AllowCredentials")) && origins.iter().any(|origin| origin.as_text() == Some("*")) {
        let message = format!("`{id}` takes credentials from every origin; no browser sends them to `*`");
        let hint = "name the origins of the pages, or leave AllowCredentials out";
        findings.push(Finding::of_resource(id, "Properties.Cors.AllowOrigins", message).hint(hint));
    }
}
