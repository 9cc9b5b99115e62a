//! Every CloudFormation resource type as data: shapes, bounds, allowed values, attributes, what a change replaces.
//!
//! It reads only what `cargo xtask schema` wrote into `data/`, asks no network, and has no dependencies. A type is
//! parsed when it is first asked for, from its own section of its service's file, and then kept.
//!
//! ```
//! let table = stackwright_schema::resource_type("AWS::DynamoDB::Table").expect("DynamoDB has tables");
//! assert!(table.stateful);
//! assert!(table.property("KeySchema").is_some_and(|key| key.required));
//! ```

mod model;
mod parse;
mod table;

pub use model::{
    Attribute, Combination, Definition, Property, Replacement, ResourceType, Shape, TagForm, Tags, Target,
    Text,
};

use std::collections::HashMap;
use std::sync::Mutex;

/// The resource types of one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    name: &'static str,
    text: &'static str,
}

/// The short names of all services, in alphabetical order: `accessanalyzer`, …, `xray`.
pub fn services() -> impl Iterator<Item = &'static str> {
    table::SERVICES.iter().map(|(name, _)| *name)
}

/// The service of this short name, `dynamodb`.
#[must_use]
pub fn service(name: &str) -> Option<Service> {
    let at = table::SERVICES.binary_search_by(|(each, _)| (*each).cmp(name)).ok()?;
    table::SERVICES.get(at).map(|&(name, text)| Service { name, text })
}

/// The short name of the service that a resource type belongs to: `dynamodb` of `AWS::DynamoDB::Table`.
///
/// Types of other vendors carry the vendor in front: `alexa-ask`.
#[must_use]
pub fn service_name(resource_type: &str) -> Option<String> {
    let mut parts = resource_type.split("::");
    let (vendor, service) = (parts.next()?, parts.next()?.to_ascii_lowercase());
    match vendor {
        "AWS" => Some(service),
        other => Some(format!("{}-{service}", other.to_ascii_lowercase())),
    }
}

/// The resource type of this name, `AWS::DynamoDB::Table`; `None` if nothing is known about it.
#[must_use]
pub fn resource_type(name: &str) -> Option<&'static ResourceType> {
    static KNOWN: Mutex<Option<HashMap<&'static str, &'static ResourceType>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(found) = known.get(name) {
        return Some(found);
    }
    // Kept for the life of the program: there are as many as the data holds, and each is parsed once.
    let parsed: &'static ResourceType = Box::leak(Box::new(service(&service_name(name)?)?.parse(name)?));
    known.insert(parsed.name, parsed);
    Some(parsed)
}

impl Service {
    /// The short name, `dynamodb`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The names of its resource types, in alphabetical order.
    pub fn type_names(self) -> impl Iterator<Item = &'static str> {
        self.text.lines().filter(|line| parse::is_heading(line))
    }

    /// Its resource types, in alphabetical order.
    pub fn resource_types(self) -> impl Iterator<Item = &'static ResourceType> {
        self.type_names().filter_map(resource_type)
    }

    fn parse(self, name: &str) -> Option<ResourceType> {
        parse::section(self.text, name).map(parse::resource_type)
    }
}
