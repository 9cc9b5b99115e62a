//! Which writes a stream tells of, and what it tells.

use serde_json::{Value, json};

use crate::notes::{Notes, START, ids, number};

/// The table has `{id: a, text: old, tags: {x, y}, pages: 1}`; a write is told as this event, with these texts before
/// and after; nothing if it changes nothing.
#[track_caller]
fn check(action: &str, request: Value, told: &[(&str, Option<&str>, Option<&str>)]) {
    let notes = Notes::streaming("NEW_AND_OLD_IMAGES");
    let item = json!({
        "id": {"S": "a"}, "text": {"S": "old"}, "tags": {"SS": ["x", "y"]}, "pages": {"N": "1"},
    });
    notes.put(item);
    notes.run(action, request);
    let records = notes.records();
    let text =
        |record: &Value, image: &str| record["dynamodb"][image]["text"]["S"].as_str().map(str::to_owned);
    let seen: Vec<_> = records[1..]
        .iter()
        .map(|record| {
            (record["eventName"].as_str().unwrap(), text(record, "OldImage"), text(record, "NewImage"))
        })
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(event, old, new)| (*event, old.map(str::to_owned), new.map(str::to_owned)))
        .collect();
    assert_eq!(seen, told, "{action}");
}

const INSERT: (&str, Option<&str>, Option<&str>) = ("INSERT", None, Some("new"));
const MODIFY: (&str, Option<&str>, Option<&str>) = ("MODIFY", Some("old"), Some("new"));
const REMOVE: (&str, Option<&str>, Option<&str>) = ("REMOVE", Some("old"), None);

fn put(item: Value) -> Value {
    json!({"TableName": "notes", "Item": item})
}

fn update(id: &str, text: &str) -> Value {
    json!({
        "TableName": "notes",
        "Key": {"id": {"S": id}},
        "UpdateExpression": "SET #t = :t",
        "ExpressionAttributeNames": {"#t": "text"},
        "ExpressionAttributeValues": {":t": {"S": text}},
    })
}

fn delete(id: &str) -> Value {
    json!({"TableName": "notes", "Key": {"id": {"S": id}}})
}

fn statement(text: &str) -> Value {
    json!({"Statement": text})
}

#[test]
fn a_put_inserts_replaces_or_changes_nothing() {
    check("PutItem", put(json!({"id": {"S": "b"}, "text": {"S": "new"}})), &[INSERT]);
    check("PutItem", put(json!({"id": {"S": "a"}, "text": {"S": "new"}})), &[MODIFY]);
    let same =
        json!({"id": {"S": "a"}, "text": {"S": "old"}, "tags": {"SS": ["y", "x"]}, "pages": {"N": "1.0"}});
    check("PutItem", put(same), &[]);
}

#[test]
fn an_update_inserts_modifies_or_changes_nothing() {
    check("UpdateItem", update("b", "new"), &[INSERT]);
    check("UpdateItem", update("a", "new"), &[MODIFY]);
    check("UpdateItem", update("a", "old"), &[]);
}

#[test]
fn a_set_in_another_order_and_a_number_in_other_digits_change_nothing() {
    let values = json!({":t": {"SS": ["y", "x"]}, ":p": {"N": "1.00"}});
    let update = json!({
        "TableName": "notes",
        "Key": {"id": {"S": "a"}},
        "UpdateExpression": "SET tags = :t, pages = :p",
        "ExpressionAttributeValues": values,
    });
    check("UpdateItem", update.clone(), &[]);
    check("TransactWriteItems", json!({"TransactItems": [{"Update": update}]}), &[]);
    let text = r#"UPDATE "notes" SET tags = <<'y', 'x'>> SET pages = 1.00 WHERE id = 'a'"#;
    check("ExecuteStatement", statement(text), &[]);
}

#[test]
fn a_delete_removes_what_was_there() {
    check("DeleteItem", delete("a"), &[REMOVE]);
    check("DeleteItem", delete("b"), &[]);
}

#[test]
fn each_write_of_a_batch_is_told() {
    let batch = json!({"RequestItems": {"notes": [
        {"PutRequest": {"Item": {"id": {"S": "b"}, "text": {"S": "new"}}}},
        {"DeleteRequest": {"Key": {"id": {"S": "a"}}}},
        {"DeleteRequest": {"Key": {"id": {"S": "nobody"}}}},
    ]}});
    check("BatchWriteItem", batch, &[INSERT, REMOVE]);
}

#[test]
fn each_write_of_a_transaction_is_told_but_not_its_checks() {
    let transaction = json!({"TransactItems": [
        {"Put": put(json!({"id": {"S": "b"}, "text": {"S": "new"}}))},
        {"Update": update("a", "new")},
        {"Delete": delete("nobody")},
        {"ConditionCheck": {
            "TableName": "notes", "Key": {"id": {"S": "c"}}, "ConditionExpression": "attribute_not_exists(id)",
        }},
    ]});
    check("TransactWriteItems", transaction, &[INSERT, MODIFY]);
}

#[test]
fn statements_of_partiql_are_told_alike() {
    check(
        "ExecuteStatement",
        statement(r#"INSERT INTO "notes" VALUE {'id': 'b', 'text': 'new'}"#),
        &[INSERT],
    );
    check("ExecuteStatement", statement(r#"UPDATE "notes" SET "text" = 'new' WHERE id = 'a'"#), &[MODIFY]);
    check("ExecuteStatement", statement(r#"UPDATE "notes" SET "text" = 'old' WHERE id = 'a'"#), &[]);
    check("ExecuteStatement", statement(r#"DELETE FROM "notes" WHERE id = 'a'"#), &[REMOVE]);
    let batch = json!({"Statements": [statement(r#"DELETE FROM "notes" WHERE id = 'a'"#)]});
    check("BatchExecuteStatement", batch, &[REMOVE]);
    let transaction =
        json!({"TransactStatements": [statement(r#"UPDATE "notes" SET "text" = 'new' WHERE id = 'a'"#)]});
    check("ExecuteTransaction", transaction, &[MODIFY]);
}

#[test]
fn a_write_that_is_refused_is_not_told() {
    let notes = Notes::streaming("NEW_IMAGE");
    let mut put = put(json!({"id": {"S": "a"}}));
    put["ConditionExpression"] = json!("attribute_exists(id)");
    assert_eq!(notes.refused("PutItem", put.clone()).kind, "ConditionalCheckFailedException");
    let transaction = json!({"TransactItems": [
        {"Put": {"TableName": "notes", "Item": {"id": {"S": "b"}}}},
        {"Put": put},
    ]});
    let error = notes.refused("TransactWriteItems", transaction);
    assert_eq!(error.kind, "TransactionCanceledException");
    assert_eq!(error.body["CancellationReasons"][1]["Code"], "ConditionalCheckFailed");
    assert_eq!(notes.records(), [json!(null); 0]);
}

#[test]
fn a_transaction_that_is_repeated_is_told_once() {
    let notes = Notes::streaming("NEW_IMAGE");
    let add = json!({"Update": {
        "TableName": "notes",
        "Key": {"id": {"S": "a"}},
        "UpdateExpression": "ADD pages :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }});
    let transaction = |part: &Value| json!({"ClientRequestToken": "once", "TransactItems": [part]});
    notes.run("TransactWriteItems", transaction(&add));
    notes.run("TransactWriteItems", transaction(&add));
    assert_eq!(notes.records().len(), 1);
    let other = json!({"Delete": {"TableName": "notes", "Key": {"id": {"S": "a"}}}});
    let error = notes.refused("TransactWriteItems", transaction(&other));
    assert_eq!(error.kind, "IdempotentParameterMismatchException");
    notes.clock.advance(601);
    notes.run("TransactWriteItems", transaction(&add));
    assert_eq!(notes.records().len(), 2);
}

/// A record of a modification shows these images in a stream with this view.
#[track_caller]
fn check_view(view: &str, old: bool, new: bool) {
    let notes = Notes::streaming(view);
    notes.put(json!({"id": {"S": "a"}, "text": {"S": "old"}}));
    notes.run("UpdateItem", update("a", "new"));
    let record = &notes.records()[1]["dynamodb"];
    assert_eq!(record["StreamViewType"], view);
    assert_eq!(record["Keys"], json!({"id": {"S": "a"}}));
    let image = |text: &str, is_there: bool| match is_there {
        true => json!({"id": {"S": "a"}, "text": {"S": text}}),
        false => json!(null),
    };
    assert_eq!(record["OldImage"], image("old", old), "{view}");
    assert_eq!(record["NewImage"], image("new", new), "{view}");
}

#[test]
fn a_view_shows_what_it_names() {
    check_view("KEYS_ONLY", false, false);
    check_view("NEW_IMAGE", false, true);
    check_view("OLD_IMAGE", true, false);
    check_view("NEW_AND_OLD_IMAGES", true, true);
}

#[test]
fn nothing_is_lost_on_a_view_that_does_not_show_it() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put(json!({"id": {"S": "a"}, "text": {"S": "old"}}));
    notes.run("UpdateItem", update("a", "old"));
    notes.run("UpdateItem", update("a", "new"));
    assert_eq!(notes.records().len(), 2);
}

#[test]
fn a_record_is_as_aws_writes_it() {
    let notes = Notes::streaming("NEW_IMAGE");
    notes.put(json!({"id": {"S": "a"}, "text": {"S": "hello"}}));
    let mut record = notes.records().remove(0);
    let id = record["eventID"].take();
    assert_eq!(id.as_str().unwrap().len(), 32);
    let sequence_number = record["dynamodb"]["SequenceNumber"].take();
    assert!(sequence_number.as_str().unwrap().len() >= 21);
    let expected = json!({
        "eventID": null, "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-2",
        "dynamodb": {
            "ApproximateCreationDateTime": START,
            "Keys": {"id": {"S": "a"}},
            "NewImage": {"id": {"S": "a"}, "text": {"S": "hello"}},
            "SequenceNumber": null,
            "SizeBytes": 3 + 3 + 9,
            "StreamViewType": "NEW_IMAGE",
        },
    });
    assert_eq!(record, expected);
}

#[test]
fn expired_items_are_removed_by_the_service() {
    let notes = Notes::streaming("OLD_IMAGE");
    let expiry = json!({"Enabled": true, "AttributeName": "until"});
    notes.run("UpdateTimeToLive", json!({"TableName": "notes", "TimeToLiveSpecification": expiry}));
    notes.put(json!({"id": {"S": "short"}, "until": {"N": (START + 10).to_string()}}));
    notes.put(json!({"id": {"S": "long"}, "until": {"N": (START + 100).to_string()}}));
    assert_eq!(notes.tables.expire(), Ok(0));
    notes.clock.advance(11);
    assert_eq!(notes.tables.expire(), Ok(1));
    let record = &notes.records()[2];
    assert_eq!(record["eventName"], "REMOVE");
    assert_eq!(record["dynamodb"]["OldImage"]["id"]["S"], "short");
    let service = json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"});
    assert_eq!(record["userIdentity"], service);
}

#[test]
fn a_delete_by_hand_has_no_identity() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a"]);
    notes.run("DeleteItem", delete("a"));
    assert_eq!(notes.records()[1].get("userIdentity"), None);
}

#[test]
fn writers_at_the_same_time_keep_the_order_of_each_item() {
    let notes = Notes::streaming("NEW_IMAGE");
    let add = |id: &str| {
        json!({
            "TableName": "notes",
            "Key": {"id": {"S": id}},
            "UpdateExpression": "ADD pages :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        })
    };
    std::thread::scope(|scope| {
        for id in ["a", "b", "a", "b"] {
            let tables = notes.tables.clone();
            scope.spawn(move || (0..50).for_each(|_| drop(tables.execute("UpdateItem", add(id)).unwrap())));
        }
    });
    let records = notes.records();
    for id in ["a", "b"] {
        let of_item = records.iter().filter(|record| record["dynamodb"]["Keys"]["id"]["S"] == id);
        let pages = of_item.map(|record| record["dynamodb"]["NewImage"]["pages"]["N"].as_str().unwrap());
        assert!(pages.eq((1..=100).map(|count| count.to_string())), "{id}");
    }
    assert!(records.iter().map(number).is_sorted_by(|one, other| one < other));
}

#[test]
fn tables_do_not_tell_of_each_other() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.run("CreateTable", crate::notes::declared("others", "KEYS_ONLY"));
    let mut silent = crate::notes::declared("silent", "KEYS_ONLY");
    silent.as_object_mut().unwrap().remove("StreamSpecification");
    notes.run("CreateTable", silent);
    notes.put_all(&["a"]);
    for table in ["others", "silent"] {
        notes.run("PutItem", json!({"TableName": table, "Item": {"id": {"S": table}}}));
    }
    assert_eq!(ids(&notes.records()), ["a"]);
}
