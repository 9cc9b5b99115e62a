//! Readers in this process: they wait for records, and do not miss any.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use serde_json::json;
use stackwright_tables::{Position, Subscription};

use crate::notes::{Notes, number};

fn taken(subscription: &mut Subscription) -> Vec<String> {
    let id = |change: &stackwright_tables::Change| change.record()["dynamodb"]["Keys"]["id"]["S"].to_string();
    subscription.take(10).iter().map(|change| id(change)).collect()
}

#[test]
fn a_reader_begins_where_it_says() {
    let notes = Notes::streaming("KEYS_ONLY");
    notes.put_all(&["a", "b"]);
    let second = number(&notes.records()[1]).parse().unwrap();
    let begin = |position| notes.tables.changes("notes", position).unwrap();
    assert_eq!(taken(&mut begin(Position::TrimHorizon)), [r#""a""#, r#""b""#]);
    assert_eq!(taken(&mut begin(Position::At(second))), [r#""b""#]);
    assert_eq!(taken(&mut begin(Position::After(second))), [""; 0]);
    assert_eq!(taken(&mut begin(Position::Latest)), [""; 0]);
}

#[test]
fn a_reader_goes_on_where_it_was() {
    let notes = Notes::streaming("KEYS_ONLY");
    let mut changes = notes.tables.changes("notes", Position::Latest).unwrap();
    notes.put_all(&["a", "b", "c"]);
    assert_eq!(changes.take(2).len(), 2);
    assert_eq!(taken(&mut changes), [r#""c""#]);
    assert_eq!(taken(&mut changes), [""; 0]);
}

#[tokio::test]
async fn a_reader_waits_for_the_next_record() {
    let notes = Notes::streaming("KEYS_ONLY");
    let mut changes = notes.tables.changes("notes", Position::Latest).unwrap();
    {
        let mut next = pin!(changes.next(10));
        let asked = next.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(asked.is_pending());
    }
    let tables = notes.tables.clone();
    let writer = tokio::spawn(async move {
        tables.execute("PutItem", json!({"TableName": "notes", "Item": {"id": {"S": "a"}}})).unwrap();
    });
    assert_eq!(changes.next(10).await.unwrap().len(), 1);
    writer.await.unwrap();
}

#[tokio::test]
async fn a_reader_ends_with_its_table_after_the_last_record() {
    let notes = Notes::streaming("KEYS_ONLY");
    let mut changes = notes.tables.changes("notes", Position::Latest).unwrap();
    notes.put_all(&["a"]);
    notes.run("DeleteTable", json!({"TableName": "notes"}));
    assert_eq!(changes.next(10).await.unwrap().len(), 1);
    assert_eq!(changes.next(10).await, None);
}

#[tokio::test]
async fn a_reader_ends_with_all_tables() {
    let notes = Notes::streaming("KEYS_ONLY");
    let mut changes = notes.tables.changes("notes", Position::Latest).unwrap();
    drop(notes);
    assert_eq!(changes.next(10).await, None);
}

#[tokio::test]
async fn a_reader_that_was_too_slow_goes_on_with_what_is_left() {
    let notes = Notes::streaming("KEYS_ONLY");
    let mut changes = notes.tables.changes("notes", Position::TrimHorizon).unwrap();
    notes.put_all(&["old"]);
    notes.clock.advance(24 * 60 * 60 + 1);
    notes.put_all(&["new"]);
    let left = changes.next(10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].record()["dynamodb"]["Keys"]["id"]["S"], "new");
}

#[test]
fn a_table_without_a_stream_has_no_readers() {
    let notes = Notes::streaming("KEYS_ONLY");
    let error = notes.tables.changes("nothing", Position::Latest).unwrap_err();
    assert_eq!(error.kind, "ResourceNotFoundException");
}

#[test]
fn lambda_receives_the_source_and_another_spelling_of_the_identity() {
    let notes = Notes::streaming("KEYS_ONLY");
    let expiry = json!({"Enabled": true, "AttributeName": "until"});
    notes.run("UpdateTimeToLive", json!({"TableName": "notes", "TimeToLiveSpecification": expiry}));
    notes.put(json!({"id": {"S": "a"}, "until": {"N": "1795285801"}}));
    notes.clock.advance(10);
    notes.tables.expire().unwrap();
    let mut changes = notes.tables.changes("notes", Position::TrimHorizon).unwrap();
    let arn = changes.stream_arn().to_owned();
    let event = changes.take(10)[1].event(&arn);
    assert_eq!(event["eventSourceARN"], arn);
    let service = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    assert_eq!(event["userIdentity"], service);
}
