//! The actions of DynamoDB Streams.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::notes::{Notes, declared, ids_in, number};

const DAY: u64 = 24 * 60 * 60;

#[test]
fn a_stream_is_listed_and_described() {
    let notes = Notes::streaming("NEW_IMAGE");
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/notes/stream/2026-11-21T18:30:00.000";
    let listed = notes.run("ListStreams", json!({}));
    let expected = json!({"StreamArn": arn, "TableName": "notes", "StreamLabel": "2026-11-21T18:30:00.000"});
    assert_eq!(listed, json!({"Streams": [expected]}));
    let described = notes.run("DescribeStream", json!({"StreamArn": arn}));
    let stream = &described["StreamDescription"];
    assert_eq!(stream["StreamStatus"], "ENABLED");
    assert_eq!(stream["StreamViewType"], "NEW_IMAGE");
    assert_eq!(stream["KeySchema"], json!([{"AttributeName": "id", "KeyType": "HASH"}]));
    let shards = stream["Shards"].as_array().unwrap();
    assert_eq!(shards.len(), 1);
    assert_eq!(shards[0]["SequenceNumberRange"].get("EndingSequenceNumber"), None);
}

#[test]
fn each_record_is_told_once() {
    let notes = Notes::streaming("KEYS_ONLY");
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    notes.tables.tell(move |table, event| heard.lock().unwrap().push(format!("{table} {event}")));
    let item = |text: &str| json!({"TableName": "notes", "Item": {"id": {"S": "1"}, "text": {"S": text}}});
    notes.run("PutItem", item("a"));
    notes.run("PutItem", item("b"));
    // It changes nothing, and has no record.
    notes.run("PutItem", item("b"));
    notes.run("GetItem", json!({"TableName": "notes", "Key": {"id": {"S": "1"}}}));
    notes.run("DeleteItem", json!({"TableName": "notes", "Key": {"id": {"S": "1"}}}));
    assert_eq!(*told.lock().unwrap(), ["notes INSERT", "notes MODIFY", "notes REMOVE"]);
}

#[test]
fn a_shard_is_named_as_aws_names_it() {
    let shard = Notes::streaming("KEYS_ONLY").shard_id();
    let (prefix, rest) = shard.split_once('-').unwrap();
    let (time, hash) = rest.split_once('-').unwrap();
    assert_eq!((prefix, time.len(), hash.len()), ("shardId", 20, 8));
    assert!(time.bytes().all(|byte| byte.is_ascii_digit()), "{shard}");
    assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{shard}");
}

#[test]
fn a_table_shows_its_stream() {
    let notes = Notes::streaming("OLD_IMAGE");
    let table = notes.run("DescribeTable", json!({"TableName": "notes"}));
    let table = &table["Table"];
    assert_eq!(table["TableArn"], "arn:aws:dynamodb:eu-west-2:123456789012:table/notes");
    assert_eq!(table["LatestStreamArn"], notes.stream_arn());
    assert_eq!(table["LatestStreamLabel"], "2026-11-21T18:30:00.000");
    let specification = json!({"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"});
    assert_eq!(table["StreamSpecification"], specification);
}

#[test]
fn streams_are_listed_by_pages_and_by_table() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.run("CreateTable", declared("others", "KEYS_ONLY"));
    let first = notes.run("ListStreams", json!({"Limit": 1}));
    let last = first["LastEvaluatedStreamArn"].as_str().unwrap();
    let second = notes.run("ListStreams", json!({"Limit": 1, "ExclusiveStartStreamArn": last}));
    assert_eq!(first["Streams"][0]["TableName"], "notes");
    assert_eq!(second["Streams"][0]["TableName"], "others");
    assert_eq!(second.get("LastEvaluatedStreamArn"), None);
    let of_table = notes.run("ListStreams", json!({"TableName": "others"}));
    assert_eq!(of_table["Streams"], second["Streams"]);
}

#[test]
fn iterators_begin_where_they_say() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a", "b"]);
    let (oldest, latest) = (notes.iterator("TRIM_HORIZON"), notes.iterator("LATEST"));
    let middle = number(&notes.records()[1]);
    let (at, after) = (
        notes.iterator_by_number("AT_SEQUENCE_NUMBER", &middle),
        notes.iterator_by_number("AFTER_SEQUENCE_NUMBER", &middle),
    );
    notes.put_all(&["c"]);
    assert_eq!(ids_in(&notes.get_records(&oldest)), ["a", "b", "c"]);
    assert_eq!(ids_in(&notes.get_records(&at)), ["b", "c"]);
    assert_eq!(ids_in(&notes.get_records(&after)), ["c"]);
    assert_eq!(ids_in(&notes.get_records(&latest)), ["c"]);
}

#[test]
fn records_come_in_pages() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a", "b", "c"]);
    let request = json!({"ShardIterator": notes.iterator("TRIM_HORIZON"), "Limit": 2});
    let first = notes.run("GetRecords", request);
    assert_eq!(ids_in(&first), ["a", "b"]);
    let second = notes.get_records(first["NextShardIterator"].as_str().unwrap());
    assert_eq!(ids_in(&second), ["c"]);
    let third = notes.get_records(second["NextShardIterator"].as_str().unwrap());
    assert_eq!(ids_in(&third), [""; 0]);
    notes.put_all(&["d"]);
    let fourth = notes.get_records(third["NextShardIterator"].as_str().unwrap());
    assert_eq!(ids_in(&fourth), ["d"]);
}

#[test]
fn a_page_ends_before_a_megabyte() {
    let notes = Notes::streaming("NEW_IMAGE");
    let text = "x".repeat(390 * 1024);
    for id in ["a", "b", "c"] {
        notes.put(json!({"id": {"S": id}, "text": {"S": text}}));
    }
    let first = notes.get_records(&notes.iterator("TRIM_HORIZON"));
    assert_eq!(ids_in(&first), ["a", "b"]);
    let second = notes.get_records(first["NextShardIterator"].as_str().unwrap());
    assert_eq!(ids_in(&second), ["c"]);
}

#[test]
fn records_are_trimmed_after_a_day() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["old"]);
    let old = number(&notes.records()[0]);
    notes.clock.advance(DAY - 100);
    notes.put_all(&["new"]);
    let early = notes.iterator("TRIM_HORIZON");
    assert_eq!(ids_in(&notes.get_records(&early)), ["old", "new"]);
    notes.clock.advance(101);
    assert_eq!(
        notes.refused("GetRecords", json!({"ShardIterator": early})).kind,
        "TrimmedDataAccessException"
    );
    assert_eq!(ids_in(&notes.get_records(&notes.iterator("TRIM_HORIZON"))), ["new"]);
    let mut request = notes.iterator_request("AT_SEQUENCE_NUMBER");
    request["SequenceNumber"] = json!(old);
    assert_eq!(notes.refused("GetShardIterator", request).kind, "TrimmedDataAccessException");
    let after = notes.iterator_by_number("AFTER_SEQUENCE_NUMBER", &old);
    assert_eq!(ids_in(&notes.get_records(&after)), ["new"]);
}

#[test]
fn an_iterator_is_good_for_a_quarter_of_an_hour() {
    let notes = Notes::streaming("KEYS_ONLY");
    let iterator = notes.iterator("LATEST");
    notes.clock.advance(15 * 60);
    let renewed = notes.get_records(&iterator);
    notes.clock.advance(1);
    let request = json!({"ShardIterator": iterator});
    assert_eq!(notes.refused("GetRecords", request).kind, "ExpiredIteratorException");
    notes.get_records(renewed["NextShardIterator"].as_str().unwrap());
}

fn disable(notes: &Notes) {
    let specification = json!({"StreamEnabled": false});
    notes.run("UpdateTable", json!({"TableName": "notes", "StreamSpecification": specification}));
}

fn enable(view: &str) -> Value {
    json!({"TableName": "notes", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": view}})
}

#[test]
fn a_stream_that_ended_can_be_read_for_a_day() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a", "b"]);
    let (arn, iterator) = (notes.stream_arn(), notes.iterator("TRIM_HORIZON"));
    disable(&notes);
    notes.put_all(&["c"]);
    let first = notes.run("GetRecords", json!({"ShardIterator": iterator, "Limit": 1}));
    let second = notes.get_records(first["NextShardIterator"].as_str().unwrap());
    assert_eq!(ids_in(&second), ["b"]);
    assert_eq!(second.get("NextShardIterator"), None);
    let described = notes.run("DescribeStream", json!({"StreamArn": arn}));
    assert_eq!(described["StreamDescription"]["StreamStatus"], "DISABLED");
    let range = &described["StreamDescription"]["Shards"][0]["SequenceNumberRange"];
    assert_eq!(range["EndingSequenceNumber"], number(&second["Records"][0]));
    let table = notes.run("DescribeTable", json!({"TableName": "notes"}));
    assert_eq!(table["Table"].get("StreamSpecification"), None);
    assert_eq!(table["Table"]["LatestStreamArn"], arn);
    notes.clock.advance(DAY + 1);
    let error = notes.refused("DescribeStream", json!({"StreamArn": arn}));
    assert_eq!(error.kind, "ResourceNotFoundException");
}

#[test]
fn a_stream_enabled_again_is_another_one() {
    let notes = Notes::streaming("KEYS_ONLY");
    let first = notes.stream_arn();
    disable(&notes);
    notes.run("UpdateTable", enable("NEW_IMAGE"));
    assert_ne!(notes.stream_arn(), first);
    notes.put_all(&["a"]);
    assert_eq!(notes.records()[0]["dynamodb"]["StreamViewType"], "NEW_IMAGE");
    let listed = notes.run("ListStreams", json!({"TableName": "notes"}));
    assert_eq!(listed["Streams"].as_array().unwrap().len(), 2);
}

#[test]
fn a_stream_ends_with_its_table() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a"]);
    let arn = notes.stream_arn();
    notes.run("DeleteTable", json!({"TableName": "notes"}));
    let described = notes.run("DescribeStream", json!({"StreamArn": arn}));
    assert_eq!(described["StreamDescription"]["StreamStatus"], "DISABLED");
}

#[test]
fn a_table_shows_no_stream_of_an_earlier_one() {
    let notes = Notes::streaming("KEYS_ONLY");
    let first = notes.stream_arn();
    notes.run("DeleteTable", json!({"TableName": "notes"}));
    let mut silent = declared("notes", "KEYS_ONLY");
    silent.as_object_mut().unwrap().remove("StreamSpecification");
    notes.run("CreateTable", silent);
    let described = notes.run("DescribeTable", json!({"TableName": "notes"}));
    assert_eq!(described["Table"].get("LatestStreamArn"), None);
    notes.run("UpdateTable", enable("KEYS_ONLY"));
    assert_ne!(notes.stream_arn(), first);
}

/// Refuses a change of the stream of `notes`, with these words.
#[track_caller]
fn check_change_refused(notes: &Notes, specification: Value, words: &str) {
    let error =
        notes.refused("UpdateTable", json!({"TableName": "notes", "StreamSpecification": specification}));
    assert_eq!(error.kind, "ValidationException");
    assert!(error.message.ends_with(words), "{}", error.message);
}

#[test]
fn a_stream_is_not_changed_into_another() {
    let notes = Notes::streaming("KEYS_ONLY");
    let (on, off) =
        (json!({"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}), json!({"StreamEnabled": false}));
    check_change_refused(&notes, on, "Table already has an enabled stream: TableName: notes");
    check_change_refused(&notes, json!({"StreamEnabled": true}), "UpdateViewType is required");
    let both = json!({"StreamEnabled": false, "StreamViewType": "NEW_IMAGE"});
    check_change_refused(&notes, both, "UpdateViewType must not be specified");
    disable(&notes);
    check_change_refused(&notes, off, "Table has no stream to disable: TableName: notes");
}

#[track_caller]
fn check_refused(action: &str, request: Value, kind: &str) {
    let notes = Notes::streaming("KEYS_ONLY");
    let error = notes.refused(action, request);
    assert_eq!((error.kind.as_str(), error.status), (kind, 400), "{}", error.message);
    assert!(error.body["__type"].as_str().unwrap().ends_with(kind), "{}", error.body);
}

#[test]
fn what_is_not_there_is_not_found() {
    let arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/notes/stream/never";
    check_refused("DescribeStream", json!({"StreamArn": arn}), "ResourceNotFoundException");
    let notes = Notes::streaming("KEYS_ONLY");
    let mut request = notes.iterator_request("LATEST");
    request["ShardId"] = json!("shardId-00000000000000000000-00000000");
    check_refused("GetShardIterator", request, "ResourceNotFoundException");
}

/// Refuses a request for an iterator of this kind, with this number.
#[track_caller]
fn check_iterator_refused(kind: &str, number: Value) {
    let mut request = Notes::streaming("KEYS_ONLY").iterator_request(kind);
    request["SequenceNumber"] = number;
    check_refused("GetShardIterator", request, "ValidationException");
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    check_iterator_refused("SOMEWHERE", json!(null));
    check_iterator_refused("AT_SEQUENCE_NUMBER", json!(null));
    check_iterator_refused("AT_SEQUENCE_NUMBER", json!("12"));
    check_iterator_refused("LATEST", json!("100000000000000000001"));
    check_refused("GetRecords", json!({"ShardIterator": "x"}), "ValidationException");
    check_refused("GetRecords", json!({"ShardIterator": "x", "Limit": 1001}), "ValidationException");
    check_refused("GetRecords", json!({"ShardIterator": "x", "Limit": 0}), "ValidationException");
    check_refused("ListStreams", json!({"Limit": -1}), "ValidationException");
    check_refused("DescribeStream", json!({}), "ValidationException");
    check_refused("DescribeStream", json!({"StreamArn": 5}), "SerializationException");
    check_refused("CreateTable", declared("more", "EVERYTHING"), "ValidationException");
}
