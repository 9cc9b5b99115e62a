//! A table made, or made what its template says now: its stream, its indexes, the expiry of its items.
//! Reads no items: a table with another key is another table, and begins without any, as for CloudFormation.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackwright_tables::{AwsError, Tables};

use super::definition::Definition;

/// A table that is as its template says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Deployed {
    /// The ARN of its stream.
    pub(super) stream: Option<String>,
    /// Whether it took the place of one with another key.
    pub(super) is_another: bool,
}

/// Makes the table, or makes the one there is what it should be.
pub(super) fn deploy(definition: &Definition, tables: &Tables) -> Result<Deployed, AwsError> {
    let deployment = Deployment { definition, tables };
    let is_another = match deployment.create() {
        Err(error) if error.kind == "ResourceInUseException" => deployment.adapt()?,
        created => created.map(|()| false)?,
    };
    deployment.expire()?;
    let stream = deployment.there()?["LatestStreamArn"].as_str().map(str::to_owned);
    Ok(Deployed {
        stream: stream.filter(|_| definition.request.contains_key("StreamSpecification")),
        is_another,
    })
}

struct Deployment<'a> {
    definition: &'a Definition,
    tables: &'a Tables,
}

impl Deployment<'_> {
    /// Answers whether it had to be another table.
    fn adapt(&self) -> Result<bool, AwsError> {
        let there = self.there()?;
        if self.is_another(&there) {
            self.ask("DeleteTable", json!({}))?;
            return self.create().map(|()| true);
        }
        self.adapt_stream(&there)?;
        self.adapt_indexes(&there)?;
        Ok(false)
    }

    fn is_another(&self, there: &Value) -> bool {
        let wanted = self.wanted();
        keys(&there["KeySchema"], there) != keys(&wanted["KeySchema"], &wanted)
            || shapes("LocalSecondaryIndexes", there) != shapes("LocalSecondaryIndexes", &wanted)
    }

    /// A stream with another view is another stream.
    fn adapt_stream(&self, there: &Value) -> Result<(), AwsError> {
        let wanted = self.definition.request.get("StreamSpecification");
        let there = there.get("StreamSpecification").filter(|stream| stream["StreamEnabled"] == true);
        if wanted == there {
            return Ok(());
        }
        if there.is_some() {
            self.ask("UpdateTable", json!({ "StreamSpecification": { "StreamEnabled": false } }))?;
        }
        let Some(wanted) = wanted else { return Ok(()) };
        self.ask("UpdateTable", json!({ "StreamSpecification": wanted })).map(drop)
    }

    /// An index of another shape is another index, filled from the table's items.
    fn adapt_indexes(&self, there: &Value) -> Result<(), AwsError> {
        const INDEXES: &str = "GlobalSecondaryIndexes";
        let wanted = self.wanted();
        let (before, after) = (shapes(INDEXES, there), shapes(INDEXES, &wanted));
        for gone in before.difference(&after) {
            self.change_index(json!({ "Delete": { "IndexName": gone.name } }))?;
        }
        for index in entries(INDEXES, &wanted) {
            if !before.contains(&Shape::of(index, &wanted)) {
                self.change_index(json!({ "Create": index }))?;
            }
        }
        Ok(())
    }

    fn change_index(&self, change: Value) -> Result<(), AwsError> {
        let definitions = &self.definition.request["AttributeDefinitions"];
        let update = json!({ "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [change] });
        self.ask("UpdateTable", update).map(drop)
    }

    fn expire(&self) -> Result<(), AwsError> {
        let mut there = self.ask("DescribeTimeToLive", json!({}))?;
        let there = there["TimeToLiveDescription"].take();
        let before = there["AttributeName"].as_str().filter(|_| there["TimeToLiveStatus"] == "ENABLED");
        let after = self.definition.expires_at.as_deref();
        if before == after {
            return Ok(());
        }
        // Another attribute needs two steps.
        for (attribute, enabled) in [(before, false), (after, true)] {
            let Some(attribute) = attribute else { continue };
            let specification = json!({ "AttributeName": attribute, "Enabled": enabled });
            self.ask("UpdateTimeToLive", json!({ "TimeToLiveSpecification": specification }))?;
        }
        Ok(())
    }

    fn create(&self) -> Result<(), AwsError> {
        self.tables.execute("CreateTable", self.wanted()).map(drop)
    }

    fn there(&self) -> Result<Value, AwsError> {
        let mut answer = self.ask("DescribeTable", json!({}))?;
        Ok(answer["Table"].take())
    }

    fn wanted(&self) -> Value {
        Value::Object(self.definition.request.clone())
    }

    /// Asks something of this table.
    fn ask(&self, action: &str, mut request: Value) -> Result<Value, AwsError> {
        request["TableName"] = json!(self.definition.name());
        self.tables.execute(action, request)
    }
}

/// What makes an index another index.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    name: String,
    keys: BTreeSet<[String; 3]>,
    projection: String,
    also: BTreeSet<String>,
}

impl Shape {
    fn of(index: &Value, table: &Value) -> Shape {
        let also = index["Projection"]["NonKeyAttributes"].as_array().into_iter().flatten();
        Shape {
            name: text(&index["IndexName"]),
            keys: keys(&index["KeySchema"], table),
            projection: text(&index["Projection"]["ProjectionType"]),
            also: also.map(text).collect(),
        }
    }
}

fn shapes(kind: &str, table: &Value) -> BTreeSet<Shape> {
    entries(kind, table).map(|index| Shape::of(index, table)).collect()
}

fn entries<'a>(kind: &str, table: &'a Value) -> impl Iterator<Item = &'a Value> {
    table[kind].as_array().into_iter().flatten()
}

/// Each attribute of a key: its name, its part in the key, its type.
fn keys(schema: &Value, table: &Value) -> BTreeSet<[String; 3]> {
    let kind = |name: &Value| {
        let mut definitions = table["AttributeDefinitions"].as_array().into_iter().flatten();
        definitions
            .find(|it| it["AttributeName"] == *name)
            .map_or_else(String::new, |it| text(&it["AttributeType"]))
    };
    let attributes = schema.as_array().into_iter().flatten();
    attributes
        .map(|it| [text(&it["AttributeName"]), text(&it["KeyType"]), kind(&it["AttributeName"])])
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use stackwright_tables::Settings;

    use super::*;

    /// A table of notes with something else about it.
    fn notes(change: impl FnOnce(&mut Value)) -> Definition {
        let mut request = json!({
            "TableName": "notes",
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "BillingMode": "PAY_PER_REQUEST",
        });
        change(&mut request);
        let expires_at = request["expires"].as_str().map(str::to_owned);
        let mut request = request.as_object().cloned().unwrap();
        request.remove("expires");
        Definition { request, expires_at }
    }

    fn streaming(view: &str) -> Definition {
        let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
        notes(|it| it["StreamSpecification"] = stream)
    }

    fn by_user(kind: &str, projection: &str) -> Definition {
        notes(|it| {
            it["AttributeDefinitions"] = json!([
                { "AttributeName": "id", "AttributeType": "S" },
                { "AttributeName": "user", "AttributeType": kind },
            ]);
            it["GlobalSecondaryIndexes"] = json!([{
                "IndexName": "ByUser",
                "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": projection },
            }]);
        })
    }

    /// Tables with a note in them.
    fn with_a_note(first: &Definition) -> Tables {
        let tables = Tables::memory(Settings::default()).unwrap();
        deploy(first, &tables).unwrap();
        let item = json!({ "id": { "S": "a" }, "user": { "S": "ann" } });
        tables.execute("PutItem", json!({ "TableName": "notes", "Item": item })).unwrap();
        tables
    }

    fn count(tables: &Tables, index: Option<&str>) -> Value {
        let mut request = json!({ "TableName": "notes" });
        index.into_iter().for_each(|index| request["IndexName"] = json!(index));
        tables.execute("Scan", request).unwrap()["Count"].take()
    }

    #[test]
    fn a_table_that_is_as_it_was_stays() {
        for same in [notes(|_| {}), streaming("NEW_IMAGE"), by_user("S", "ALL")] {
            let tables = with_a_note(&same);
            let before = tables.stream_arn("notes");
            let again = deploy(&same, &tables).unwrap();
            assert_eq!(again, Deployed { stream: before, is_another: false });
            assert_eq!(count(&tables, None), 1);
        }
    }

    #[test]
    fn another_key_is_another_table() {
        let others = [
            notes(|it| it["AttributeDefinitions"][0]["AttributeType"] = json!("N")),
            notes(|it| {
                it["KeySchema"][0]["AttributeName"] = json!("name");
                it["AttributeDefinitions"][0]["AttributeName"] = json!("name");
            }),
        ];
        for other in others {
            let tables = with_a_note(&streaming("NEW_IMAGE"));
            assert!(deploy(&other, &tables).unwrap().is_another);
            assert_eq!(count(&tables, None), 0);
        }
    }

    #[test]
    fn another_view_is_another_stream() {
        let tables = with_a_note(&streaming("NEW_IMAGE"));
        let before = tables.stream_arn("notes");
        let after = deploy(&streaming("KEYS_ONLY"), &tables).unwrap();
        assert!(after.stream.is_some() && after.stream != before && !after.is_another);
        assert_eq!(deploy(&notes(|_| {}), &tables).unwrap().stream, None);
        assert_eq!(count(&tables, None), 1);
    }

    #[test]
    fn indexes_come_change_and_go() {
        let tables = with_a_note(&notes(|_| {}));
        deploy(&by_user("S", "ALL"), &tables).unwrap();
        assert_eq!(count(&tables, Some("ByUser")), 1);
        deploy(&by_user("S", "KEYS_ONLY"), &tables).unwrap();
        let table = tables.execute("DescribeTable", json!({ "TableName": "notes" })).unwrap();
        assert_eq!(table["Table"]["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"], "KEYS_ONLY");
        deploy(&notes(|_| {}), &tables).unwrap();
        let gone = tables.execute("Scan", json!({ "TableName": "notes", "IndexName": "ByUser" }));
        assert!(gone.is_err());
    }

    #[test]
    fn expiry_comes_changes_and_goes() {
        let expiring = |attribute: &str| notes(|it| it["expires"] = json!(attribute));
        let tables = with_a_note(&notes(|_| {}));
        for (definition, expected) in [
            (expiring("expires"), json!({ "AttributeName": "expires", "TimeToLiveStatus": "ENABLED" })),
            (expiring("until"), json!({ "AttributeName": "until", "TimeToLiveStatus": "ENABLED" })),
            (notes(|_| {}), json!({ "TimeToLiveStatus": "DISABLED" })),
        ] {
            deploy(&definition, &tables).unwrap();
            let is = tables.execute("DescribeTimeToLive", json!({ "TableName": "notes" })).unwrap();
            assert_eq!(is["TimeToLiveDescription"], expected);
        }
    }
}
