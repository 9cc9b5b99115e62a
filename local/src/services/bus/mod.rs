//! EventBridge: buses and rules from templates, and its JSON protocol.
//! Which rule an event is for is the engine's.

mod api;
mod definition;
mod host;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::services::{Answer, name_of};
use crate::stack::{Piece, Stack};

pub(crate) use api::answer;
pub(crate) use host::start;

const BUS: &str = "AWS::Events::EventBus";
const RULE: &str = "AWS::Events::Rule";

pub(crate) fn create(_: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    let properties = Properties::of(&resource.properties);
    Some(match resource.kind.as_str() {
        BUS => properties.text("Name").map_err(String::from).map(|name| {
            let arn = place.arn("events", &format!("event-bus/{name}"));
            Created::named(name.clone()).with("Name", name).with("Arn", arn)
        }),
        RULE => rule(place, resource, &properties),
        "AWS::Events::EventBusPolicy" => Ok(Created::named(place.name(resource.id.as_str(), &resource.kind))),
        _ => return None,
    })
}

/// `Ref` of a rule on a bus of its own has the bus in it.
fn rule(place: &Place, resource: &Resource, properties: &Properties<'_>) -> Result<Created, String> {
    let name = name_of(place, resource, "Name")?;
    let bus = properties.optional_text("EventBusName")?;
    let bus = bus.as_deref().map(|bus| bus.rsplit('/').next().unwrap_or(bus)).filter(|bus| *bus != "default");
    let (reference, path) = match bus {
        Some(bus) => (format!("{bus}|{name}"), format!("rule/{bus}/{name}")),
        None => (name.clone(), format!("rule/{name}")),
    };
    Ok(Created::named(reference).with("Arn", place.arn("events", &path)))
}

pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack, problems: &mut Vec<Problem>) {
    stack.each(BUS, problems, |piece| {
        if piece.properties().value("EventSourceName").is_some() {
            return Err("buses of partners, with an `EventSourceName`, are not here".to_owned());
        }
        let description = piece.properties().optional_text("Description")?;
        cloud.buses.define_bus(piece.reference(), description);
        Ok(())
    });
    stack.each(RULE, problems, |piece| {
        let (rule, unsupported) = definition::rule(piece)?;
        cloud.buses.define_rule(rule).map_err(|error| error.to_string())?;
        if unsupported.is_empty() { Ok(()) } else { Err(unsupported.join("; ")) }
    });
}

pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    match piece.kind {
        RULE => {
            let (bus, name) = definition::place(piece.reference());
            cloud.buses.remove_rule(bus, name);
        }
        BUS if !piece.is_retained() => drop(cloud.buses.remove_bus(piece.reference())),
        _ => {}
    }
}
