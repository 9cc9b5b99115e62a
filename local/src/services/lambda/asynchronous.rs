//! Where the records of asynchronous invocations go: destinations and dead-letter queues.
//! Decides no retries: the engine has made them all.

use std::sync::Arc;

use serde_json::Value;
use stackwright_lambda::{Condition, Record};
use stackwright_queues::Attribute;

use crate::caller::Caller;
use crate::cloud::Cloud;
use crate::happening::What;
use crate::services::delivery::{self, Delivery};

/// How much of an error's message goes with a dead letter, in bytes.
const LONGEST_MESSAGE: usize = 1024;

/// Sends a record to the destination that the function's template names, as the function's role.
pub(super) fn send(cloud: &Arc<Cloud>, record: Record) {
    let Some(known) = cloud.functions.known(&record.function) else { return };
    let succeeded = record.condition == Condition::Success;
    let destination = if succeeded { known.on_success.clone() } else { known.on_failure.clone() };
    let letters = known.dead_letters.clone().filter(|_| !succeeded);
    let records = destination.map(|to| (to, Delivery::of_record(&known.arn, &record.body, succeeded)));
    let letters = letters.map(|to| (to, dead_letter(&known.arn, &record.body)));
    for (to, delivery) in records.into_iter().chain(letters) {
        let (cloud, known) = (Arc::clone(cloud), Arc::clone(&known));
        tokio::spawn(async move {
            let caller = Caller::function(&known);
            if let Err(error) = delivery::deliver(&cloud, &caller, &to, delivery).await {
                cloud.tell(What::Failure { place: known.path.clone(), message: error.to_string() });
            }
        });
    }
}

/// The event itself, not a record of it; why it is dead stands in the message's attributes.
///
/// See [dead-letter queues](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
fn dead_letter(function: &str, record: &Value) -> Delivery {
    let message = record["responsePayload"]["errorMessage"].as_str().unwrap_or_default();
    let code = record["responseContext"]["statusCode"].as_u64().unwrap_or(200);
    let attributes = [
        ("RequestID", Attribute::string(record["requestContext"]["requestId"].as_str().unwrap_or_default())),
        ("ErrorCode", Attribute { data_type: "Number".to_owned(), ..Attribute::string(code.to_string()) }),
        ("ErrorMessage", Attribute::string(&message[..message.floor_char_boundary(LONGEST_MESSAGE)])),
    ];
    // SQS takes no attribute without a value.
    let filled = attributes.into_iter().filter(|(_, value)| value.string_value.as_deref() != Some(""));
    Delivery {
        attributes: filled.map(|(name, value)| (name.to_owned(), value)).collect(),
        ..Delivery::of_failure(function, &record["requestPayload"])
    }
}
