//! Function URLs: one for each function or alias, and who may call an open one.
//!
//! Source: [function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html), [access to
//! them](https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html). Since October 2025 a caller needs two permissions:
//! for the URL, and for the function by way of it. Which pages may read the answers is the concern of `cors`.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{duplicates, given, referred, text};
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
    }
    twice(index, findings);
}

fn twice(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let key = |url| {
        let target = given(url, "TargetFunctionArn")?;
        let function = index.referred(target).map(|(function, _)| function);
        Some((function.ok_or(target), given(url, "Qualifier")))
    };
    duplicates(index.of_type("AWS::Lambda::Url"), key, |id, _, first| {
        let message = format!("`{id}` and `{first}` are URLs of one function, which has one");
        let hint = "an alias has a URL of its own: name it as Qualifier";
        findings.push(Finding::of_resource(id, "Properties.TargetFunctionArn", message).hint(hint));
    });
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
