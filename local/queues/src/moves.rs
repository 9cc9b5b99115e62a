//! Moving what is in a dead-letter queue back to where it came from, or to another queue.
//! Keeps no task: all messages have moved when it answers.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::AwsError;
use crate::exchange::Exchange;
use crate::line::Kept;
use crate::queue::Queue;
use crate::queues::Queues;
use crate::settings::Settings;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Start {
    #[serde(default)]
    source_arn: String,
    destination_arn: Option<String>,
}

pub(crate) fn start(queues: &Queues, request: &Start) -> Result<Value, AwsError> {
    let (settings, now) = (&queues.settings, queues.settings.now());
    let rung = queues.store.within(|store| {
        let queue = named(settings, store, &request.source_arn, "SourceArn")?;
        check_is_dead_letter_queue(store, &request.source_arn)?;
        let exchange = Exchange { settings, store, queue: &queue, now };
        let mut rung = BTreeSet::new();
        for it in exchange.line().all()? {
            // What somebody sent here itself came from nowhere, and stays.
            let Some(arn) = destination(request, &it) else { continue };
            let to = named(settings, store, &arn, "DestinationArn")?;
            exchange.hand_over(it.unreceived(), &to, None)?;
            rung.insert(to.name);
        }
        Ok(rung)
    })?;
    rung.iter().for_each(|name| queues.ring(name));
    Ok(json!({ "TaskHandle": (settings.unique_id)() }))
}

fn destination(request: &Start, message: &Kept) -> Option<String> {
    request.destination_arn.clone().or_else(|| message.source.clone())
}

fn named(settings: &Settings, store: &Connection, arn: &str, parameter: &str) -> Result<Queue, AwsError> {
    let found = settings.name_in(arn).map(|name| Queue::find(store, name)).transpose()?;
    found.flatten().ok_or_else(|| {
        let message = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
        AwsError::no_resource(message)
    })
}

fn check_is_dead_letter_queue(store: &Connection, arn: &str) -> Result<(), AwsError> {
    let sends_there = |queue: &Queue| {
        queue.attributes.redrive.as_ref().is_some_and(|policy| policy.dead_letter_target_arn == arn)
    };
    match Queue::all(store)?.iter().any(sends_there) {
        true => Ok(()),
        false => Err(AwsError::parameter("Source queue must be configured as a Dead Letter Queue.")),
    }
}
