//! EventBridge: buses and rules from templates, and PutEvents.
//! Which rule an event is for is the engine's.

use std::sync::Arc;

use axum::response::Response;
use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::exchange::Exchange;
use crate::place::Place;
use crate::properties::Properties;
use crate::services::Answer;

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        "AWS::Events::EventBus" => properties.text("Name").map_err(String::from).map(|name| {
            let arn = place.arn("events", &format!("event-bus/{name}"));
            Created::named(name.clone()).with("Name", name).with("Arn", arn)
        }),
        "AWS::Events::Rule" => rule(place, resource, &properties),
        "AWS::Events::EventBusPolicy" => Ok(Created::named(place.name(resource.id.as_str(), &resource.kind))),
        _ => return None,
    })
}

/// `Ref` of a rule on a bus of its own has the bus in it.
fn rule(place: &Place, resource: &Resource, properties: &Properties<'_>) -> Result<Created, String> {
    let made_up = || place.name(resource.id.as_str(), &resource.kind);
    let name = properties.optional_text("Name")?.unwrap_or_else(made_up);
    let bus = properties.optional_text("EventBusName")?;
    let bus = bus.as_deref().map(|bus| bus.rsplit('/').next().unwrap_or(bus)).filter(|bus| *bus != "default");
    let (reference, path) = match bus {
        Some(bus) => (format!("{bus}|{name}"), format!("rule/{bus}/{name}")),
        None => (name.clone(), format!("rule/{name}")),
    };
    Ok(Created::named(reference).with("Arn", place.arn("events", &path)))
}

pub(crate) async fn answer(_: &Arc<Cloud>, exchange: &Exchange) -> Response {
    exchange.error(501, "NotImplemented", "")
}
