//! [`Definition`]: a table as its template describes it.
//! Makes none: `deployment.rs` does.

use serde_json::{Map, Value, json};
use stackwright_plan::Resource;

use crate::place::Place;
use crate::properties::Properties;

/// What `CreateTable` is asked for, and what comes after it.
#[derive(Debug)]
pub(super) struct Definition {
    /// The parameters of `CreateTable`.
    pub(super) request: Map<String, Value>,
    /// The attribute with the time at which items expire, if they do.
    pub(super) expires_at: Option<String>,
}

/// The properties that are parameters of `CreateTable` as they stand.
const SAME: [&str; 6] = [
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    "LocalSecondaryIndexes",
    "TableClass",
];

/// What `CreateTable` knows of an index; global tables have capacities of their own beside it.
const OF_INDEX: [&str; 4] = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];

/// Properties that change what happens, and are not followed here.
const UNKNOWN: [&str; 2] = ["ImportSourceSpecification", "KinesisStreamSpecification"];

impl Definition {
    pub(super) fn read(place: &Place, resource: &Resource) -> Result<Definition, String> {
        let properties = Properties::of(&resource.properties);
        let name = properties.optional_text("TableName")?;
        let name = name.unwrap_or_else(|| place.name(resource.id.as_str(), &resource.kind));
        let mut request = Map::from_iter([("TableName".to_owned(), json!(name))]);
        for same in SAME {
            request.extend(properties.value(same).map(|value| (same.to_owned(), numbered(value))));
        }
        if let Some(indexes) = properties.value("GlobalSecondaryIndexes") {
            request.insert("GlobalSecondaryIndexes".to_owned(), bare_indexes(indexes));
        }
        // A global table whose capacity is provisioned says how much of it in other words, and nothing is bounded here.
        if resource.kind == super::GLOBAL_TABLE {
            request.insert("BillingMode".to_owned(), json!("PAY_PER_REQUEST"));
        }
        if let Some(view) = properties.inside("StreamSpecification")?.optional_text("StreamViewType")? {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
            request.insert("StreamSpecification".to_owned(), stream);
        }
        Ok(Definition { request, expires_at: expires_at(&properties)? })
    }

    pub(super) fn name(&self) -> &str {
        self.request["TableName"].as_str().unwrap_or_default()
    }
}

/// What a table asks for and does not get.
pub(super) fn unsupported(properties: &Properties<'_>, region: &str) -> Result<(), String> {
    if let Some(name) = UNKNOWN.iter().find(|name| properties.value(name).is_some()) {
        return Err(format!("`{name}` is not followed here: the table is there without it"));
    }
    for replica in properties.list("Replicas")? {
        let other = replica.text("Region")?;
        if other != region {
            return Err(format!("the replica in {other} is not there: everything is in {region}"));
        }
    }
    Ok(())
}

fn expires_at(properties: &Properties<'_>) -> Result<Option<String>, String> {
    let expiry = properties.inside("TimeToLiveSpecification")?;
    match expiry.flag("Enabled")? {
        true => Ok(Some(expiry.text("AttributeName")?)),
        false => Ok(None),
    }
}

fn bare_indexes(indexes: &Value) -> Value {
    let bare = |index: &Value| -> Value {
        let known = OF_INDEX.iter().filter_map(|name| Some(((*name).to_owned(), index.get(name)?.clone())));
        numbered(&Value::Object(known.collect()))
    };
    indexes.as_array().into_iter().flatten().map(bare).collect()
}

/// Numbers that were texts, as in a throughput that is a parameter.
fn numbered(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(numbered).collect(),
        Value::Object(fields) => {
            let number = |value: &Value| value.as_str().and_then(|text| text.parse::<i64>().ok());
            let field = |(name, value): (&String, &Value)| match number(value) {
                Some(number) if name.ends_with("CapacityUnits") => (name.clone(), json!(number)),
                _ => (name.clone(), numbered(value)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}
