//! What APIs need of others: functions, judgement of policies, numbers, and somebody to tell.
//! Decides nothing about connections.

use std::sync::{Arc, Weak};

use axum::body::Bytes;
use futures_util::FutureExt as _;
use serde_json::Value;
use stackwright_policy::{Policy, Principal, Request};
use stackwright_sockets::{Closing, Happening, Host, Invocation, InvokeError, Limits, What as Socket};

use crate::arrows::OUTSIDE;
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::random::Random;
use crate::services::lambda;
use crate::settings::Timers;

/// A host that works for a cloud, and for nobody once that is gone.
pub(super) fn of(cloud: &Weak<Cloud>, timers: &Timers, random: &Arc<Random>) -> Host {
    let (invoking, telling, random) = (cloud.clone(), cloud.clone(), Arc::clone(random));
    Host::new(move |invocation| invoke(invoking.upgrade(), invocation).boxed())
        .judging(allows)
        .telling(move |happening| {
            if let Some(cloud) = telling.upgrade() {
                tell(&cloud, happening);
            }
        })
        .numbering(move || u128::from_le_bytes(random.bytes()))
        .limited(Limits {
            idle: timers.socket_idle,
            lifetime: timers.socket_life,
            integration: timers.integration,
            ..Limits::default()
        })
}

async fn invoke(cloud: Option<Arc<Cloud>>, invocation: Invocation) -> Result<Bytes, InvokeError> {
    let refused = |reason: String| InvokeError::Refused(reason);
    let cloud = cloud.ok_or_else(|| refused("everything is being stopped".to_owned()))?;
    let gateway = Caller::service("apigateway.amazonaws.com");
    let context =
        [("aws:SourceArn", invocation.source.as_str()), ("aws:SourceAccount", &cloud.settings.account)];
    match lambda::invoke(&cloud, &gateway, &invocation.function, invocation.payload, &context).await {
        Ok(answer) if answer.function_error.is_some() => Err(InvokeError::Failed(message(&answer.payload))),
        Ok(answer) => Ok(answer.payload),
        Err(error @ lambda::Refused::Fault(status)) if status != 429 => {
            Err(InvokeError::Failed(error.to_string()))
        }
        Err(error) => Err(refused(error.to_string())),
    }
}

/// What a function that failed says of it.
fn message(payload: &[u8]) -> String {
    let said: Value = serde_json::from_slice(payload).unwrap_or_default();
    said["errorMessage"].as_str().unwrap_or_default().to_owned()
}

/// Whether the policy that an authorizer answers lets its client connect. One that cannot be read does not.
fn allows(policy: &Value, resource: &str) -> bool {
    let request = Request::new(Principal::user("client"), "execute-api:Invoke", resource);
    Policy::of_identity(policy).is_ok_and(|policy| request.decide(&[policy], &[]).is_allowed())
}

fn tell(cloud: &Cloud, happening: Happening) {
    let api = cloud.known_as(&happening.api);
    let connection = happening.connection.unwrap_or_default();
    let failed = |place: String, failure: Option<String>| {
        if let Some(message) = failure {
            cloud.tell(What::Failure { place, message });
        }
    };
    let message = |from_client, route, bytes| What::Message {
        api: api.clone(),
        connection: connection.clone(),
        from_client,
        route,
        bytes,
    };
    let event = match happening.what {
        Socket::Message { route, size, failure, .. } => {
            let has_failed = failure.is_some();
            failed(format!("{api} {}", route.as_deref().unwrap_or_default()), failure);
            if has_failed {
                cloud.traffic.failed(OUTSIDE, &api);
            }
            cloud.note_call((Some(OUTSIDE.to_owned()), Some(api.clone())), "execute-api:Invoke");
            return cloud.tell(message(true, route, size));
        }
        Socket::Replied { size } | Socket::Posted { size } => return cloud.tell(message(false, None, size)),
        Socket::Connected { .. } => "opened".to_owned(),
        Socket::Refused { status, reason, .. } => format!("refused with {status}: {reason}"),
        Socket::Disconnected { closing, failure, .. } => {
            failed(format!("{api} $disconnect"), failure);
            closed(&closing)
        }
        _ => return,
    };
    cloud.tell(What::Connection { api, connection, event });
}

fn closed(closing: &Closing) -> String {
    match closing.reason.as_ref() {
        "" => format!("closed with {}", closing.code),
        reason => format!("closed with {}: {reason}", closing.code),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CONNECT: &str = "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/prod/$connect";

    fn check(effect: &str, action: &str, resource: &str, expected: bool) {
        let statement = json!({ "Effect": effect, "Action": action, "Resource": resource });
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        assert_eq!(allows(&policy, CONNECT), expected, "{policy}");
    }

    #[test]
    fn policies_of_authorizers_are_judged() {
        check("Allow", "execute-api:Invoke", CONNECT, true);
        check("Allow", "execute-api:*", "arn:aws:execute-api:*:*:*/prod/*", true);
        check(
            "Allow",
            "execute-api:Invoke",
            "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/dev/*",
            false,
        );
        check("Allow", "execute-api:ManageConnections", "*", false);
        check("Deny", "execute-api:Invoke", "*", false);
    }

    #[test]
    fn what_is_no_policy_allows_nothing() {
        assert!(!allows(&json!({}), CONNECT));
        assert!(!allows(&Value::Null, CONNECT));
        assert!(!allows(&json!({ "Statement": "all" }), CONNECT));
    }
}
