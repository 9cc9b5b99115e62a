//! Requests for several items, of several tables: batches and transactions.
//! Asks again for nothing that DynamoDB left over: the resolver is told of it.
//!
//! Source: [batch operations](https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-batch-get-item.html),
//! [transactions](https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-transact-write-items.html).

use serde_json::{Map, Value, json};

use super::{EXPRESSIONS, Refused, express, plain_item};

/// A request for several items.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Several {
    kind: Kind,
    /// `tables`, or `transactItems`.
    parts: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    BatchGet,
    BatchPut,
    BatchDelete,
    TransactGet,
    TransactWrite,
}

const KINDS: [(&str, Kind); 5] = [
    ("BatchGetItem", Kind::BatchGet),
    ("BatchPutItem", Kind::BatchPut),
    ("BatchDeleteItem", Kind::BatchDelete),
    ("TransactGetItems", Kind::TransactGet),
    ("TransactWriteItems", Kind::TransactWrite),
];

impl Several {
    /// The request, if it is one for several items.
    pub(super) fn of(request: &Value) -> Result<Option<Several>, Refused> {
        let Some((operation, kind)) = KINDS.iter().find(|(name, _)| request["operation"] == *name) else {
            return Ok(None);
        };
        let (field, is_there) = match kind {
            Kind::TransactGet | Kind::TransactWrite => ("transactItems", request["transactItems"].is_array()),
            _ => ("tables", request["tables"].is_object()),
        };
        if !is_there {
            return Err(Refused::Field { operation, field });
        }
        Ok(Some(Several { kind: *kind, parts: request[field].clone() }))
    }

    pub(super) fn action(&self) -> &'static str {
        match self.kind {
            Kind::BatchGet => "BatchGetItem",
            Kind::BatchPut | Kind::BatchDelete => "BatchWriteItem",
            Kind::TransactGet => "TransactGetItems",
            Kind::TransactWrite => "TransactWriteItems",
        }
    }

    pub(super) fn body(&self) -> Result<Value, Refused> {
        match self.kind {
            Kind::BatchGet => Ok(self.requests(reads)),
            Kind::BatchPut => Ok(self.requests(|items| writes(items, "PutRequest", "Item"))),
            Kind::BatchDelete => Ok(self.requests(|keys| writes(keys, "DeleteRequest", "Key"))),
            Kind::TransactGet => {
                Ok(json!({ "TransactItems": self.items().map(transact_read).collect::<Vec<_>>() }))
            }
            Kind::TransactWrite => {
                let items = self.items().map(transact_write).collect::<Result<Vec<_>, _>>()?;
                Ok(json!({ "TransactItems": items }))
            }
        }
    }

    fn requests(&self, make: impl Fn(&Value) -> Value) -> Value {
        let tables = self.tables().map(|(table, part)| (table.clone(), make(part)));
        json!({ "RequestItems": tables.collect::<Map<_, _>>() })
    }

    fn tables(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.parts.as_object().into_iter().flatten()
    }

    fn items(&self) -> impl Iterator<Item = &Value> {
        self.parts.as_array().into_iter().flatten()
    }

    /// What the resolver gets for DynamoDB's answer.
    pub(super) fn result(&self, answer: &Value) -> Value {
        match self.kind {
            Kind::BatchGet => self.batch("unprocessedKeys", |table, part| {
                let found = list(&answer["Responses"][table]);
                let left = list(&answer["UnprocessedKeys"][table]["Keys"]);
                (list(&part["keys"]).iter().map(|key| item_of(key, found)).collect(), plain_items(left))
            }),
            Kind::BatchPut => self.batch("unprocessedItems", |table, part| {
                (plain_items(list(part)), left_over(answer, table, "PutRequest", "Item"))
            }),
            Kind::BatchDelete => self.batch("unprocessedKeys", |table, part| {
                (plain_items(list(part)), left_over(answer, table, "DeleteRequest", "Key"))
            }),
            Kind::TransactGet => {
                let items = list(&answer["Responses"]).iter().map(|one| plain_item(&one["Item"]));
                json!({ "items": items.collect::<Vec<_>>(), "cancellationReasons": null })
            }
            Kind::TransactWrite => {
                let keys = self.items().map(|item| plain_item(&item["key"]));
                json!({ "keys": keys.collect::<Vec<_>>(), "cancellationReasons": null })
            }
        }
    }

    /// What was done of each table, and what was not.
    fn batch(&self, left: &str, make: impl Fn(&str, &Value) -> (Vec<Value>, Vec<Value>)) -> Value {
        let (mut done, mut undone) = (Map::new(), Map::new());
        for (table, part) in self.tables() {
            let (of_table, left) = make(table, part);
            done.insert(table.clone(), of_table.into());
            undone.insert(table.clone(), left.into());
        }
        json!({ "data": done, left: undone })
    }
}

/// The reasons of a cancelled transaction, as resolvers see them.
pub(super) fn cancelled(reasons: &Value) -> Value {
    let reasons = list(reasons).iter().map(|reason| {
        json!({ "type": reason["Code"], "message": reason["Message"], "item": plain_item(&reason["Item"]) })
    });
    json!({ "keys": null, "cancellationReasons": reasons.collect::<Vec<_>>() })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn plain_items(items: &[Value]) -> Vec<Value> {
    items.iter().map(plain_item).collect()
}

/// Keys alone, or with how they are to be read.
fn reads(part: &Value) -> Value {
    let mut body = Map::from_iter([("Keys".to_owned(), part["keys"].clone())]);
    if !part["consistentRead"].is_null() {
        body.insert("ConsistentRead".to_owned(), part["consistentRead"].clone());
    }
    express(&mut body, "ProjectionExpression", &part["projection"]);
    body.into()
}

fn writes(items: &Value, request: &str, field: &str) -> Value {
    list(items).iter().map(|item| json!({ request: { field: item } })).collect()
}

fn left_over(answer: &Value, table: &str, request: &str, field: &str) -> Vec<Value> {
    list(&answer["UnprocessedItems"][table]).iter().map(|one| plain_item(&one[request][field])).collect()
}

/// The item with a key; null for none. Answers of DynamoDB have an order of their own.
fn item_of(key: &Value, found: &[Value]) -> Value {
    let has_key =
        |item: &&Value| key.as_object().into_iter().flatten().all(|(name, value)| item[name] == *value);
    found.iter().find(has_key).map_or(Value::Null, plain_item)
}

fn transact_read(part: &Value) -> Value {
    let mut body = Map::from_iter([
        ("TableName".to_owned(), part["table"].clone()),
        ("Key".to_owned(), part["key"].clone()),
    ]);
    express(&mut body, "ProjectionExpression", &part["projection"]);
    json!({ "Get": body })
}

fn transact_write(part: &Value) -> Result<Value, Refused> {
    let mut body = Map::from_iter([("TableName".to_owned(), part["table"].clone())]);
    for (field, parameter) in EXPRESSIONS.iter().filter(|(field, _)| matches!(*field, "condition" | "update"))
    {
        express(&mut body, parameter, &part[*field]);
    }
    if part["condition"]["returnValuesOnConditionCheckFailure"] == true {
        body.insert("ReturnValuesOnConditionCheckFailure".to_owned(), json!("ALL_OLD"));
    }
    let request = match part["operation"].as_str() {
        Some("PutItem") => "Put",
        Some("UpdateItem") => "Update",
        Some("DeleteItem") => "Delete",
        Some("ConditionCheck") => "ConditionCheck",
        _ => return Err(Refused::Operation(part["operation"].clone())),
    };
    if request == "Put" {
        let parts = [part["attributeValues"].as_object(), part["key"].as_object()];
        let item = parts.into_iter().flatten().flatten().map(|(name, value)| (name.clone(), value.clone()));
        body.insert("Item".to_owned(), item.collect::<Map<_, _>>().into());
    } else {
        body.insert("Key".to_owned(), part["key"].clone());
    }
    Ok(json!({ request: body }))
}
