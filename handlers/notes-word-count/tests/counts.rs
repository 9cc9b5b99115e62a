//! Batches as a DynamoDB stream delivers them, against a real engine.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::Tables;
use notes_word_count::{Notes, WordCount};
use serde_json::{Value, json};

const INSERT: &str = include_str!("events/insert.json");

struct Counter {
    tables: Tables,
    handler: WordCount,
}

impl Counter {
    async fn start() -> Counter {
        let tables = Tables::start().await;
        tables.create("notes", "id");
        Counter { handler: handler(&tables, "notes"), tables }
    }

    fn note(&self, id: &str) -> Value {
        self.tables.item("notes", json!({"id": {"S": id}}))
    }

    fn count(&self, id: &str) -> Value {
        self.note(id)["wordCount"]["N"].take()
    }

    async fn deliver(&self, records: &[Value]) -> Value {
        self.deliver_until(Deadline::after(Duration::from_secs(60)), records).await
    }

    async fn deliver_until(&self, deadline: Deadline, records: &[Value]) -> Value {
        let batch = serde_json::from_value(json!({ "Records": records })).unwrap();
        serde_json::to_value(self.handler.handle(batch, deadline).await.unwrap()).unwrap()
    }

    /// Writes a note as the API does, and returns the record of it.
    fn write(&self, id: &str, content: &str) -> Value {
        let note = note(id, content);
        self.tables.put("notes", note.clone());
        record("INSERT", id, note)
    }

    /// The record that the stream brings for the note as it is now.
    fn now(&self, id: &str) -> Value {
        record("MODIFY", id, self.note(id))
    }
}

fn handler(tables: &Tables, table: &str) -> WordCount {
    WordCount::new(Notes::new(Client::new(Aws::local(tables.url()).config()), table))
}

fn note(id: &str, content: &str) -> Value {
    json!({"id": {"S": id}, "title": {"S": "t"}, "content": {"S": content}})
}

/// The record of the fixture, with another event, number and image.
fn record(name: &str, number: &str, image: Value) -> Value {
    let mut event: Value = serde_json::from_str(INSERT).unwrap();
    let mut record = event["Records"][0].take();
    record["eventName"] = json!(name);
    record["dynamodb"]["SequenceNumber"] = json!(number);
    record["dynamodb"]["NewImage"] = image;
    record
}

fn all_well() -> Value {
    json!({"batchItemFailures": []})
}

fn failed(numbers: &[&str]) -> Value {
    let failures: Vec<_> = numbers.iter().map(|number| json!({ "itemIdentifier": number })).collect();
    json!({ "batchItemFailures": failures })
}

#[tokio::test]
async fn a_new_note_is_counted_and_otherwise_left_alone() {
    let counter = Counter::start().await;
    let event: Value = serde_json::from_str(INSERT).unwrap();
    let mut image = event["Records"][0]["dynamodb"]["NewImage"].clone();
    counter.tables.put("notes", image.clone());
    assert_eq!(counter.deliver(event["Records"].as_array().unwrap()).await, all_well());
    image["wordCount"] = json!({"N": "3"});
    assert_eq!(counter.note(image["id"]["S"].as_str().unwrap()), image);
}

#[tokio::test]
async fn white_space_is_what_unicode_says_it_is() {
    let counter = Counter::start().await;
    let cases =
        [("a  b", "2"), ("  hi ", "1"), ("全角\u{3000}空白", "2"), ("a\u{a0}b\u{2028}c\u{2003}d", "4")];
    for (n, (content, expected)) in cases.into_iter().enumerate() {
        let id = n.to_string();
        let record = counter.write(&id, content);
        assert_eq!(counter.deliver(&[record]).await, all_well());
        assert_eq!(counter.count(&id), expected, "{content:?}");
    }
}

#[tokio::test]
async fn its_own_update_is_not_counted_again() {
    let counter = Counter::start().await;
    let record = counter.write("1", "one two");
    counter.deliver(&[record]).await;
    let own = counter.now("1");
    assert_eq!(own["dynamodb"]["NewImage"]["wordCount"]["N"], "2");
    // Any write would fail now: there is no table to write to.
    let elsewhere = Counter { handler: handler(&counter.tables, "no-such-table"), ..counter };
    assert_eq!(elsewhere.deliver(&[own]).await, all_well());
}

#[tokio::test]
async fn a_changed_content_is_counted_again() {
    let counter = Counter::start().await;
    let mut changed = note("1", "one two three");
    changed["wordCount"] = json!({"N": "2"});
    counter.tables.put("notes", changed);
    assert_eq!(counter.deliver(&[counter.now("1")]).await, all_well());
    assert_eq!(counter.count("1"), "3");
}

#[tokio::test]
async fn a_note_deleted_meanwhile_is_not_resurrected() {
    let counter = Counter::start().await;
    let record = counter.write("1", "one two");
    counter.tables.delete("notes", json!({"id": {"S": "1"}}));
    assert_eq!(counter.deliver(&[record]).await, all_well());
    assert!(counter.tables.is_empty("notes"));
}

#[tokio::test]
async fn a_note_changed_meanwhile_waits_for_its_own_record() {
    let counter = Counter::start().await;
    let old = counter.write("1", "one two");
    counter.write("1", "one two three four");
    assert_eq!(counter.deliver(&[old]).await, all_well());
    assert_eq!(counter.count("1"), Value::Null);
    assert_eq!(counter.deliver(&[counter.now("1")]).await, all_well());
    assert_eq!(counter.count("1"), "4");
}

#[tokio::test]
async fn both_records_of_a_note_in_one_batch_end_in_its_last_count() {
    let counter = Counter::start().await;
    let first = counter.write("1", "one two");
    counter.write("1", "one two three");
    let second = counter.now("1");
    for batch in [[first.clone(), second.clone()], [second, first]] {
        assert_eq!(counter.deliver(&batch).await, all_well());
        assert_eq!(counter.count("1"), "3");
    }
}

#[tokio::test]
async fn a_repeated_delivery_changes_nothing() {
    let counter = Counter::start().await;
    let record = counter.write("1", "one two");
    counter.deliver(std::slice::from_ref(&record)).await;
    let note = counter.note("1");
    assert_eq!(counter.deliver(&[record.clone(), record]).await, all_well());
    assert_eq!(counter.note("1"), note);
}

#[tokio::test]
async fn removals_and_items_that_are_no_notes_are_passed_over() {
    let counter = Counter::start().await;
    let mut removal = record("REMOVE", "1", Value::Null);
    removal["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    removal["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    let no_content = record("INSERT", "2", json!({"id": {"S": "x"}, "title": {"S": "t"}}));
    assert_eq!(counter.deliver(&[removal, no_content]).await, all_well());
    assert!(counter.tables.is_empty("notes"));
}

#[tokio::test]
async fn a_bad_record_never_takes_its_batch_with_it() {
    let counter = Counter::start().await;
    let good = [counter.write("1", "one"), counter.write("4", "one two")];
    let [first, last] = good;
    let unreadable = json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": "2", "NewImage": 7}});
    let not_a_key = record("INSERT", "3", note("", "an empty id is no key"));
    let answer = counter.deliver(&[first, unreadable, not_a_key, json!({}), last]).await;
    assert_eq!(answer, failed(&["2", "3"]));
    assert_eq!((counter.count("1"), counter.count("4")), (json!("1"), json!("2")));
}

#[tokio::test]
async fn a_table_that_is_not_there_fails_every_record_by_its_number() {
    let counter = Counter::start().await;
    let records = [counter.write("1", "one"), counter.write("2", "two")];
    let counter = Counter { handler: handler(&counter.tables, "no-such-table"), ..counter };
    assert_eq!(counter.deliver(&records).await, failed(&["1", "2"]));
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let counter = Counter::start().await;
    let old = counter.write("1", "one two");
    counter.write("1", "one two three");
    counter.deliver(&[old, counter.now("1")]).await;
    counter.deliver(&[counter.now("1"), record("MODIFY", "2", note("gone", "one"))]).await;
    counter.tables.calls().check(include_str!("../src/lib.rs"), &[("TABLE_NAME", "notes")]);
}

#[tokio::test]
async fn a_large_batch_is_counted_whole() {
    let counter = Counter::start().await;
    let records: Vec<_> = (0..100).map(|n| counter.write(&n.to_string(), &"word ".repeat(n))).collect();
    assert_eq!(counter.deliver(&records).await, all_well());
    for n in 0..100 {
        assert_eq!(counter.count(&n.to_string()), n.to_string());
    }
}

#[tokio::test]
async fn a_throttled_record_in_the_middle_is_tried_again() {
    let counter = Counter::start().await;
    let records: Vec<_> = (0..5).map(|n| counter.write(&n.to_string(), "one two")).collect();
    counter.tables.throttle(r#""id":{"S":"2"}"#, 2);
    assert_eq!(counter.deliver(&records).await, all_well());
    assert_eq!(counter.count("2"), "2");
}

#[tokio::test]
async fn a_record_throttled_to_the_end_fails_alone() {
    let counter = Counter::start().await;
    let records: Vec<_> = (0..5).map(|n| counter.write(&n.to_string(), "one two")).collect();
    counter.tables.throttle(r#""id":{"S":"2"}"#, 100);
    assert_eq!(counter.deliver(&records).await, failed(&["2"]));
    let counts: Vec<_> = (0..5).map(|n| counter.count(&n.to_string())).collect();
    assert_eq!(counts, [json!("2"), json!("2"), Value::Null, json!("2"), json!("2")]);
}

#[tokio::test]
async fn after_the_deadline_nothing_is_written_and_every_record_fails() {
    let counter = Counter::start().await;
    let records = [counter.write("1", "one"), counter.write("2", "two")];
    let late = Deadline::after(Duration::ZERO);
    assert_eq!(counter.deliver_until(late, &records).await, failed(&["1", "2"]));
    assert_eq!((counter.count("1"), counter.count("2")), (Value::Null, Value::Null));
}

#[tokio::test]
async fn a_table_that_does_not_answer_fails_the_records_at_the_deadline() {
    let counter = Counter::start().await;
    let numbers: Vec<_> = (0..20).map(|n| n.to_string()).collect();
    let records: Vec<_> = numbers.iter().map(|number| counter.write(number, "one two")).collect();
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let aws = Aws::local(format!("http://{}", silent.local_addr().unwrap()));
    let handler = WordCount::new(Notes::new(Client::new(aws.config()), "notes"));
    let (counter, start) = (Counter { handler, ..counter }, Instant::now());
    let answer = counter.deliver_until(Deadline::after(Duration::from_millis(300)), &records).await;
    assert_eq!(answer, failed(&numbers.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}
