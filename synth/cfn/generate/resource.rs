//! Writes a resource type: the resource, its handle, and a module with its objects and enums.
//!
//! The names of CloudFormation stand; where two meet in one module, the second gets a tail.

use crate::docs;
use crate::enumeration::Enumerations;
use crate::names::{self, Taken};
use crate::object::{Object, is_tag};
use crate::shape::{self, Vocabulary};
use stackwright_schema::{Definition, Property, ResourceType, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Writes all that belongs to one resource type.
pub(crate) fn write(text: &mut String, resource_type: &ResourceType) {
    let name = names::type_name(resource_type.short_name());
    let module = names::snake(resource_type.short_name());
    let mut taken = Taken::default();
    let objects = object_names(resource_type, &mut taken);
    let vocabulary = Vocabulary { objects, enumerations: Enumerations::of(resource_type, &mut taken) };
    text.push_str(&docs::resource(resource_type));
    let properties = writable(&resource_type.properties);
    let path = format!("{module}::");
    let vocabulary = &vocabulary;
    Object { name: &name, properties, path: &path, vocabulary, changeable: true }.write(text);
    let handle = handle_name(resource_type, &name);
    write_traits(text, resource_type, &name, &handle);
    write_handle(text, resource_type, &name, &handle);
    write_module(text, resource_type, &module, vocabulary);
}

/// What a template may write: the rest is set by the service.
fn writable(properties: &[Property]) -> Vec<&Property> {
    properties.iter().filter(|property| !property.read_only).collect()
}

fn object_names(resource_type: &ResourceType, taken: &mut Taken) -> BTreeMap<&'static str, String> {
    let mut names = BTreeMap::new();
    for definition in reachable(resource_type) {
        let name = if is_tag(definition) {
            "crate::Tag".to_owned()
        } else {
            let name = taken.claim(&names::type_name(definition.name), "Property");
            taken.claim(&format!("{name}Required"), "_");
            name
        };
        names.insert(definition.name, name);
    }
    names
}

/// The definitions that lead somewhere from what a template may write.
fn reachable(resource_type: &ResourceType) -> Vec<&Definition> {
    let mut ahead: Vec<&Property> = writable(&resource_type.properties);
    let mut found = BTreeSet::new();
    while let Some(property) = ahead.pop() {
        let mut names = Vec::new();
        objects(&property.shape, &mut names);
        for name in names {
            if found.insert(name) {
                ahead.extend(
                    resource_type.definition(name).map(|it| writable(&it.properties)).unwrap_or_default(),
                );
            }
        }
    }
    resource_type.definitions.iter().filter(|definition| found.contains(definition.name)).collect()
}

fn objects(shape: &Shape, found: &mut Vec<&'static str>) {
    match shape {
        Shape::Object(name) => found.push(name),
        Shape::List { items: inner, .. } | Shape::Map { values: inner, .. } => objects(inner, found),
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| objects(shape, found)),
        _ => {}
    }
}

/// `TableHandle`; a type that is itself called so makes room: `WaitCondition` and `WaitConditionHandle`.
fn handle_name(resource_type: &ResourceType, name: &str) -> String {
    let is_type = stackwright_schema::resource_type(&format!("{}Handle", resource_type.name)).is_some();
    if is_type { format!("{name}ResourceHandle") } else { format!("{name}Handle") }
}

fn write_traits(text: &mut String, resource_type: &ResourceType, name: &str, handle: &str) {
    let (kind, stateful) = (resource_type.name, resource_type.stateful);
    let _ = writeln!(
        text,
        "impl v::Resource for {name} {{\n\
         const TYPE: &'static str = {kind:?};\n\
         const STATEFUL: bool = {stateful};\n\
         type Handle = {handle};\n\
         #[inline]\nfn props_mut(&mut self) -> &mut v::Props {{ &mut self.0 }}\n\
         #[inline]\nfn into_props(self) -> v::Props {{ self.0 }}\n}}\n\
         impl v::Construct for {name} {{\n\
         type Handle = {handle};\n\
         #[inline]\nfn declare(self, scope: &mut v::Scope<'_>) -> {handle} {{ scope.declare(self) }}\n}}"
    );
}

fn write_handle(text: &mut String, resource_type: &ResourceType, name: &str, handle: &str) {
    let gives = match resource_type.identifier.as_slice() {
        [only] => format!("/// `Ref`, which mostly gives the `{only}`.\n"),
        _ => "/// `Ref`: what it gives depends on the type.\n".to_owned(),
    };
    let _ = writeln!(
        text,
        "/// Refers to a declared [`{name}`].\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
         pub struct {handle}(v::LogicalId);\n\
         impl {handle} {{\n{gives}\
         #[must_use]\n#[inline]\npub fn reference(self) -> v::Value<v::String> {{ v::reference(self.0) }}"
    );
    let mut taken = Taken::with(["reference"]);
    for attribute in &resource_type.attributes {
        let function = taken.claim(&names::snake(attribute.name), "_");
        let kind = shape::attribute(attribute.name, &attribute.shape);
        let _ = writeln!(
            text,
            "/// `Fn::GetAtt` of `{0}`.\n#[must_use]\n#[inline]\n\
             pub fn {function}(self) -> v::Value<{kind}> {{ v::attribute(self.0, {0:?}) }}",
            attribute.name
        );
    }
    let _ = writeln!(
        text,
        "}}\nimpl v::From<v::LogicalId> for {handle} {{ #[inline]\nfn from(id: v::LogicalId) -> Self {{ Self(id) }} }}\n\
         impl v::From<{handle}> for v::LogicalId {{ #[inline]\nfn from(handle: {handle}) -> Self {{ handle.0 }} }}"
    );
}

fn write_module(text: &mut String, resource_type: &ResourceType, module: &str, vocabulary: &Vocabulary) {
    let mut inner = String::new();
    let choices = choices(resource_type);
    for definition in &resource_type.definitions {
        let Some(name) = vocabulary.objects.get(definition.name).filter(|name| !name.starts_with("crate::"))
        else {
            continue;
        };
        inner.push_str(&docs::definition(definition, resource_type));
        let properties = writable(&definition.properties);
        Object { name, properties, path: "", vocabulary, changeable: false }.write(&mut inner);
        write_into(&mut inner, name, name);
        if choices.contains(definition.name) {
            write_into(&mut inner, name, "v::Json");
        }
    }
    vocabulary.enumerations.write(&mut inner);
    if !inner.is_empty() {
        let _ = writeln!(
            text,
            "/// What the properties of `{}` are made of.\npub mod {module} {{\nuse crate::vocabulary as v;\n{inner}}}",
            resource_type.name
        );
    }
}

/// The definitions that stand in a property that takes other things as well.
fn choices(resource_type: &ResourceType) -> BTreeSet<&'static str> {
    let inner = resource_type.definitions.iter().flat_map(|definition| &definition.properties);
    let mut found = Vec::new();
    for property in resource_type.properties.iter().chain(inner) {
        one_of(&property.shape, &mut found);
    }
    found.into_iter().collect()
}

fn one_of(shape: &Shape, found: &mut Vec<&'static str>) {
    match shape {
        Shape::OneOf(_) => objects(shape, found),
        Shape::List { items: inner, .. } | Shape::Map { values: inner, .. } => one_of(inner, found),
        _ => {}
    }
}

/// `Into` rather than `From`, which would be for thousands of `Value<…>`s: the compiler compares those pair by pair.
fn write_into(text: &mut String, name: &str, kind: &str) {
    let _ = writeln!(
        text,
        "impl v::Into<v::Value<{kind}>> for {name} {{\n\
         #[inline]\nfn into(self) -> v::Value<{kind}> {{ v::object(self.0) }}\n}}"
    );
}
