//! How API Gateway runs a function: the URI it calls, and the ARN it calls from.
//!
//! The same for both kinds of API; routes are theirs.

use stackwright_core::{Arn, Expr, Value, join, partition};

/// The ARN of something of an API: `arn:…:execute-api:…:<api>/<path>`.
pub(crate) fn execution_arn(api: Expr, path: &str) -> Value<Arn> {
    Value::of([
        "arn:".into(),
        partition(),
        ":execute-api:".into(),
        stackwright_core::region(),
        ":".into(),
        stackwright_core::account(),
        ":".into(),
        Value::from_expr(api),
        format!("/{path}").into(),
    ])
}

/// The integration URI by which API Gateway runs a function.
pub(crate) fn invocation_uri(function: super::FunctionHandle) -> Value<String> {
    join([
        "arn:".into(),
        partition(),
        ":apigateway:".into(),
        stackwright_core::region(),
        ":lambda:path/2015-03-31/functions/".into(),
        function.arn().into(),
        "/invocations".into(),
    ])
}
