//! The JSON protocol of DynamoDB and its streams.
//! Reads no items: permissions follow from the request's form.

use serde_json::{Value, json};
use stackwright_tables::AwsError;

use axum::response::Response;

use super::permission;
use crate::access::Wish;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::exchange::{Exchange, set};
use crate::faults::Target;

/// Answers a request that was sent to DynamoDB.
pub(crate) async fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let request = match serde_json::from_slice::<Value>(&exchange.body) {
        Ok(request @ Value::Object(_)) => request,
        Ok(_) => {
            return exchange.error(
                400,
                "com.amazon.coral.service#SerializationException",
                "the body is no object",
            );
        }
        Err(error) => {
            let kind = "com.amazon.coral.service#SerializationException";
            return exchange.error(400, kind, &format!("the body is not JSON: {error}"));
        }
    };
    match perform(cloud, &exchange.caller, exchange.action(), request).await {
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
    let place = cloud.place("");
    let resources = permission::resources(&place, action, &request);
    for (action, resource) in &resources {
        let wish = Wish { action, resource, context: &[] };
        cloud
            .authorise(caller, wish)
            .map_err(|denied| failure(400, "AccessDeniedException", &denied.to_string()))?;
    }
    let is_target = |target: &Target| match target {
        Target::Table(name) => resources.iter().any(|(_, arn)| arn.ends_with(&format!("table/{name}"))),
        _ => false,
    };
    if let Some(status) = cloud.faults.meet(is_target).await {
        return Err(fault(status));
    }
    cloud.tables.execute(action, request)
}

/// How DynamoDB words a failure of that status.
fn fault(status: u16) -> AwsError {
    let (kind, message) = match status {
        500.. => ("InternalServerError", "The request processing has failed because of an unknown error"),
        400 | 429 => {
            ("ProvisionedThroughputExceededException", "The level of configured throughput was exceeded")
        }
        _ => ("ThrottlingException", "Rate of requests exceeds the allowed throughput"),
    };
    failure(status, kind, message)
}

fn failure(status: u16, kind: &str, message: &str) -> AwsError {
    let body = json!({ "__type": format!("com.amazon.coral.service#{kind}"), "Message": message });
    AwsError { kind: kind.to_owned(), message: message.to_owned(), status, body }
}
