//! The actions of SQS about queues themselves: made, looked at, changed, tagged, emptied, deleted.
//! Reads and writes JSON, and no message.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::actions::{name_in, written};
use crate::attributes::{self, Attributes};
use crate::error::AwsError;
use crate::line::Line;
use crate::queue::Queue;
use crate::queues::Queues;

const MOST_TAGS: usize = 50;
const LARGEST_PAGE: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Create {
    #[serde(default)]
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default, alias = "tags")]
    tags: BTreeMap<String, String>,
}

/// The same queue again is no error.
pub(crate) fn create(queues: &Queues, request: Create) -> Result<Value, AwsError> {
    let Create { queue_name: name, attributes: said, tags } = request;
    attributes::check_name(&name)?;
    let new = Attributes::of_new(&name, &said)?;
    let now = queues.settings.now();
    queues.store.within(|store| match Queue::find(store, &name)? {
        Some(before) => match before.attributes.first_other(&new, said.keys()) {
            Some(other) => Err(AwsError::queue_exists(other)),
            None => Ok(()),
        },
        None => {
            let queue = Queue::new(&name, new, checked_tags(tags)?, now);
            check_redrive(queues, store, &queue)?;
            queue.keep(store)
        }
    })?;
    Ok(json!({ "QueueUrl": queues.url(&name) }))
}

/// The dead-letter queue is there, is of the same kind, and allows it.
fn check_redrive(queues: &Queues, store: &rusqlite::Connection, queue: &Queue) -> Result<(), AwsError> {
    let Some(policy) = &queue.attributes.redrive else { return Ok(()) };
    let name = queues.settings.name_in(&policy.dead_letter_target_arn);
    let is_itself = name == Some(&queue.name);
    let found = match name.filter(|_| !is_itself) {
        Some(name) => Queue::find(store, name)?,
        None => None,
    };
    let target = match (&found, is_itself) {
        (Some(found), _) => found,
        (None, true) => queue,
        (None, false) => return Err(policy.refused("Dead letter target does not exist.")),
    };
    if target.attributes.is_fifo() != queue.attributes.is_fifo() {
        return Err(policy.refused("Dead-letter queue must be same type of queue as the source."));
    }
    match target.attributes.redrive_allow.allows(&queues.settings.arn(&queue.name)) {
        true => Ok(()),
        false => Err(policy.refused("Source queue is not allowed by the RedriveAllowPolicy of the target.")),
    }
}

/// A request about one queue and nothing else.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OfQueue {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

impl OfQueue {
    fn name(&self) -> Result<&str, AwsError> {
        name_in(self.queue_url.as_deref())
    }
}

pub(crate) fn delete(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    queues.remove(request.name()?)?;
    Ok(json!({}))
}

pub(crate) fn purge(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    let (name, now) = (request.name()?, queues.settings.now());
    let pause = queues.settings.between_purges;
    queues.store.within(|store| {
        let mut queue = Queue::named(store, name)?;
        if queue.purged_at.is_some_and(|at| now < at + crate::settings::millis(pause)) {
            return Err(AwsError::purged_recently(name, pause.as_secs()));
        }
        Line { store, queue: &queue, now }.purge()?;
        queue.purged_at = Some(now);
        queue.keep(store)
    })?;
    queues.ring(name);
    Ok(json!({}))
}

pub(crate) fn set_attributes(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    change(queues, request.name()?, |queue| {
        queue.attributes = queue.attributes.changed(&request.attributes)?;
        Ok(())
    })
}

pub(crate) fn tag(queues: &Queues, request: OfQueue) -> Result<Value, AwsError> {
    let name = request.name()?.to_owned();
    change(queues, &name, |queue| {
        queue.tags.extend(request.tags);
        checked_tags(std::mem::take(&mut queue.tags)).map(|tags| queue.tags = tags)
    })
}

pub(crate) fn untag(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    change(queues, request.name()?, |queue| {
        queue.tags.retain(|key, _| !request.tag_keys.contains(key));
        Ok(())
    })
}

pub(crate) fn tags(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    let queue = queues.store.within(|store| Queue::named(store, request.name()?))?;
    if queue.tags.is_empty() { Ok(json!({})) } else { Ok(json!({ "Tags": queue.tags })) }
}

fn change(
    queues: &Queues,
    name: &str,
    change: impl FnOnce(&mut Queue) -> Result<(), AwsError>,
) -> Result<Value, AwsError> {
    let now = queues.settings.now();
    queues.store.within(|store| {
        let mut queue = Queue::named(store, name)?;
        change(&mut queue)?;
        check_redrive(queues, store, &queue)?;
        Queue { modified_at: now, ..queue }.keep(store)
    })?;
    queues.ring(name);
    Ok(json!({}))
}

fn checked_tags(tags: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, AwsError> {
    match tags.len() > MOST_TAGS {
        true => Err(AwsError::parameter(format!("Too many tags added for queue: at most {MOST_TAGS}."))),
        false => Ok(tags),
    }
}

/// Without names there are no attributes.
pub(crate) fn attributes(queues: &Queues, request: &OfQueue) -> Result<Value, AwsError> {
    let (name, now) = (request.name()?, queues.settings.now());
    let all = queues.store.within(|store| {
        let queue = Queue::named(store, name)?;
        let line = Line { store, queue: &queue, now };
        line.trim()?;
        let counts = line.counts()?;
        let mut all = queue.attributes.values().clone();
        let observed = [
            ("QueueArn", queues.settings.arn(name)),
            ("CreatedTimestamp", (queue.created_at / 1000).to_string()),
            ("LastModifiedTimestamp", (queue.modified_at / 1000).to_string()),
            ("ApproximateNumberOfMessages", counts.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
        ];
        all.extend(observed.map(|(name, value)| (name.to_owned(), value)));
        Ok(all)
    })?;
    let is_known = |name: &String| name == "All" || all.contains_key(name) || attributes::is_known(name);
    if let Some(unknown) = request.attribute_names.iter().find(|name| !is_known(name)) {
        return Err(AwsError::unknown_attribute(unknown));
    }
    let is_wanted =
        |name: &String| request.attribute_names.iter().any(|wanted| wanted == "All" || wanted == name);
    let wanted: BTreeMap<_, _> = all.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    if wanted.is_empty() { Ok(json!({})) } else { Ok(json!({ "Attributes": wanted })) }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Named {
    queue_name: Option<String>,
}

pub(crate) fn url(queues: &Queues, request: &Named) -> Result<Value, AwsError> {
    let name = request.queue_name.as_deref().unwrap_or_default();
    attributes::check_name(name)?;
    queues.store.within(|store| Queue::named(store, name))?;
    Ok(json!({ "QueueUrl": queues.url(name) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    queue_url: Option<String>,
    #[serde(default)]
    queue_name_prefix: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub(crate) fn list(queues: &Queues, request: &List) -> Result<Value, AwsError> {
    page(queues, request, "QueueUrls", |queue| queue.name.starts_with(&request.queue_name_prefix))
}

/// The queues whose dead-letter queue this is.
pub(crate) fn list_sources(queues: &Queues, request: &List) -> Result<Value, AwsError> {
    let name = name_in(request.queue_url.as_deref())?;
    queues.store.within(|store| Queue::named(store, name))?;
    let arn = queues.settings.arn(name);
    page(queues, request, "queueUrls", |queue| {
        queue.attributes.redrive.as_ref().is_some_and(|policy| policy.dead_letter_target_arn == arn)
    })
}

/// A page of queues in the order of their names. The token is the last name of the page before.
fn page(
    queues: &Queues,
    request: &List,
    field: &str,
    is_wanted: impl Fn(&Queue) -> bool,
) -> Result<Value, AwsError> {
    let most = request.max_results.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&most) {
        return Err(AwsError::value(most, "MaxResults", "MaxResults must be an integer between 1 and 1000."));
    }
    let after = request.next_token.as_deref().unwrap_or_default();
    let all = queues.store.within(Queue::all)?;
    let mut left = all.iter().filter(|queue| queue.name.as_str() > after && is_wanted(queue)).peekable();
    let names: Vec<_> = left.by_ref().take(most).map(|queue| queue.name.as_str()).collect();
    let mut answer = json!({});
    if let Some(last) = names.last() {
        answer[field] = written(names.iter().map(|name| queues.url(name)).collect::<Vec<_>>())?;
        if request.max_results.is_some() && left.peek().is_some() {
            answer["NextToken"] = json!(last);
        }
    }
    Ok(answer)
}
