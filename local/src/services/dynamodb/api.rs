//! The JSON protocol of DynamoDB and its streams.
//! Reads no items: permissions follow from the request, and from the keys of tables.

use std::collections::HashSet;

use axum::response::Response;
use serde_json::{Value, json};
use stackwright_tables::AwsError;

use super::leading_keys;
use super::permission::{self, Need};
use crate::access::{Denied, Wish};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::exchange::{Exchange, set};
use crate::faults::Target;

const STREAMS: [&str; 4] = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/// Errors by which a condition says no: callers ask for them.
const CONDITIONS: [&str; 2] = ["ConditionalCheckFailedException", "TransactionCanceledException"];

/// Answers a request that was sent to DynamoDB, or to its streams.
pub(crate) async fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let action = exchange.action();
    let is_to_streams = exchange.header("x-amz-target").starts_with("DynamoDBStreams");
    if is_to_streams != STREAMS.contains(&action) {
        return exchange.error(400, "com.amazon.coral.service#UnknownOperationException", "");
    }
    let request = match serde_json::from_slice::<Value>(&exchange.body) {
        Ok(request @ Value::Object(_)) => request,
        _ => return exchange.error(400, "com.amazon.coral.service#SerializationException", ""),
    };
    match perform(cloud, &exchange.caller, action, request).await {
        Ok(answer) => exchange.json(200, &answer),
        Err(error) => {
            let mut response = exchange.json(error.status, &error.body);
            set(&mut response, "x-amzn-errortype", &error.kind);
            response
        }
    }
}

/// Does an action for a caller that may do it.
///
/// # Errors
/// `AccessDeniedException`, what a fault says, and those of the action.
pub(crate) async fn perform(
    cloud: &Cloud,
    caller: &Caller,
    action: &str,
    request: Value,
) -> Result<Value, AwsError> {
    let needs = permission::needs(&cloud.place(""), action, &request);
    authorise(cloud, caller, &needs)
        .map_err(|denied| failure(400, "AccessDeniedException", &denied.to_string()))?;
    let is_target = |target: &Target| match target {
        Target::Table(name) => needs.iter().any(|need| need.table() == Some(name)),
        _ => false,
    };
    let resources: HashSet<_> =
        needs.iter().map(|need| (need.action.clone(), need.resource.clone())).collect();
    let outcome = match cloud.faults.meet(is_target).await {
        Some(status) => Err(fault(status)),
        None => cloud.tables.execute(action, request),
    };
    if outcome.as_ref().is_err_and(|error| !CONDITIONS.contains(&error.kind.as_str())) {
        for (action, resource) in &resources {
            cloud.note_failure(caller, Wish { action, resource, context: &[] });
        }
    }
    outcome
}

/// A transaction may need the same grant many times: it is asked for once.
fn authorise(cloud: &Cloud, caller: &Caller, needs: &[Need<'_>]) -> Result<(), Box<Denied>> {
    let mut asked = HashSet::new();
    for need in needs {
        // Nobody's policies are asked about root.
        let table = need.table().filter(|_| !caller.is_root);
        let key = table.and_then(|table| cloud.tables.partition_key(table, need.index()));
        let keys = key.map_or_else(Vec::new, |key| leading_keys::of(need.about, &key));
        let context: Vec<_> = keys.iter().map(|key| (leading_keys::NAME, key.as_str())).collect();
        if asked.insert((&need.action, &need.resource, keys.clone())) {
            let wish = Wish { action: &need.action, resource: &need.resource, context: &context };
            cloud.authorise(caller, wish)?;
        }
    }
    Ok(())
}

/// How DynamoDB words a failure of that status.
fn fault(status: u16) -> AwsError {
    match status {
        503 => failure(503, "ServiceUnavailable", "Service is unavailable, please try again shortly."),
        500.. => {
            let message =
                "The request processing has failed because of an unknown error, exception or failure.";
            failure(status, "InternalServerError", message)
        }
        // DynamoDB has no other status for it than that of all its refusals.
        400 | 429 => {
            let message = "The level of configured provisioned throughput for the table was exceeded. \
                           Consider increasing your provisioning level with the UpdateTable API.";
            failure(400, "ProvisionedThroughputExceededException", message)
        }
        _ => failure(status, "ThrottlingException", "Rate of requests exceeds the allowed throughput."),
    }
}

fn failure(status: u16, kind: &str, message: &str) -> AwsError {
    let body = json!({ "__type": format!("com.amazon.coral.service#{kind}"), "Message": message });
    AwsError { kind: kind.to_owned(), message: message.to_owned(), status, body }
}
