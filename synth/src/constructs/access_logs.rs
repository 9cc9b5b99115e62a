//! Access logs of an API stage: the log group, and the account's leave for API Gateway to write to it.
//!
//! It knows no kind of API: both kinds log the same way.

use stackwright_cfn::{apigateway, iam, logs};
use stackwright_core::{Arn, Declared, DeletionPolicy, Expr, LogicalId, Scope, Value, join, partition};

use crate::grant::assumed_by;

/// Where a stage writes its access log, and what must exist before it may.
#[derive(Clone, Debug)]
pub(crate) struct AccessLogs {
    pub(crate) destination: Value<Arn>,
    pub(crate) account: LogicalId,
}

/// Declares the log group and the account setting below the API's scope.
///
/// The role is one of an account and region, whichever stack set it last; so it is kept when the stack goes.
pub(crate) fn declare(scope: &mut Scope<'_>, days: u32) -> AccessLogs {
    let log_group = scope.part("AccessLogs", logs::LogGroup::new().retention_in_days(days));
    let managed = Value::<Arn>::of([
        "arn:".into(),
        partition(),
        ":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs".into(),
    ]);
    let role = iam::Role::new(assumed_by("apigateway.amazonaws.com")).managed_policy_arns([managed]);
    let role = scope.part("LogsRole", Declared::from(role).on_removal(DeletionPolicy::Retain));
    let account = apigateway::Account::new().cloud_watch_role_arn(role.arn());
    let account = scope.part("LogsAccount", Declared::from(account).on_removal(DeletionPolicy::Retain));
    AccessLogs { destination: log_group.arn(), account: account.into() }
}

/// A JSON line of these fields and their `$context` variables.
pub(crate) fn format(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(key, variable)| format!("\"{key}\":\"$context.{variable}\"")).collect();
    format!("{{{}}}", fields.join(","))
}

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
