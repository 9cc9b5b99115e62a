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

/// A request for several items, the action and body it is, an answer, and what the resolver gets.
#[track_caller]
fn check_several(request: Value, action: &str, body: Value, answer: Value, result: Value) {
    let call = Call::of(&request, "t").unwrap();
    assert_eq!((call.action, &call.body), (action, &body), "{request}");
    assert_eq!(call.result(&answer), result, "{request}");
}

#[test]
fn batches_are_of_several_tables() {
    let key = |id: u32| json!({"id": {"N": id.to_string()}});
    let item = |id: u32| json!({"id": {"N": id.to_string()}, "a": {"S": "x"}});
    let plain = |id: u32| json!({"id": id, "a": "x"});
    check_several(
        json!({"operation": "BatchGetItem", "tables": {"a": {"keys": [key(1), key(2)], "consistentRead": true}, "b": {"keys": [key(3)]}}}),
        "BatchGetItem",
        json!({"RequestItems": {"a": {"Keys": [key(1), key(2)], "ConsistentRead": true}, "b": {"Keys": [key(3)]}}}),
        json!({"Responses": {"a": [item(2)]}, "UnprocessedKeys": {"b": {"Keys": [key(3)]}}}),
        json!({"data": {"a": [null, plain(2)], "b": [null]}, "unprocessedKeys": {"a": [], "b": [{"id": 3}]}}),
    );
    check_several(
        json!({"operation": "BatchPutItem", "tables": {"a": [item(1), item(2)]}}),
        "BatchWriteItem",
        json!({"RequestItems": {"a": [{"PutRequest": {"Item": item(1)}}, {"PutRequest": {"Item": item(2)}}]}}),
        json!({"UnprocessedItems": {"a": [{"PutRequest": {"Item": item(2)}}]}}),
        json!({"data": {"a": [plain(1), plain(2)]}, "unprocessedItems": {"a": [plain(2)]}}),
    );
    check_several(
        json!({"operation": "BatchDeleteItem", "tables": {"a": [key(1)]}}),
        "BatchWriteItem",
        json!({"RequestItems": {"a": [{"DeleteRequest": {"Key": key(1)}}]}}),
        json!({}),
        json!({"data": {"a": [{"id": 1}]}, "unprocessedKeys": {"a": []}}),
    );
}

#[test]
fn transactions_are_of_several_tables() {
    let key = json!({"id": {"N": "1"}});
    check_several(
        json!({"operation": "TransactGetItems", "transactItems": [{"table": "a", "key": key}, {"table": "b", "key": key}]}),
        "TransactGetItems",
        json!({"TransactItems": [{"Get": {"TableName": "a", "Key": key}}, {"Get": {"TableName": "b", "Key": key}}]}),
        json!({"Responses": [{"Item": key}, {}]}),
        json!({"items": [{"id": 1}, null], "cancellationReasons": null}),
    );
    let condition =
        json!({"expression": "attribute_exists(id)", "returnValuesOnConditionCheckFailure": true});
    let update = json!({"expression": "SET #a = :a", "expressionNames": {"#a": "a"}, "expressionValues": {":a": {"S": "x"}}});
    check_several(
        json!({"operation": "TransactWriteItems", "transactItems": [
            {"table": "a", "operation": "PutItem", "key": key, "attributeValues": {"a": {"S": "x"}}},
            {"table": "a", "operation": "UpdateItem", "key": key, "update": update},
            {"table": "b", "operation": "DeleteItem", "key": key},
            {"table": "b", "operation": "ConditionCheck", "key": key, "condition": condition},
        ]}),
        "TransactWriteItems",
        json!({"TransactItems": [
            {"Put": {"TableName": "a", "Item": {"id": {"N": "1"}, "a": {"S": "x"}}}},
            {"Update": {"TableName": "a", "Key": key, "UpdateExpression": "SET #a = :a",
                "ExpressionAttributeNames": {"#a": "a"}, "ExpressionAttributeValues": {":a": {"S": "x"}}}},
            {"Delete": {"TableName": "b", "Key": key}},
            {"ConditionCheck": {"TableName": "b", "Key": key, "ConditionExpression": "attribute_exists(id)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
        ]}),
        json!({}),
        json!({"keys": [{"id": 1}, {"id": 1}, {"id": 1}, {"id": 1}], "cancellationReasons": null}),
    );
    let reasons = json!([{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no", "Item": key}]);
    let expected = json!({"keys": null, "cancellationReasons": [
        {"type": "None", "message": null, "item": null},
        {"type": "ConditionalCheckFailed", "message": "no", "item": {"id": 1}},
    ]});
    assert_eq!(Call::cancelled(&reasons), expected);
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
    let field = |operation: &'static str, field: &'static str| Refused::Field { operation, field };
    assert_eq!(refused(json!({"operation": "BatchGetItem"})), field("BatchGetItem", "tables"));
    assert_eq!(refused(json!({"operation": "TransactGetItems"})), field("TransactGetItems", "transactItems"));
    let part =
        json!({"operation": "TransactWriteItems", "transactItems": [{"table": "a", "operation": "Drop"}]});
    assert_eq!(refused(part), Refused::Operation(json!("Drop")));
}
