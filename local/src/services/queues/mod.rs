//! SQS: queues from templates, and its JSON protocol.
//! What becomes of a message is the engine's.

use std::sync::Arc;

use axum::response::Response;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::exchange::Exchange;
use crate::place::Place;
use crate::properties::Properties;
use crate::services::Answer;

pub(crate) fn create(cloud: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        "AWS::SQS::Queue" => queue(cloud, place, resource, &properties),
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

pub(crate) async fn answer(_: &Arc<Cloud>, exchange: &Exchange) -> Response {
    exchange.error(501, "NotImplemented", "")
}
