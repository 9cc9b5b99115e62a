//! Moving what is in a dead-letter queue back to where it came from, or to another queue.
//! Keeps no task: all messages have moved when it answers.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::AwsError;
use crate::exchange::Exchange;
use crate::queue::Queue;
use crate::queues::Queues;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Start {
    #[serde(default)]
    source_arn: String,
    destination_arn: Option<String>,
}

pub(crate) fn start(queues: &Queues, request: &Start) -> Result<Value, AwsError> {
    let (settings, now) = (&queues.settings, queues.settings.now());
    let named = |arn: &str| settings.name_in(arn).map(ToOwned::to_owned);
    let missing = || {
        AwsError::no_resource("The resource that you specified for the SourceArn parameter doesn't exist.")
    };
    let name = named(&request.source_arn).ok_or_else(missing)?;
    let rung = queues.store.within(|store| {
        let queue = Queue::find(store, &name)?.ok_or_else(missing)?;
        let is_target = |other: &Queue| {
            other
                .attributes
                .redrive
                .as_ref()
                .is_some_and(|it| it.dead_letter_target_arn == request.source_arn)
        };
        if !Queue::all(store)?.iter().any(is_target) {
            return Err(AwsError::parameter("Source queue must be configured as a Dead Letter Queue."));
        }
        let exchange = Exchange { settings, store, queue: &queue, now };
        let mut rung = Vec::new();
        for it in exchange.line().all()? {
            let destination = request.destination_arn.as_deref().or(it.source.as_deref());
            let Some(to) = destination.and_then(named) else { continue };
            let to = Queue::find(store, &to)?.ok_or_else(|| {
                AwsError::no_resource(
                    "The resource that you specified for the DestinationArn parameter doesn't exist.",
                )
            })?;
            exchange.hand_over(it.unreceived(), &to, None)?;
            rung.push(to.name);
        }
        Ok(rung)
    })?;
    rung.iter().for_each(|name| queues.ring(name));
    Ok(json!({ "TaskHandle": (settings.unique_id)() }))
}
