//! A function invoked by somebody who may: another service, a function, a person.
//! What comes of it is the engine's.

use std::sync::Arc;

use axum::body::Bytes;
use stackwright_lambda::{Answer, FunctionError, Interruption, Invocation, InvokeError};

use super::functions::Known;
use crate::access::{Denied, Wish};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::faults::Target;

/// What invoking takes, at once or later.
pub(crate) const INVOKE: &str = "lambda:InvokeFunction";

/// Why a function was not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The caller may not.
    #[error("{0}")]
    Denied(Box<Denied>),
    /// The engine says so.
    #[error(transparent)]
    Engine(#[from] InvokeError),
    /// A fault asked for it, with this status.
    #[error("a fault was asked for: status {0}")]
    Fault(u16),
}

/// Invokes a function, by name or ARN, and waits for its answer. The context is what the caller's service knows,
/// such as `aws:SourceArn`.
pub(crate) async fn invoke(
    cloud: &Cloud,
    caller: &Caller,
    function: &str,
    invocation: impl Into<Invocation>,
    context: &[(&str, &str)],
) -> Result<Answer, Refused> {
    let known = admitted(cloud, caller, INVOKE, function, context)?;
    let answer = match cloud.faults.meet(|target| is_named(target, &known)).await {
        Some(status) => {
            // A function that is throttled is not invoked; one that fails is.
            if status != 429 {
                cloud.traffic.invoked(&known.path, true);
            }
            Err(Refused::Fault(status))
        }
        None => cloud.lambda.invoke(&known.name, invocation).await.map_err(Refused::from),
    };
    if answer.as_ref().map_or(true, |answer| answer.function_error.is_some()) {
        cloud.note_failure(caller, Wish { action: INVOKE, resource: &known.arn, context });
    }
    answer
}

/// Has a function run some time, and answers the invocation's id.
pub(crate) fn invoke_later(
    cloud: &Cloud,
    caller: &Caller,
    function: &str,
    payload: Bytes,
    context: &[(&str, &str)],
) -> Result<String, Refused> {
    let known = admitted(cloud, caller, INVOKE, function, context)?;
    let ends = cloud.ends(caller, Wish { action: INVOKE, resource: &known.arn, context });
    let traffic = Arc::clone(&cloud.traffic);
    let over = move |has_failed| {
        if let (true, (Some(from), Some(to))) = (has_failed, ends) {
            traffic.failed(&from, &to);
        }
    };
    Ok(cloud.lambda.invoke_later_then(&known.name, payload, over)?)
}

/// What a fault makes of the next try of an asynchronous invocation, if there is a fault.
pub(super) async fn interruption(cloud: &Cloud, function: &str) -> Option<Interruption> {
    let known = cloud.functions.known(function)?;
    match cloud.faults.meet(|target| is_named(target, &known)).await? {
        429 => Some(Interruption::Throttled),
        status => Some(Interruption::Failed(Refused::Fault(status).to_string())),
    }
}

/// The function, if the caller may do that with it.
pub(super) fn admitted(
    cloud: &Cloud,
    caller: &Caller,
    action: &str,
    function: &str,
    context: &[(&str, &str)],
) -> Result<Arc<Known>, Refused> {
    let known = known(cloud, function)?;
    let wish = Wish { action, resource: &known.arn_called(function), context };
    cloud.authorise(caller, wish).map_err(Refused::Denied)?;
    Ok(known)
}

/// Whether the caller might invoke a function.
pub(super) fn rehearse(cloud: &Cloud, caller: &Caller, function: &str) -> Result<(), Refused> {
    let resource = known(cloud, function)?.arn_called(function);
    let wish = Wish { action: INVOKE, resource: &resource, context: &[] };
    cloud.may(caller, wish).map_err(Refused::Denied)
}

fn known(cloud: &Cloud, function: &str) -> Result<Arc<Known>, InvokeError> {
    cloud.functions.known(function).ok_or_else(|| InvokeError::Unknown(function.to_owned()))
}

fn is_named(target: &Target, known: &Known) -> bool {
    match target {
        Target::Function(name) => {
            *name == known.name || known.handler.as_ref() == Some(name) || *name == known.path
        }
        _ => false,
    }
}

/// A failure for people: how the function failed, and what it said.
pub(super) fn described(error: FunctionError, payload: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    match value["errorMessage"].as_str() {
        Some(message) => format!("{error}: {message}"),
        None => error.to_string(),
    }
}
