//! The services: how each resource of a template becomes part of an engine, and how each engine speaks on the wire.
//! What a service does is its engine's; what a template means by it, and who may ask, is decided here.
//!
//! A service has up to four parts: `create` answers what `Ref` and `Fn::GetAtt` give for a resource; `realise` puts what
//! a stack declares into force, and is called again when the stack changes; `remove` takes a resource away that the
//! stack has no longer; `answer` speaks the service's protocol.

pub(crate) mod appsync;
pub(crate) mod bus;
pub(crate) mod cognito;
pub(crate) mod custom;
pub(crate) mod delivery;
pub(crate) mod dynamodb;
pub(crate) mod iam;
mod inert;
pub(crate) mod lambda;
pub(crate) mod mappings;
pub(crate) mod objects;
pub(crate) mod queues;
pub(crate) mod rest;
pub(crate) mod websocket;

use std::sync::Arc;

use stackwright_plan::{Created, Resource};

use crate::cloud::Cloud;
use crate::place::Place;
use crate::problem::Problem;
use crate::properties::Properties;
use crate::stack::{Piece, Stack};

/// What a service says to a resource: `None` if its type is not one of its own.
type Answer = Option<Result<Created, String>>;

type Create = fn(&Arc<Cloud>, &Place, &Resource) -> Answer;
type Realise = fn(&Arc<Cloud>, &Stack, &mut Vec<Problem>);
type Remove = fn(&Arc<Cloud>, Piece<'_>);

const CREATE: [Create; 11] = [
    iam::create,
    dynamodb::create,
    lambda::create,
    websocket::create,
    rest::create,
    appsync::create,
    queues::create,
    bus::create,
    objects::create,
    cognito::create,
    inert::create,
];

/// In the order in which they need each other: policies before whoever is asked for them, functions before what invokes.
const REALISE: [Realise; 11] = [
    iam::realise,
    dynamodb::realise,
    objects::realise,
    queues::realise,
    lambda::realise,
    bus::realise,
    websocket::realise,
    rest::realise,
    appsync::realise,
    mappings::realise,
    cognito::realise,
];

const REMOVE: [Remove; 11] = [
    custom::remove,
    bus::remove,
    websocket::remove,
    rest::remove,
    appsync::remove,
    objects::remove,
    mappings::remove,
    lambda::remove,
    dynamodb::remove,
    queues::remove,
    cognito::remove,
];

/// Has a resource made, as far as its name and attributes go. `None` if no service knows its type.
pub(crate) fn create(cloud: &Arc<Cloud>, place: &Place, resource: &Resource) -> Answer {
    CREATE.iter().find_map(|create| create(cloud, place, resource))
}

/// The name that a property gives to a resource, or the one that CloudFormation makes up.
fn name_of(place: &Place, resource: &Resource, property: &str) -> Result<String, String> {
    let given = Properties::of(&resource.properties).optional_text(property)?;
    Ok(given.unwrap_or_else(|| place.name(resource.id.as_str(), &resource.kind)))
}

/// Puts into force what a stack declares, so far as it is evaluated.
pub(crate) fn realise(cloud: &Arc<Cloud>, stack: &Stack) -> Vec<Problem> {
    let mut problems = Vec::new();
    REALISE.iter().for_each(|realise| realise(cloud, stack, &mut problems));
    problems
}

/// Takes away a resource that its stack has no longer.
pub(crate) fn remove(cloud: &Arc<Cloud>, piece: Piece<'_>) {
    REMOVE.iter().for_each(|remove| remove(cloud, piece));
}
