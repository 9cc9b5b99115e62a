//! The DynamoDB data source: what a resolver's request is for DynamoDB's API, and what its answer is for the resolver.
//! Calls nothing: who has a table and may use it is the caller's to know.
//!
//! Source: [resolver reference for DynamoDB](https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html).

mod several;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Number, Value, json};

use several::Several;

/// A call of DynamoDB's JSON API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The action: `GetItem`.
    pub action: &'static str,
    /// The body of the request.
    pub body: Value,
    /// Attributes that may differ from those of an item that is put, and the item is as wanted all the same.
    ignored: Vec<Value>,
    /// Of a request for several items: what its answer is put together by.
    several: Option<Several>,
}

/// A request that the data source does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// `operation` is missing, or is not one that is known here.
    #[error(
        "the operation is {0}; known are GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, BatchGetItem, BatchPutItem, \
         BatchDeleteItem, TransactGetItems and TransactWriteItems"
    )]
    Operation(Value),
    /// A field that the operation needs is not there.
    #[error("a request for {operation} has no `{field}`")]
    Field {
        /// The operation.
        operation: &'static str,
        /// What it lacks.
        field: &'static str,
    },
    /// A token that no page of this data source came with.
    #[error("the `nextToken` is not one of this API")]
    Token,
}

const OPERATIONS: [&str; 6] = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"];

/// What is copied from a request as it is, under DynamoDB's name.
const COPIED: [(&str, &str); 7] = [
    ("key", "Key"),
    ("consistentRead", "ConsistentRead"),
    ("index", "IndexName"),
    ("limit", "Limit"),
    ("scanIndexForward", "ScanIndexForward"),
    ("totalSegments", "TotalSegments"),
    ("segment", "Segment"),
];

/// Expressions: the field of the request, and the parameter of DynamoDB.
const EXPRESSIONS: [(&str, &str); 5] = [
    ("condition", "ConditionExpression"),
    ("update", "UpdateExpression"),
    ("query", "KeyConditionExpression"),
    ("filter", "FilterExpression"),
    ("projection", "ProjectionExpression"),
];

impl Call {
    /// The call that a resolver's request asks for, on this table.
    pub fn of(request: &Value, table: &str) -> Result<Call, Refused> {
        let operation = &request["operation"];
        if let Some(several) = Several::of(request)? {
            return Ok(Call {
                action: several.action(),
                body: several.body()?,
                ignored: Vec::new(),
                several: Some(several),
            });
        }
        let action = OPERATIONS.iter().find(|known| operation == **known);
        let action = *action.ok_or_else(|| Refused::Operation(operation.clone()))?;
        let mut body = Map::from_iter([("TableName".to_owned(), json!(table))]);
        for (field, parameter) in COPIED {
            insert(&mut body, parameter, &request[field]);
        }
        for (field, parameter) in EXPRESSIONS {
            express(&mut body, parameter, &request[field]);
        }
        complete(&mut body, action, request)?;
        let ignored = request["condition"]["equalsIgnore"].as_array().cloned().unwrap_or_default();
        Ok(Call { action, body: body.into(), ignored, several: None })
    }

    /// What the resolver gets as `ctx.result` when DynamoDB has answered this to the call.
    #[must_use]
    pub fn result(&self, answer: &Value) -> Value {
        if let Some(several) = &self.several {
            return several.result(answer);
        }
        match self.action {
            "GetItem" => plain_item(&answer["Item"]),
            "PutItem" => plain_item(&self.body["Item"]),
            "UpdateItem" | "DeleteItem" => plain_item(&answer["Attributes"]),
            _ => page(answer),
        }
    }

    /// What the resolver gets as `ctx.result` when the condition of the call did not hold, and this is the item now: as if
    /// it had held, if all is as the call wants it. `None`: the failure stands.
    ///
    /// Source: [handling a condition check failure](https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-condition-expressions.html#condition-check).
    #[must_use]
    pub fn settled(&self, item: Option<&Value>) -> Option<Value> {
        match (self.action, item) {
            ("DeleteItem", None) => Some(Value::Null),
            ("PutItem", Some(item)) if self.compared(item) == self.compared(&self.body["Item"]) => {
                Some(plain_item(item))
            }
            _ => None,
        }
    }

    /// What the resolver gets as `ctx.result` beside the error of a transaction that was cancelled, for the reasons in
    /// DynamoDB's error.
    #[must_use]
    pub fn cancelled(reasons: &Value) -> Value {
        several::cancelled(reasons)
    }

    /// What of an item has to be as it was to be put.
    fn compared<'v>(&self, item: &'v Value) -> Vec<(&'v String, &'v Value)> {
        let attributes = item.as_object().into_iter().flatten();
        attributes.filter(|(name, _)| !self.ignored.iter().any(|one| one == name.as_str())).collect()
    }
}

/// What each operation needs besides.
fn complete(body: &mut Map<String, Value>, action: &'static str, request: &Value) -> Result<(), Refused> {
    match action {
        "Query" | "Scan" => {
            if let Some(token) = request["nextToken"].as_str() {
                body.insert("ExclusiveStartKey".to_owned(), read_token(token)?);
            }
            require(
                body,
                action,
                "query",
                if action == "Query" { "KeyConditionExpression" } else { "TableName" },
            )
        }
        "PutItem" => {
            require(body, action, "key", "Key")?;
            let key = body.remove("Key");
            let fields = [request["attributeValues"].as_object(), key.as_ref().and_then(Value::as_object)];
            let item =
                fields.into_iter().flatten().flatten().map(|(name, value)| (name.clone(), value.clone()));
            body.insert("Item".to_owned(), item.collect::<Map<_, _>>().into());
            Ok(())
        }
        "UpdateItem" => {
            body.insert("ReturnValues".to_owned(), json!("ALL_NEW"));
            require(body, action, "key", "Key")?;
            require(body, action, "update", "UpdateExpression")
        }
        "DeleteItem" => {
            body.insert("ReturnValues".to_owned(), json!("ALL_OLD"));
            require(body, action, "key", "Key")
        }
        _ => require(body, action, "key", "Key"),
    }
}

fn require(
    body: &Map<String, Value>,
    operation: &'static str,
    field: &'static str,
    parameter: &str,
) -> Result<(), Refused> {
    body.contains_key(parameter).then_some(()).ok_or(Refused::Field { operation, field })
}

fn insert(body: &mut Map<String, Value>, parameter: &str, value: &Value) {
    if !value.is_null() {
        body.insert(parameter.to_owned(), value.clone());
    }
}

/// Adds an expression, and the names and values it uses to those of the others.
fn express(body: &mut Map<String, Value>, parameter: &str, expression: &Value) {
    insert(body, parameter, &expression["expression"]);
    let tables =
        [("expressionNames", "ExpressionAttributeNames"), ("expressionValues", "ExpressionAttributeValues")];
    for (field, parameter) in tables {
        let Some(entries) = expression[field].as_object().filter(|entries| !entries.is_empty()) else {
            continue;
        };
        let known = body.entry(parameter).or_insert_with(|| json!({}));
        known.as_object_mut().into_iter().for_each(|known| known.extend(entries.clone()));
    }
}

fn page(answer: &Value) -> Value {
    let items = answer["Items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let token = answer.get("LastEvaluatedKey").map(|key| URL_SAFE_NO_PAD.encode(key.to_string()));
    json!({
        "items": items.iter().map(plain_item).collect::<Vec<_>>(),
        "nextToken": token,
        "scannedCount": answer["ScannedCount"],
    })
}

fn read_token(token: &str) -> Result<Value, Refused> {
    let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    key.filter(Value::is_object).ok_or(Refused::Token)
}

/// An item without the types of its attributes; null for none.
fn plain_item(item: &Value) -> Value {
    let fields = item.as_object().map(|item| item.iter().map(|(name, value)| (name.clone(), plain(value))));
    fields.map_or(Value::Null, |fields| Value::Object(fields.collect()))
}

/// An attribute without its type.
fn plain(attribute: &Value) -> Value {
    let Some((kind, value)) = attribute.as_object().and_then(|fields| fields.iter().next()) else {
        return Value::Null;
    };
    match kind.as_str() {
        "N" => number(value),
        "NS" => value.as_array().map_or(Value::Null, |numbers| numbers.iter().map(number).collect()),
        "NULL" => Value::Null,
        "L" => value.as_array().map_or(Value::Null, |list| list.iter().map(plain).collect()),
        "M" => plain_item(value),
        _ => value.clone(),
    }
}

/// The number behind DynamoDB's text, as exactly as JSON's numbers are kept.
fn number(text: &Value) -> Value {
    text.as_str().and_then(|text| text.parse::<Number>().ok()).map_or(Value::Null, Value::Number)
}
