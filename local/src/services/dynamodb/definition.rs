//! [`Definition`]: a table as its template describes it, and what it takes to make the table so.
//! Reads no items.

use serde_json::{Map, Value, json};
use stackwright_plan::Resource;
use stackwright_tables::{AwsError, Tables};

use crate::place::Place;
use crate::properties::Properties;

/// What `CreateTable` is asked for, and what comes after it.
pub(super) struct Definition {
    request: Map<String, Value>,
    expiry: Option<Value>,
}

/// The properties that are parameters of `CreateTable` as they stand.
const SAME: [&str; 7] = [
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "TableClass",
];

impl Definition {
    pub(super) fn read(place: &Place, resource: &Resource) -> Result<Definition, String> {
        let properties = Properties::of(&resource.properties);
        let name = properties.optional_text("TableName")?;
        let name = name.unwrap_or_else(|| place.name(resource.id.as_str(), &resource.kind));
        let mut request = Map::from_iter([("TableName".to_owned(), json!(name))]);
        for same in SAME {
            request.extend(properties.value(same).map(|value| (same.to_owned(), numbered(value))));
        }
        if let Some(view) = properties.inside("StreamSpecification")?.optional_text("StreamViewType")? {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
            request.insert("StreamSpecification".to_owned(), stream);
        }
        let expiry = properties.inside("TimeToLiveSpecification")?;
        let expiry = match expiry.optional_text("AttributeName")? {
            Some(attribute) => {
                Some(json!({ "AttributeName": attribute, "Enabled": expiry.flag("Enabled")? }))
            }
            None => None,
        };
        Ok(Definition { request, expiry })
    }

    pub(super) fn name(&self) -> &str {
        self.request["TableName"].as_str().unwrap_or_default()
    }

    /// Makes the table, or makes the one there is what it should be. Answers the ARN of its stream.
    pub(super) fn apply(&self, tables: &Tables) -> Result<Option<String>, AwsError> {
        match tables.execute("CreateTable", Value::Object(self.request.clone())) {
            Err(error) if error.kind == "ResourceInUseException" => self.adapt(tables)?,
            created => drop(created?),
        }
        self.expire(tables)?;
        let table = self.table(tables)?;
        Ok(table["LatestStreamArn"].as_str().map(str::to_owned))
    }

    /// Another key is another table, as for CloudFormation; streams and indexes can be changed.
    fn adapt(&self, tables: &Tables) -> Result<(), AwsError> {
        let table = self.table(tables)?;
        if table["KeySchema"] != self.request["KeySchema"] {
            tables.execute("DeleteTable", json!({ "TableName": self.name() }))?;
            return tables.execute("CreateTable", Value::Object(self.request.clone())).map(drop);
        }
        self.adapt_stream(tables, &table)?;
        self.adapt_indexes(tables, &table)
    }

    fn adapt_stream(&self, tables: &Tables, table: &Value) -> Result<(), AwsError> {
        let wanted = self.request.get("StreamSpecification").cloned();
        let there =
            table.get("StreamSpecification").filter(|stream| stream["StreamEnabled"] == true).cloned();
        if wanted == there {
            return Ok(());
        }
        let update = |stream: Value| {
            tables
                .execute("UpdateTable", json!({ "TableName": self.name(), "StreamSpecification": stream }))
                .map(drop)
        };
        if there.is_some() {
            update(json!({ "StreamEnabled": false }))?;
        }
        wanted.map_or(Ok(()), update)
    }

    fn adapt_indexes(&self, tables: &Tables, table: &Value) -> Result<(), AwsError> {
        let wanted = indexes(self.request.get("GlobalSecondaryIndexes"));
        let there = indexes(table.get("GlobalSecondaryIndexes"));
        let name = |index: &Value| index["IndexName"].clone();
        let added = wanted.iter().filter(|index| !there.iter().any(|other| name(other) == name(index)));
        let removed = there.iter().filter(|index| !wanted.iter().any(|other| name(other) == name(index)));
        let removals = removed.map(|index| json!({ "Delete": { "IndexName": name(index) } }));
        let additions = added.map(|index| json!({ "Create": index }));
        for change in removals.chain(additions) {
            let request = json!({
                "TableName": self.name(),
                "AttributeDefinitions": self.request["AttributeDefinitions"],
                "GlobalSecondaryIndexUpdates": [change],
            });
            tables.execute("UpdateTable", request)?;
        }
        Ok(())
    }

    fn expire(&self, tables: &Tables) -> Result<(), AwsError> {
        let there = tables.execute("DescribeTimeToLive", json!({ "TableName": self.name() }))?;
        let there = &there["TimeToLiveDescription"];
        let is_on = there["TimeToLiveStatus"] == "ENABLED";
        let Some(wanted) = &self.expiry else { return Ok(()) };
        if (wanted["Enabled"] == true) == is_on {
            return Ok(());
        }
        let request = json!({ "TableName": self.name(), "TimeToLiveSpecification": wanted });
        tables.execute("UpdateTimeToLive", request).map(drop)
    }

    fn table(&self, tables: &Tables) -> Result<Value, AwsError> {
        let mut answer = tables.execute("DescribeTable", json!({ "TableName": self.name() }))?;
        Ok(answer["Table"].take())
    }
}

fn indexes(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Numbers that were texts, as in a throughput that is a parameter.
fn numbered(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(numbered).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match value
                .as_str()
                .and_then(|text| text.parse::<i64>().ok())
            {
                Some(number) if name.ends_with("CapacityUnits") => (name.clone(), json!(number)),
                _ => (name.clone(), numbered(value)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}
