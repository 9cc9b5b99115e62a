//! Enums from allowed values, with a way out for values that are newer than the facts.
//!
//! One enum serves every property of a resource type that has the same name and the same values.

use crate::names::{self, Taken};
use stackwright_schema::{Property, ResourceType, Shape, Text};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Longer lists (instance types, country codes) stay text: they grow every month.
pub(crate) const LARGEST: usize = 100;

/// The enums of one resource type.
pub(crate) struct Enumerations {
    /// The Rust name by the property's name and the allowed values.
    names: BTreeMap<(String, Vec<&'static str>), String>,
}

impl Enumerations {
    /// Names an enum for every property with allowed values.
    pub(crate) fn of(resource_type: &ResourceType, taken: &mut Taken) -> Self {
        let mut places = places(resource_type);
        // The type's own properties come first, and so get the plain names.
        places.sort_by_key(|(owner, ..)| owner.is_some());
        let mut it = Self { names: BTreeMap::new() };
        let mut plain: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for (owner, name, values) in places {
            let key = (name.clone(), values.clone());
            if it.names.contains_key(&key) {
                continue;
            }
            let first = plain.entry(name.clone()).or_insert_with(|| values.clone());
            let wanted = if *first == values { name } else { owner.unwrap_or_default().to_owned() + &name };
            it.names.insert(key, taken.claim(&wanted, "Kind"));
        }
        it
    }

    /// The enum of a string property, if it has one.
    pub(crate) fn name(&self, property: &str, text: &Text) -> Option<&str> {
        self.names.get(&(names::type_name(property), text.allowed.clone())).map(String::as_str)
    }

    /// Writes them all.
    pub(crate) fn write(&self, text: &mut String) {
        for ((property, values), name) in &self.names {
            write(text, name, property, values);
        }
    }
}

type Place = (Option<&'static str>, String, Vec<&'static str>);

fn places(resource_type: &ResourceType) -> Vec<Place> {
    let own = resource_type.properties.iter().map(|property| (None, property));
    let inner = resource_type.definitions.iter().filter(|definition| !crate::object::is_tag(definition));
    let inner = inner.flat_map(|it| it.properties.iter().map(|property| (Some(it.name), property)));
    own.chain(inner).filter(|(_, property)| !property.read_only).filter_map(place).collect()
}

fn place((owner, property): (Option<&'static str>, &Property)) -> Option<Place> {
    let (name, values) = allowed(property.name.to_owned(), &property.shape)?;
    (1..=LARGEST).contains(&values.len()).then(|| (owner, names::type_name(&name), values.to_vec()))
}

fn allowed(name: String, shape: &Shape) -> Option<(String, &[&'static str])> {
    match shape {
        Shape::String(text) => Some((name, &text.allowed)),
        Shape::List { items, .. } => allowed(names::singular(&name), items),
        Shape::Map { values, .. } => allowed(name, values),
        _ => None,
    }
}

fn write(text: &mut String, name: &str, property: &str, values: &[&'static str]) {
    let mut taken = Taken::with(["Other"]);
    // A value that would be called `Other` is written through the way out.
    let known = values.iter().filter(|value| names::variant(value) != "Other");
    let variants: Vec<_> = known.map(|value| (taken.claim(&names::variant(value), "_"), value)).collect();
    let _ = writeln!(
        text,
        "/// What `{property}` allows.\n#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{"
    );
    for (variant, value) in &variants {
        let _ = writeln!(text, "/// `{value}`.\n{variant},");
    }
    let _ = writeln!(text, "/// A value that the facts do not know.\nOther(v::String),\n}}");
    let _ = writeln!(
        text,
        "impl v::Into<v::Value<{name}>> for {name} {{\n#[inline]\nfn into(self) -> v::Value<{name}> {{\nv::word(match self {{"
    );
    for (variant, value) in &variants {
        let _ = writeln!(text, "{name}::{variant} => {value:?},");
    }
    let _ = writeln!(text, "{name}::Other(text) => return v::text(text),\n}})\n}}\n}}");
}
