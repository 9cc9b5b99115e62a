//! The other actions reach the engine, and errors come back as AWS's.

use serde_json::{Value, json};

use crate::notes::{Notes, declared};

#[track_caller]
fn check(action: &str, request: Value, member: &str, expected: Value) {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put(json!({"id": {"S": "a"}, "text": {"S": "hello"}}));
    let answer = notes.run(action, request);
    assert_eq!(answer.pointer(member), Some(&expected), "{answer}");
}

#[test]
fn items_are_read() {
    let key = json!({"id": {"S": "a"}});
    let item = json!({"id": {"S": "a"}, "text": {"S": "hello"}});
    check("GetItem", json!({"TableName": "notes", "Key": key}), "/Item", item.clone());
    check("Scan", json!({"TableName": "notes"}), "/Count", json!(1));
    let query = json!({
        "TableName": "notes",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "a"}},
    });
    check("Query", query, "/Items/0", item.clone());
    let batch = json!({"RequestItems": {"notes": {"Keys": [key]}}});
    check("BatchGetItem", batch, "/Responses/notes/0", item.clone());
    let transaction = json!({"TransactItems": [{"Get": {"TableName": "notes", "Key": key}}]});
    check("TransactGetItems", transaction, "/Responses/0/Item", item);
}

#[test]
fn tables_are_looked_after() {
    check("ListTables", json!({}), "/TableNames", json!(["notes"]));
    let expiry = json!({"TimeToLiveStatus": "DISABLED"});
    check("DescribeTimeToLive", json!({"TableName": "notes"}), "/TimeToLiveDescription", expiry);
    let gone = json!("arn:aws:dynamodb:eu-west-2:123456789012:table/notes");
    check("DeleteTable", json!({"TableName": "notes"}), "/TableDescription/TableArn", gone);
}

#[test]
fn tags_are_kept_by_the_arn_that_is_given_out() {
    let notes = Notes::streaming("KEYS_ONLY");
    let described = notes.run("DescribeTable", json!({"TableName": "notes"}));
    let arn = &described["Table"]["TableArn"];
    let tags = json!([{"Key": "system", "Value": "notes"}]);
    notes.run("TagResource", json!({"ResourceArn": arn, "Tags": tags}));
    assert_eq!(notes.run("ListTagsOfResource", json!({"ResourceArn": arn}))["Tags"], tags);
    notes.run("UntagResource", json!({"ResourceArn": arn, "TagKeys": ["system"]}));
    assert_eq!(notes.run("ListTagsOfResource", json!({"ResourceArn": arn}))["Tags"], json!([]));
}

#[test]
fn an_item_keeps_texts_that_look_like_the_engines_names() {
    let item = json!({"id": {"S": "a"}, "Table": {"S": "arn:aws:dynamodb:dynoxide:000000000000:table/x"}});
    let notes = Notes::streaming("NEW_IMAGE");
    notes.put(item.clone());
    assert_eq!(notes.run("GetItem", json!({"TableName": "notes", "Key": {"id": {"S": "a"}}}))["Item"], item);
    assert_eq!(notes.records()[0]["dynamodb"]["NewImage"], item);
}

#[track_caller]
fn check_refused(action: &str, request: Value, kind: &str) {
    let error = Notes::streaming("KEYS_ONLY").refused(action, request);
    assert_eq!((error.kind.as_str(), error.status), (kind, 400), "{}", error.message);
    assert!(error.body["__type"].as_str().unwrap().ends_with(kind), "{}", error.body);
}

#[test]
fn errors_are_those_of_aws() {
    check_refused("GetItem", json!({"TableName": "nothing", "Key": {}}), "ResourceNotFoundException");
    check_refused("GetItem", json!({"TableName": "notes", "Key": {}}), "ValidationException");
    check_refused("PutItem", json!({"TableName": "notes", "Item": {"id": {}}}), "ValidationException");
    check_refused("PutItem", json!({"TableName": "notes", "Item": []}), "SerializationException");
    check_refused("CreateTable", crate::notes::declared("notes", "KEYS_ONLY"), "ResourceInUseException");
    let without = json!({"TableName": "nothing", "StreamSpecification": {"StreamEnabled": false}});
    check_refused("UpdateTable", without, "ResourceNotFoundException");
    check_refused("MakeCoffee", json!({}), "UnknownOperationException");
}

#[test]
fn a_condition_that_failed_brings_the_item_along() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a"]);
    let request = json!({
        "TableName": "notes",
        "Item": {"id": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    let error = notes.refused("PutItem", request);
    assert_eq!(error.kind, "ConditionalCheckFailedException");
    assert_eq!(error.body["Item"], json!({"id": {"S": "a"}}));
}

#[test]
fn a_table_may_be_named_by_its_arn() {
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/notes";
    let item = json!({"id": {"S": "a"}, "text": {"S": "hello"}});
    check("GetItem", json!({"TableName": arn, "Key": {"id": {"S": "a"}}}), "/Item", item.clone());
    check("DescribeTable", json!({"TableName": arn}), "/Table/TableName", json!("notes"));
    let transaction = json!({"TransactItems": [{"Get": {"TableName": arn, "Key": {"id": {"S": "a"}}}}]});
    check("TransactGetItems", transaction, "/Responses/0/Item", item);
    check("ListStreams", json!({"TableName": arn}), "/Streams/0/TableName", json!("notes"));
    let elsewhere = "arn:aws:dynamodb:eu-west-1:123456789012:table/notes";
    let refused = Notes::streaming("KEYS_ONLY").refused("DescribeTable", json!({"TableName": elsewhere}));
    assert_eq!(refused.status, 400, "{refused}");
}

#[test]
fn a_write_by_arn_is_in_the_stream_and_may_end_it() {
    let notes = Notes::streaming("KEYS_ONLY");
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/notes";
    notes.run("PutItem", json!({"TableName": arn, "Item": {"id": {"S": "a"}}}));
    assert_eq!(notes.records().len(), 1);
    notes.run("DeleteTable", json!({"TableName": arn}));
    assert_eq!(notes.tables.stream_arn("notes"), None);
}

#[test]
fn a_batch_is_answered_with_the_names_it_used() {
    let notes = Notes::streaming("NEW_IMAGE");
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/notes";
    notes.run(
        "BatchWriteItem",
        json!({"RequestItems": {arn: [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]}}),
    );
    let read = notes.run("BatchGetItem", json!({"RequestItems": {arn: {"Keys": [{"id": {"S": "a"}}]}}}));
    assert_eq!(read["Responses"], json!({arn: [{"id": {"S": "a"}}]}));
    assert_eq!(read["UnprocessedKeys"], json!({}));
}

#[test]
fn names_of_tables_differ_in_more_than_case() {
    let notes = Notes::streaming("NEW_IMAGE");
    let error = notes.refused("CreateTable", declared("Notes", "NEW_IMAGE"));
    assert_eq!(error.kind, "ValidationException");
    assert!(error.message.contains("`Notes` cannot be beside `notes`"), "{error}");
}

#[test]
fn partition_keys_are_those_of_tables_and_indexes() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.run(
        "UpdateTable",
        json!({
            "TableName": "notes",
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "user", "AttributeType": "S"},
            ],
            "GlobalSecondaryIndexUpdates": [{"Create": {
                "IndexName": "ByUser",
                "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }}],
        }),
    );
    let key = |table, index| notes.tables.partition_key(table, index);
    assert_eq!(key("notes", None).as_deref(), Some("id"));
    assert_eq!(key("notes", Some("ByUser")).as_deref(), Some("user"));
    assert_eq!(key("letters", None), None);
}
