//! Requests of resolvers as DynamoDB sees them, and its answers as resolvers see them.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_resolver::dynamodb::{Call, Refused};

#[track_caller]
fn check(request: Value, action: &str, body: Value) {
    let call = Call::of(&request, "t").unwrap();
    assert_eq!((call.action, call.body), (action, body), "{request}");
}

#[test]
fn single_items_are_read_and_written() {
    let key = json!({"id": {"N": "1"}});
    check(
        json!({"operation": "GetItem", "key": key, "consistentRead": true}),
        "GetItem",
        json!({"TableName": "t", "Key": key, "ConsistentRead": true}),
    );
    check(
        json!({"operation": "PutItem", "key": key, "attributeValues": {"a": {"S": "x"}}}),
        "PutItem",
        json!({"TableName": "t", "Item": {"id": {"N": "1"}, "a": {"S": "x"}}}),
    );
    check(
        json!({"operation": "DeleteItem", "key": key, "condition": {"expression": "attribute_exists(id)"}}),
        "DeleteItem",
        json!({"TableName": "t", "Key": key, "ReturnValues": "ALL_OLD", "ConditionExpression": "attribute_exists(id)"}),
    );
}

#[test]
fn expressions_share_their_names_and_values() {
    let request = json!({
        "operation": "UpdateItem", "key": {"id": {"N": "1"}},
        "update": {"expression": "SET #a = :a", "expressionNames": {"#a": "a"}, "expressionValues": {":a": {"S": "x"}}},
        "condition": {"expression": "#b = :b", "expressionNames": {"#b": "b"}, "expressionValues": {":b": {"N": "2"}}},
    });
    let body = json!({
        "TableName": "t", "Key": {"id": {"N": "1"}}, "ReturnValues": "ALL_NEW",
        "UpdateExpression": "SET #a = :a", "ConditionExpression": "#b = :b",
        "ExpressionAttributeNames": {"#a": "a", "#b": "b"},
        "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"N": "2"}},
    });
    check(request, "UpdateItem", body);
}

#[test]
fn a_token_leads_to_the_page_after() {
    let first =
        Call::of(&json!({"operation": "Scan", "limit": 2, "filter": null, "nextToken": null}), "t").unwrap();
    assert_eq!(first.body, json!({"TableName": "t", "Limit": 2}));
    let key = json!({"id": {"N": "2"}});
    let answer = json!({"Items": [{"id": {"N": "1"}}, {"id": {"N": "2"}}], "ScannedCount": 2, "LastEvaluatedKey": key});
    let page = first.result(&answer);
    assert_eq!(page["items"], json!([{"id": 1}, {"id": 2}]));
    let next = Call::of(&json!({"operation": "Scan", "nextToken": page["nextToken"]}), "t").unwrap();
    assert_eq!(next.body["ExclusiveStartKey"], key);
    let last = next.result(&json!({"Items": [], "ScannedCount": 0}));
    assert_eq!(last, json!({"items": [], "nextToken": null, "scannedCount": 0}));
}

#[test]
fn attributes_lose_their_types() {
    let call = Call::of(&json!({"operation": "GetItem", "key": {}}), "t").unwrap();
    let item = json!({
        "s": {"S": "x"}, "n": {"N": "12345678901234567"}, "f": {"N": "1.5"}, "b": {"BOOL": true}, "z": {"NULL": true},
        "l": {"L": [{"N": "1"}]}, "m": {"M": {"k": {"S": "v"}}}, "ss": {"SS": ["a"]}, "ns": {"NS": ["1"]},
    });
    let expected = json!({
        "s": "x", "n": 12345678901234567_i64, "f": 1.5, "b": true, "z": null, "l": [1], "m": {"k": "v"},
        "ss": ["a"], "ns": [1],
    });
    assert_eq!(call.result(&json!({"Item": item})), expected);
    assert_eq!(call.result(&json!({})), Value::Null);
}

#[test]
fn a_condition_that_failed_is_settled_if_all_is_as_wanted() {
    let key = json!({"id": {"N": "1"}});
    let call = |mut request: Value| {
        request["key"] = key.clone();
        Call::of(&request, "t").unwrap()
    };
    let put = call(json!({"operation": "PutItem", "attributeValues": {"a": {"S": "x"}, "v": {"N": "2"}}}));
    let lenient = call(json!({
        "operation": "PutItem", "attributeValues": {"a": {"S": "x"}, "v": {"N": "2"}},
        "condition": {"expression": "v = :v", "equalsIgnore": ["v"]},
    }));
    let (same, newer) = (
        json!({"id": {"N": "1"}, "a": {"S": "x"}, "v": {"N": "2"}}),
        json!({"id": {"N": "1"}, "a": {"S": "x"}, "v": {"N": "3"}}),
    );
    assert_eq!(put.settled(Some(&same)), Some(json!({"id": 1, "a": "x", "v": 2})));
    assert_eq!(put.settled(Some(&newer)), None);
    assert_eq!(put.settled(None), None);
    assert_eq!(lenient.settled(Some(&newer)), Some(json!({"id": 1, "a": "x", "v": 3})));

    let delete = call(json!({"operation": "DeleteItem"}));
    assert_eq!(delete.settled(None), Some(Value::Null));
    assert_eq!(delete.settled(Some(&same)), None);
    let update = call(json!({"operation": "UpdateItem", "update": {"expression": "REMOVE a"}}));
    assert_eq!((update.settled(None), update.settled(Some(&same))), (None, None));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let refused = |request: Value| Call::of(&request, "t").unwrap_err();
    assert_eq!(refused(json!({"operation": "Drop"})), Refused::Operation(json!("Drop")));
    assert_eq!(refused(json!(null)), Refused::Operation(Value::Null));
    assert_eq!(
        refused(json!({"operation": "GetItem"})),
        Refused::Field { operation: "GetItem", field: "key" }
    );
    assert_eq!(refused(json!({"operation": "Query"})), Refused::Field { operation: "Query", field: "query" });
    assert_eq!(refused(json!({"operation": "Scan", "nextToken": "?"})), Refused::Token);
}
