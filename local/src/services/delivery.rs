//! Something delivered to what an ARN names, by a caller that may: a queue, a function, an event bus.
//! Tries once: who delivers says whether to try again.

use std::collections::BTreeMap;

use axum::body::Bytes;
use serde_json::{Value, json};
use stackwright_lambda::InvokeError;
use stackwright_queues::{Attribute, NewMessage};

use crate::access::{Denied, Wish};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::services::lambda::{self, Refused};

/// What is delivered, and on whose behalf.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) body: String,
    /// The ARN of what sends it: of a rule, a stream, a function.
    pub(crate) source: String,
    /// Attributes of the message that it becomes in a queue.
    pub(crate) attributes: BTreeMap<String, Attribute>,
    /// The group of that message, if the queue is a FIFO queue.
    pub(crate) group: Option<String>,
    /// The detail type of the event that it becomes on a bus; none if it is an event already.
    pub(crate) detail_type: Option<&'static str>,
}

/// Why it was not delivered.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Undelivered {
    /// As EventBridge calls it, such as `NO_PERMISSIONS`.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Whether another try may go better.
    pub(crate) is_passing: bool,
}

/// A kind of thing that takes deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taker {
    Queue,
    Function,
    Bus,
}

impl Taker {
    /// What an ARN names, if that takes deliveries here.
    fn of(arn: &str) -> Option<Taker> {
        match arn.split(':').nth(2)? {
            "sqs" => Some(Taker::Queue),
            "lambda" => Some(Taker::Function),
            "events" if arn.contains(":event-bus/") => Some(Taker::Bus),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Taker::Queue => "queue",
            Taker::Function => "function",
            Taker::Bus => "event bus",
        }
    }
}

/// Whether deliveries can go to an ARN, before there are any: only these take them.
///
/// # Errors
/// What the ARN is not, for the resource that names it.
pub(crate) fn check(to: &str, takers: &[Taker]) -> Result<(), String> {
    if Taker::of(to).is_some_and(|taker| takers.contains(&taker)) {
        return Ok(());
    }
    let names: Vec<_> = takers.iter().map(|taker| taker.name()).collect();
    Err(format!("`{to}` is no {}: nothing else is delivered to here", names.join(" and no ")))
}

impl Delivery {
    /// Records of a stream that a function could not handle.
    pub(crate) fn of_failure(function: &str, body: &Value) -> Delivery {
        Delivery { body: body.to_string(), source: function.to_owned(), ..Delivery::default() }
    }

    /// The record of an asynchronous invocation.
    pub(crate) fn of_record(function: &str, body: &Value, succeeded: bool) -> Delivery {
        let detail_type = match succeeded {
            true => "Lambda Function Invocation Result - Success",
            false => "Lambda Function Invocation Result - Failure",
        };
        Delivery { detail_type: Some(detail_type), ..Delivery::of_failure(function, body) }
    }
}

impl Undelivered {
    /// Another try would go no better.
    pub(crate) fn lasting(code: &'static str, message: impl Into<String>) -> Undelivered {
        Undelivered { code, message: message.into(), is_passing: false }
    }

    fn denied(denied: &Denied) -> Undelivered {
        Undelivered::lasting("NO_PERMISSIONS", denied.to_string())
    }
}

/// Delivers it once. A function has it run some time.
pub(crate) async fn deliver(
    cloud: &Cloud,
    caller: &Caller,
    to: &str,
    delivery: Delivery,
) -> Result<(), Undelivered> {
    match Taker::of(to) {
        Some(Taker::Queue) => to_queue(cloud, caller, to, delivery),
        Some(Taker::Function) => to_function(cloud, caller, to, delivery),
        Some(Taker::Bus) => to_bus(cloud, caller, to, &delivery),
        None => Err(Undelivered::lasting("UNSUPPORTED", format!("nothing is delivered to `{to}` here"))),
    }
}

fn to_queue(cloud: &Cloud, caller: &Caller, to: &str, delivery: Delivery) -> Result<(), Undelivered> {
    admit(cloud, caller, "sqs:SendMessage", to, &delivery)?;
    let Delivery { body, attributes, group, source, .. } = delivery;
    let sender = Some(caller.principal.to_string());
    let sent = cloud.queues.send(to, NewMessage { body, attributes, group, sender, ..NewMessage::default() });
    if sent.is_err() {
        let wish = Wish { action: "sqs:SendMessage", resource: to, context: &context(&source) };
        cloud.note_failure(caller, wish);
    }
    sent.map(drop).map_err(|error| Undelivered {
        code: match error.kind.as_str() {
            "QueueDoesNotExist" => "RESOURCE_NOT_FOUND",
            _ => "ERROR_FROM_TARGET",
        },
        is_passing: error.status >= 500,
        message: error.message,
    })
}

fn to_function(cloud: &Cloud, caller: &Caller, to: &str, delivery: Delivery) -> Result<(), Undelivered> {
    let payload = Bytes::from(delivery.body);
    let context = context(&delivery.source);
    let accepted = lambda::invoke_later(cloud, caller, to, payload, &context);
    accepted.map(drop).map_err(|refused| match refused {
        Refused::Denied(denied) => Undelivered::denied(&denied),
        Refused::Engine(error @ InvokeError::Unknown(_)) => {
            Undelivered::lasting("RESOURCE_NOT_FOUND", error.to_string())
        }
        Refused::Engine(error @ InvokeError::Throttled { .. }) => {
            Undelivered { code: "THROTTLING", message: error.to_string(), is_passing: true }
        }
        other => Undelivered::lasting("ERROR_FROM_TARGET", other.to_string()),
    })
}

fn to_bus(cloud: &Cloud, caller: &Caller, to: &str, delivery: &Delivery) -> Result<(), Undelivered> {
    admit(cloud, caller, "events:PutEvents", to, delivery)?;
    let Some(detail_type) = delivery.detail_type else {
        return cloud.buses.forward(to, &delivery.body).map_err(|error| {
            let is_missing = error.code == "RESOURCE_NOT_FOUND";
            let code = if is_missing { "RESOURCE_NOT_FOUND" } else { "ERROR_FROM_TARGET" };
            Undelivered { code, message: error.message, is_passing: error.is_retryable }
        });
    };
    let entry = json!({
        "EventBusName": to,
        "Source": "lambda",
        "DetailType": detail_type,
        "Resources": [to, delivery.source],
        "Detail": delivery.body,
    });
    let put = cloud.buses.execute("PutEvents", json!({ "Entries": [entry] }));
    let put = put.map_err(|error| Undelivered::lasting("ERROR_FROM_TARGET", error.message))?;
    match put["Entries"][0]["ErrorMessage"].as_str() {
        None => Ok(()),
        Some(reason) => Err(Undelivered::lasting("ERROR_FROM_TARGET", reason)),
    }
}

fn admit(
    cloud: &Cloud,
    caller: &Caller,
    action: &str,
    to: &str,
    delivery: &Delivery,
) -> Result<(), Undelivered> {
    let context = context(&delivery.source);
    let wish = Wish { action, resource: to, context: &context };
    cloud.authorise(caller, wish).map_err(|denied| Undelivered::denied(&denied))
}

/// What a service tells of the resource that it delivers for.
pub(crate) fn context(source: &str) -> [(&'static str, &str); 2] {
    let account = source.split(':').nth(4).unwrap_or_default();
    [("aws:SourceArn", source), ("aws:SourceAccount", account)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(to: &str, takers: &[Taker], expected: Result<(), &str>) {
        assert_eq!(check(to, takers), expected.map_err(str::to_owned));
    }

    #[test]
    fn only_what_takes_deliveries_here_is_named() {
        let all = [Taker::Queue, Taker::Function, Taker::Bus];
        taken("arn:aws:sqs:us-east-1:000000000000:letters", &all, Ok(()));
        taken("arn:aws:lambda:us-east-1:000000000000:function:greet", &all, Ok(()));
        taken("arn:aws:events:us-east-1:000000000000:event-bus/orders", &all, Ok(()));
        taken(
            "arn:aws:sns:us-east-1:000000000000:news",
            &all,
            Err("`arn:aws:sns:us-east-1:000000000000:news` is no queue and no function and no event bus: \
                 nothing else is delivered to here"),
        );
        taken(
            "arn:aws:lambda:us-east-1:000000000000:function:greet",
            &[Taker::Queue],
            Err("`arn:aws:lambda:us-east-1:000000000000:function:greet` is no queue: nothing else is \
                 delivered to here"),
        );
        taken("letters", &[Taker::Queue], Err("`letters` is no queue: nothing else is delivered to here"));
    }
}
