//! SQS: queues from templates, and its JSON protocol.
//! What becomes of a message is the engine's.

mod api;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackwright_plan::{Created, Resource};
use stackwright_queues::{Definition, Queues, Settings as QueueSettings};

use crate::address::Addresses;
use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::{Problem, StartError};
use crate::properties::Properties;
use crate::random::Random;
use crate::services::Answer;
use crate::settings::Settings;
use crate::stack::{Piece, Stack};

pub(crate) use api::{answer, is_form, refuse_form};

const KIND: &str = "AWS::SQS::Queue";

pub(crate) fn create(cloud: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        KIND => queue(cloud, place, resource, &properties),
        "AWS::SQS::QueuePolicy" => Ok(Created::named(place.name(resource.id.as_str(), &resource.kind))),
        _ => return None,
    })
}

fn queue(
    cloud: &Cloud,
    place: &Place,
    resource: &Resource,
    properties: &Properties<'_>,
) -> Result<Created, String> {
    let suffix = if properties.flag("FifoQueue")? { ".fifo" } else { "" };
    let made_up = || format!("{}{suffix}", place.name(resource.id.as_str(), &resource.kind));
    let name = properties.optional_text("QueueName")?.unwrap_or_else(made_up);
    let url = format!("{}/{}/{name}", cloud.addresses.endpoint(), place.account);
    let created = Created::named(url.clone()).with("QueueUrl", url);
    Ok(created.with("Arn", place.arn("sqs", &name)).with("QueueName", name))
}

/// What is read from the template as it stands; the rest is for other services, or has no meaning here.
const ATTRIBUTES: [&str; 10] = [
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoThroughputLimit",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "RedrivePolicy",
    "RedriveAllowPolicy",
];

/// The queues of the data folder, or none, in memory.
pub(crate) fn open(
    settings: &Settings,
    addresses: &Addresses,
    random: &Arc<Random>,
) -> Result<Queues, StartError> {
    let random = Arc::clone(random);
    let of_queues = QueueSettings {
        region: settings.region.clone(),
        account: settings.account.clone(),
        endpoint: addresses.endpoint(),
        unique_id: Arc::new(move || random.uuid()),
        ..QueueSettings::default()
    };
    match &settings.data {
        None => Queues::memory(of_queues),
        Some(folder) => Queues::open(&folder.join("sqs"), of_queues),
    }
    .map_err(|error| StartError::Data {
        folder: settings.data.clone().unwrap_or_default(),
        reason: error.to_string(),
    })
}

/// Has each message that goes to a dead-letter queue noted as a call from the queue to it.
pub(crate) fn watch(cloud: &Arc<Cloud>) {
    let watching = Arc::downgrade(cloud);
    cloud.queues.tell(move |from, to| {
        let Some(cloud) = watching.upgrade() else { return };
        let (nodes, place) = (cloud.nodes(), cloud.place(""));
        let name = |queue: &str| nodes.source(&place.arn("sqs", queue)).map(|node| node.name.clone());
        cloud.note_call((name(from), name(to)), "redrive");
    });
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(KIND, problems, |piece| {
        let name = piece.attribute("QueueName").to_owned();
        let attributes = attributes(&piece.properties())?;
        let definition = Definition { name, attributes, tags: BTreeMap::new() };
        cloud.queues.define(definition).map_err(|error| error.message)
    });
}

/// As SQS takes them: all of them texts.
fn attributes(properties: &Properties<'_>) -> Result<BTreeMap<String, String>, String> {
    let mut attributes = BTreeMap::new();
    for attribute in ATTRIBUTES {
        let Some(value) = properties.value(attribute) else { continue };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        attributes.insert(attribute.to_owned(), text);
    }
    // SQS knows no queue that says of itself that it is no FIFO queue.
    if properties.flag("FifoQueue")? {
        attributes.insert("FifoQueue".to_owned(), "true".to_owned());
    }
    Ok(attributes)
}

/// Deletes the queue, unless the template would keep it.
pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    if piece.kind == KIND && !piece.is_retained() {
        // It may be gone already, by a caller's own request.
        drop(cloud.queues.remove(piece.attribute("QueueName")));
    }
}
