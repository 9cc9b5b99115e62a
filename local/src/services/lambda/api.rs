//! Lambda's API: Invoke, ListFunctions, GetFunction.
//! Functions are made by templates alone: what would create or change one is refused by name.

use axum::http::Method;
use axum::response::Response;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use stackwright_lambda::{Answer, FunctionError, InvokeError};

use super::functions::Known;
use super::invoke::{Refused, admitted, invoke, invoke_later, rehearse};
use crate::access::Wish;
use crate::cloud::Cloud;
use crate::exchange::{Exchange, json_response, rest_error, set};

/// Answers a request to a path that begins with a date and `functions`.
pub(crate) async fn answer(cloud: &Cloud, exchange: &Exchange) -> Response {
    let path = exchange.parts.uri.path().to_owned();
    let mut parts = path.trim_matches('/').split('/').skip(2);
    let function = parts.next().map(|part| called(part, exchange.parts.uri.query().unwrap_or_default()));
    let rest = parts.next();
    let mut response = match (&exchange.parts.method, function, rest) {
        (&Method::POST, Some(function), Some("invocations")) => run(cloud, exchange, &function).await,
        (&Method::GET, None, _) => list(cloud, exchange),
        (&Method::GET, Some(function), None | Some("configuration")) => {
            describe(cloud, exchange, &function, rest.is_some())
        }
        (method, _, _) => {
            let message =
                format!("{method} {path} is not answered here: functions are what their templates say");
            rest_error(501, "NotImplementedException", &message)
        }
    };
    set(&mut response, "x-amzn-requestid", &exchange.request_id);
    response
}

async fn run(cloud: &Cloud, exchange: &Exchange, function: &str) -> Response {
    let payload = exchange.body.clone();
    match exchange.header("x-amz-invocation-type") {
        "" | "RequestResponse" => match invoke(cloud, &exchange.caller, function, payload, &[]).await {
            Ok(answer) => answered(&answer, exchange.header("x-amz-log-type") == "Tail"),
            Err(refused) => refusal(function, &refused),
        },
        "Event" => match invoke_later(cloud, &exchange.caller, function, payload, &[]) {
            Ok(_) => empty(202),
            Err(refused) => refusal(function, &refused),
        },
        "DryRun" => match rehearse(cloud, &exchange.caller, function) {
            Ok(()) => empty(204),
            Err(refused) => refusal(function, &refused),
        },
        other => rest_error(
            400,
            "InvalidParameterValueException",
            &format!("no invocation type is called `{other}`"),
        ),
    }
}

fn answered(answer: &Answer, with_log: bool) -> Response {
    let mut response = Response::new(answer.payload.clone().into());
    set(&mut response, "content-type", "application/json");
    set(&mut response, "x-amz-executed-version", "$LATEST");
    if answer.function_error.is_some() {
        set(&mut response, "x-amz-function-error", FunctionError::HEADER);
    }
    if with_log {
        set(&mut response, "x-amz-log-result", &BASE64_STANDARD.encode(&answer.log_tail));
    }
    response
}

fn refusal(function: &str, refused: &Refused) -> Response {
    let message = refused.to_string();
    match refused {
        Refused::Denied(_) => rest_error(403, "AccessDeniedException", &message),
        Refused::Fault(429) => rest_error(429, "TooManyRequestsException", "Rate Exceeded."),
        Refused::Fault(status) => rest_error(*status, "ServiceException", &message),
        Refused::Engine(InvokeError::Unknown(_)) => {
            rest_error(404, "ResourceNotFoundException", &format!("Function not found: {function}"))
        }
        Refused::Engine(InvokeError::Throttled { .. }) => {
            rest_error(429, "TooManyRequestsException", "Rate Exceeded.")
        }
        Refused::Engine(InvokeError::PayloadTooLarge { .. }) => {
            rest_error(413, "RequestTooLargeException", &message)
        }
        Refused::Engine(InvokeError::NotJson(reason)) => {
            let message = format!("Could not parse request body into json: {reason}");
            rest_error(400, "InvalidRequestContentException", &message)
        }
        Refused::Engine(InvokeError::Stopped(_)) => rest_error(500, "ServiceException", &message),
    }
}

fn list(cloud: &Cloud, exchange: &Exchange) -> Response {
    let wish = Wish { action: "lambda:ListFunctions", resource: "*", context: &[] };
    if let Err(denied) = cloud.authorise(&exchange.caller, wish) {
        return rest_error(403, "AccessDeniedException", &denied.to_string());
    }
    let functions: Vec<Value> = cloud.functions.all().iter().map(|known| configuration(known)).collect();
    json_response(200, &json!({ "Functions": functions }))
}

fn describe(cloud: &Cloud, exchange: &Exchange, function: &str, only_configuration: bool) -> Response {
    let action = if only_configuration { "lambda:GetFunctionConfiguration" } else { "lambda:GetFunction" };
    match admitted(cloud, &exchange.caller, action, function, &[]) {
        Ok(known) if only_configuration => json_response(200, &configuration(&known)),
        Ok(known) => {
            json_response(200, &json!({ "Configuration": configuration(&known), "Code": {}, "Tags": {} }))
        }
        Err(refused) => refusal(function, &refused),
    }
}

fn configuration(known: &Known) -> Value {
    json!({
        "FunctionName": known.name,
        "FunctionArn": known.arn,
        "Runtime": known.runtime,
        "Role": known.role,
        "Handler": known.function.handler,
        "Timeout": known.function.timeout.as_secs(),
        "MemorySize": known.function.memory,
        "Version": "$LATEST",
        "PackageType": "Zip",
        "State": "Active",
        "LastUpdateStatus": "Successful",
    })
}

fn empty(status: u16) -> Response {
    let mut response = json_response(status, &Value::Null);
    *response.body_mut() = axum::body::Body::empty();
    response
}

/// A name or an ARN, whose colons clients encode, with the version or alias that the query names.
fn called(part: &str, query: &str) -> String {
    let decoded = |text| percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let function = decoded(part);
    match query.split('&').find_map(|pair| pair.strip_prefix("Qualifier=")) {
        Some(qualifier) if !qualifier.is_empty() => format!("{function}:{}", decoded(qualifier)),
        _ => function.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_stand_in_the_path_or_in_the_query() {
        assert_eq!(called("greet", ""), "greet");
        assert_eq!(called("greet%3Alive", ""), "greet:live");
        assert_eq!(called("greet", "Qualifier=%24LATEST"), "greet:$LATEST");
        assert_eq!(called("greet", "x=1&Qualifier=live"), "greet:live");
    }
}
