//! The actions of SQS: a request in JSON, an answer in JSON. Here are those about messages, and the way to the others.
//! Keeps nothing: it reads, asks the queues and writes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::administration as queue;
use crate::batch;
use crate::error::AwsError;
use crate::message::{Attribute, NewMessage, Receive};
use crate::moves;
use crate::queues::Queues;
use crate::rules::{self, TRACE};
use crate::selection::Selection;
use crate::settings::Settings;

/// The most messages that one request gets.
const MOST_MESSAGES: usize = 10;

pub(crate) async fn answer(
    queues: &Queues,
    action: &str,
    request: Value,
    caller: &str,
) -> Result<Value, AwsError> {
    match action {
        "ReceiveMessage" => receive(queues, read(request)?).await,
        "SendMessage" => send(queues, read(request)?, caller),
        "DeleteMessage" => delete(queues, &read(request)?),
        "ChangeMessageVisibility" => change_visibility(queues, &read(request)?),
        "SendMessageBatch" => send_batch(queues, read(request)?, caller),
        "DeleteMessageBatch" => batch::run(action, read(request)?, |name, entry| {
            delete(queues, &Handle { queue_url: Some(name.to_owned()), ..entry })
        }),
        "ChangeMessageVisibilityBatch" => batch::run(action, read(request)?, |name, entry| {
            change_visibility(queues, &Handle { queue_url: Some(name.to_owned()), ..entry })
        }),
        "CreateQueue" => queue::create(queues, read(request)?),
        "DeleteQueue" => queue::delete(queues, &read(request)?),
        "GetQueueAttributes" => queue::attributes(queues, &read(request)?),
        "GetQueueUrl" => queue::url(queues, &read(request)?),
        "ListDeadLetterSourceQueues" => queue::list_sources(queues, &read(request)?),
        "ListQueues" => queue::list(queues, &read(request)?),
        "ListQueueTags" => queue::tags(queues, &read(request)?),
        "PurgeQueue" => queue::purge(queues, &read(request)?),
        "SetQueueAttributes" => queue::set_attributes(queues, &read(request)?),
        "TagQueue" => queue::tag(queues, read(request)?),
        "UntagQueue" => queue::untag(queues, &read(request)?),
        "StartMessageMoveTask" => moves::start(queues, &read(request)?),
        "AddPermission" | "RemovePermission" | "CancelMessageMoveTask" | "ListMessageMoveTasks" => {
            Err(AwsError::unsupported(format!("{action} is not supported here")))
        }
        _ => Err(AwsError::unknown_action(action)),
    }
}

/// The ARN of the queue that a request names, or `*`.
pub(crate) fn resource(settings: &Settings, request: &Value) -> String {
    let text = |field| request.get(field).and_then(Value::as_str);
    let name = text("QueueUrl").map(last_segment).or_else(|| text("QueueName"));
    match (name, text("SourceArn")) {
        (Some(name), _) => settings.arn(name),
        (None, Some(arn)) => arn.to_owned(),
        (None, None) => "*".to_owned(),
    }
}

/// The name of the queue in a URL, whoever's it is.
pub(crate) fn name_in(url: Option<&str>) -> Result<&str, AwsError> {
    url.map(last_segment).filter(|name| !name.is_empty()).ok_or_else(AwsError::no_queue)
}

fn last_segment(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn read<Request: DeserializeOwned>(request: Value) -> Result<Request, AwsError> {
    serde_json::from_value(request).map_err(|error| AwsError::unreadable(&error))
}

pub(crate) fn written(answer: impl serde::Serialize) -> Result<Value, AwsError> {
    serde_json::to_value(answer).map_err(|error| AwsError::internal(error.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Send {
    queue_url: Option<String>,
    #[serde(default)]
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, Attribute>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl Send {
    fn message(mut self, caller: &str) -> Result<NewMessage, AwsError> {
        let trace = self.message_system_attributes.remove(TRACE);
        if let Some(other) = self.message_system_attributes.keys().next() {
            return Err(AwsError::parameter(format!("Message system attribute name '{other}' is invalid.")));
        }
        Ok(NewMessage {
            body: self.message_body,
            attributes: self.message_attributes,
            trace,
            delay: self.delay_seconds,
            group: self.message_group_id,
            deduplication: self.message_deduplication_id,
            sender: Some(caller.to_owned()),
        })
    }
}

fn send(queues: &Queues, request: Send, caller: &str) -> Result<Value, AwsError> {
    let url = request.queue_url.clone();
    written(queues.send_to(name_in(url.as_deref())?, &request.message(caller)?)?)
}

fn send_batch(queues: &Queues, request: batch::Request<Send>, caller: &str) -> Result<Value, AwsError> {
    let request = request.map(|entry| entry.message(caller));
    let size = request.entries().filter_map(|entry| entry.as_ref().ok()).map(rules::size).sum();
    batch::check_size(size)?;
    batch::run("SendMessageBatch", request, |name, message| written(queues.send_to(name, &message?)?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Handle {
    queue_url: Option<String>,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

impl Handle {
    fn receipt(&self) -> Result<&str, AwsError> {
        self.receipt_handle.as_deref().ok_or_else(|| AwsError::missing("ReceiptHandle"))
    }
}

fn delete(queues: &Queues, request: &Handle) -> Result<Value, AwsError> {
    queues.delete_from(name_in(request.queue_url.as_deref())?, request.receipt()?)?;
    Ok(json!({}))
}

fn change_visibility(queues: &Queues, request: &Handle) -> Result<Value, AwsError> {
    let name = name_in(request.queue_url.as_deref())?;
    let seconds = request.visibility_timeout.ok_or_else(|| AwsError::missing("VisibilityTimeout"))?;
    queues.hide_in(name, request.receipt()?, seconds)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveMessage {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    wait_time_seconds: Option<i64>,
    visibility_timeout: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

async fn receive(queues: &Queues, request: ReceiveMessage) -> Result<Value, AwsError> {
    let want = Receive {
        most: most(request.max_number_of_messages)?,
        wait: checked_wait(request.wait_time_seconds)?,
        visibility: request.visibility_timeout,
    };
    let system = [request.attribute_names, request.message_system_attribute_names].concat();
    let selection = Selection::new(system, request.message_attribute_names)?;
    let mut messages = queues.receive_from(name_in(request.queue_url.as_deref())?, want).await?;
    messages.iter_mut().for_each(|message| selection.apply(message));
    if messages.is_empty() { Ok(json!({})) } else { Ok(json!({ "Messages": written(messages)? })) }
}

fn most(given: Option<i64>) -> Result<usize, AwsError> {
    let Some(given) = given else { return Ok(1) };
    let most = usize::try_from(given).ok().filter(|most| (1..=MOST_MESSAGES).contains(most));
    most.ok_or_else(|| {
        let reason = format!("Must be between 1 and {MOST_MESSAGES}, if provided.");
        AwsError::value(given, "MaxNumberOfMessages", &reason)
    })
}

fn checked_wait(given: Option<i64>) -> Result<Option<i64>, AwsError> {
    match given.filter(|wait| !(0..=20).contains(wait)) {
        None => Ok(given),
        Some(wait) => Err(AwsError::value(wait, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")),
    }
}
