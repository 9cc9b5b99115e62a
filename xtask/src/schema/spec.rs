//! Reads the service specification's database: what the types look like.
//!
//! It takes the newest type of a property; older ones, kept there for others' compatibility, are passed over.

use super::facts::{Form, ObjectFacts, Properties, PropertyFacts, Replacement, ResourceFacts};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Definitions by the database's id.
type Entities<'a> = HashMap<&'a str, &'a Value>;

/// Every resource type of the database, by name.
pub(super) fn read(database: &Value) -> BTreeMap<String, ResourceFacts> {
    let definitions: Entities<'_> = entities(database, "typeDefinition")
        .filter_map(|entity| Some((entity["$id"].as_str()?, entity)))
        .collect();
    let uses = &database["usesType"]["forward"];
    entities(database, "resource")
        .map(|entity| resource(entity, &definitions, uses))
        .map(|facts| (facts.name.clone(), facts))
        .collect()
}

fn entities<'a>(database: &'a Value, collection: &str) -> impl Iterator<Item = &'a Value> {
    database[collection]["entities"].as_array().into_iter().flatten()
}

fn resource(entity: &Value, entities: &Entities<'_>, uses: &Value) -> ResourceFacts {
    let mut facts = ResourceFacts::named(entity["cloudFormationType"].as_str().unwrap_or_default());
    facts.stateful = entity["isStateful"] == true;
    facts.identifier = identifier(entity);
    facts.tags = tags(&entity["tagInformation"]);
    facts.arn = entity["arnTemplate"].as_str().map(str::to_owned);
    facts.body.properties = properties(&entity["properties"], entities);
    for (name, attribute) in entity["attributes"].as_object().into_iter().flatten() {
        facts.attributes.insert(name.clone(), form(&attribute["type"], entities));
    }
    let id = entity["$id"].as_str().unwrap_or_default();
    for used in uses[id].as_array().into_iter().flatten() {
        let definition = used["$id"].as_str().and_then(|id| entities.get(id)).copied();
        facts.definitions.extend(definition.map(|entity| object(entity, entities)));
    }
    if uses_tag(&facts) {
        facts.definitions.entry("Tag".to_owned()).or_insert_with(tag);
    }
    facts
}

/// What `Ref` gives, as far as the database knows better than the identifier.
fn identifier(entity: &Value) -> Vec<String> {
    let names = entity["cfnRefIdentifier"].as_array().or_else(|| entity["primaryIdentifier"].as_array());
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn tags(information: &Value) -> Option<(String, &'static str)> {
    let form = match information["variant"].as_str()? {
        "map" => "map",
        "asg" => "autoscaling",
        _ => "list",
    };
    Some((information["tagPropertyName"].as_str()?.to_owned(), form))
}

fn object(entity: &Value, entities: &Entities<'_>) -> (String, ObjectFacts) {
    let properties = properties(&entity["properties"], entities);
    (name(entity), ObjectFacts { properties, ..ObjectFacts::default() })
}

fn name(entity: &Value) -> String {
    entity["name"].as_str().unwrap_or_default().to_owned()
}

fn properties(properties: &Value, entities: &Entities<'_>) -> Properties {
    let named = properties.as_object().into_iter().flatten();
    named.map(|(name, value)| (name.clone(), property(value, entities))).collect()
}

fn property(value: &Value, entities: &Entities<'_>) -> PropertyFacts {
    PropertyFacts {
        required: value["required"] == true,
        replacement: match value["causesReplacement"].as_str() {
            Some("yes") => Replacement::Always,
            Some("maybe") => Replacement::Sometimes,
            _ => Replacement::Never,
        },
        default: default(&value["defaultValue"]),
        targets: value["relationshipRefs"].as_array().into_iter().flatten().filter_map(target).collect(),
        ..PropertyFacts::of(form(&value["type"], entities))
    }
}

/// A default that is one word; the others are prose, or say that there is none.
fn default(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim_matches('"');
    let unset = ["", "-", "UnsetValue"].contains(&text) || text.contains(char::is_whitespace);
    (!unset).then(|| text.to_owned())
}

fn target(reference: &Value) -> Option<String> {
    Some(format!("{}.{}", reference["cloudFormationType"].as_str()?, reference["propertyName"].as_str()?))
}

fn form(kind: &Value, entities: &Entities<'_>) -> Form {
    let inner = || form(&kind["element"], entities);
    match kind["type"].as_str().unwrap_or_default() {
        "string" => Form::Text {
            range: (None, None),
            pattern: None,
            allowed: kind["allowedValues"].as_array().into_iter().flatten().filter_map(word).collect(),
            any_case: false,
        },
        "date-time" => Form::text(),
        "integer" => Form::Integer {
            range: (None, None),
            allowed: kind["allowedValues"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_i64)
                .collect(),
        },
        "number" => Form::Number { min: None, max: None },
        "boolean" => Form::Boolean,
        "array" => Form::list(inner()),
        "map" => Form::map(inner()),
        "tag" => Form::Object("Tag".to_owned()),
        "ref" => reference(&kind["reference"]["$ref"], entities),
        "union" => alternatives(&kind["types"], entities),
        _ => Form::Json,
    }
}

fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn reference(id: &Value, entities: &Entities<'_>) -> Form {
    let entity = id.as_str().and_then(|id| entities.get(id));
    entity.map_or(Form::Json, |entity| Form::Object(name(entity)))
}

fn alternatives(kinds: &Value, entities: &Entities<'_>) -> Form {
    let kinds = kinds.as_array().into_iter().flatten();
    Form::one_of(kinds.map(|kind| form(kind, entities)).collect())
}

fn uses_tag(facts: &ResourceFacts) -> bool {
    let is_tag = |property: &PropertyFacts| match &property.form {
        Form::List { items, .. } => **items == Form::Object("Tag".to_owned()),
        form => *form == Form::Object("Tag".to_owned()),
    };
    let objects = facts.definitions.values().chain([&facts.body]);
    objects.flat_map(|object| object.properties.values()).any(is_tag)
}

/// `Key`, `Value`: the database names this type without spelling it out.
fn tag() -> ObjectFacts {
    let text = || PropertyFacts { required: true, ..PropertyFacts::of(Form::text()) };
    let properties = ["Key", "Value"].map(|key| (key.to_owned(), text()));
    ObjectFacts { properties: properties.into(), ..ObjectFacts::default() }
}
