//! Something delivered to what an ARN names, by a caller that may: a function, a queue, a bus.
//! Tries once: who delivers says whether to try again.

use axum::body::Bytes;
use serde_json::Value;

use crate::access::{Denied, Wish};
use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::services::lambda::{self, Refused};

/// What is delivered, and on whose behalf.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) body: String,
    /// The ARN of what sends it: of a rule, a stream, a function.
    pub(crate) source: String,
    /// The detail type of the event that it is on a bus.
    pub(crate) detail_type: &'static str,
}

/// Why it was not delivered.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Undelivered {
    pub(crate) message: String,
    /// Whether another try may go better.
    pub(crate) is_passing: bool,
}

impl Delivery {
    /// Records of a stream that a function could not handle.
    pub(crate) fn of_failure(function: &str, body: &Value) -> Delivery {
        Delivery::of_record(function, body.clone(), false)
    }

    /// The record of an asynchronous invocation.
    pub(crate) fn of_record(function: &str, body: Value, succeeded: bool) -> Delivery {
        let detail_type = match succeeded {
            true => "Lambda Function Invocation Result - Success",
            false => "Lambda Function Invocation Result - Failure",
        };
        Delivery { body: body.to_string(), source: function.to_owned(), detail_type }
    }
}

/// Delivers it once.
pub(crate) async fn deliver(
    cloud: &Cloud,
    caller: &Caller,
    to: &str,
    delivery: Delivery,
) -> Result<(), Undelivered> {
    let context = [("aws:SourceArn", delivery.source.as_str())];
    match to.split(':').nth(2).unwrap_or_default() {
        "sqs" => {
            let wish = Wish { action: "sqs:SendMessage", resource: to, context: &context };
            let denied = |denied: Box<Denied>| Undelivered { message: denied.to_string(), is_passing: false };
            cloud.authorise(caller, wish).map_err(denied)?;
            let sent = cloud.queues.send(to, delivery.body);
            sent.map(drop)
                .map_err(|error| Undelivered { is_passing: error.status >= 500, message: error.to_string() })
        }
        "lambda" => {
            let payload = Bytes::from(delivery.body);
            lambda::invoke_later(cloud, caller, to, payload, &context).map(drop).map_err(|refused| {
                Undelivered {
                    is_passing: !matches!(refused, Refused::Denied(_)),
                    message: refused.to_string(),
                }
            })
        }
        service => Err(Undelivered {
            message: format!("nothing is delivered to `{service}` here"),
            is_passing: false,
        }),
    }
}
