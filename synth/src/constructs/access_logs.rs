//! Access logs of an API stage: the log group, and the account's leave for API Gateway to write to it.
//!
//! It knows no kind of API: both kinds log the same way.

use stackwright_cfn::{apigateway, iam, logs};
use stackwright_core::{Arn, Declared, DeletionPolicy, LogicalId, Resource as _, Scope, Value, partition};

use crate::grant::assumed_by;

/// Where a stage writes its access log, and what must exist before it may.
#[derive(Clone, Debug)]
pub(crate) struct AccessLogs {
    pub(crate) destination: Value<Arn>,
    pub(crate) account: LogicalId,
}

/// Declares the log group below the API's scope, and the account setting with the first API of the stack.
///
/// An account takes one change of the setting in 20 seconds, so two in a stack would not deploy.
///
/// Source: [API Gateway quotas](https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html), `UpdateAccount`.
pub(crate) fn declare(scope: &mut Scope<'_>, api: LogicalId, days: u32) -> AccessLogs {
    let log_group = scope.part("AccessLogs", logs::LogGroup::new().retention_in_days(days));
    let known = scope.existing(apigateway::Account::TYPE);
    let account = known.unwrap_or_else(|| declare_account(scope, api));
    AccessLogs { destination: log_group.arn(), account }
}

/// The role is one of an account and region, whichever stack set it last; so it is kept when the stack goes. An account
/// takes the setting only once it has an API.
fn declare_account(scope: &mut Scope<'_>, api: LogicalId) -> LogicalId {
    let managed = Value::<Arn>::of([
        "arn:".into(),
        partition(),
        ":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs".into(),
    ]);
    let role = iam::Role::new(assumed_by("apigateway.amazonaws.com")).managed_policy_arns([managed]);
    let role = scope.part("LogsRole", Declared::from(role).on_removal(DeletionPolicy::RetainExceptOnCreate));
    let account = apigateway::Account::new().cloud_watch_role_arn(role.arn());
    let account = Declared::from(account).after(api).on_removal(DeletionPolicy::RetainExceptOnCreate);
    scope.part("LogsAccount", account).into()
}

/// A JSON line of these fields and their `$context` variables.
pub(crate) fn format(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(key, variable)| format!("\"{key}\":\"$context.{variable}\"")).collect();
    format!("{{{}}}", fields.join(","))
}
