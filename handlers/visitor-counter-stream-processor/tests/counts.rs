//! Batches as a DynamoDB stream delivers them, against a real engine and a real `@connections` endpoint.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Broadcast, Deadline, Handler as _, Pace, Sender};
use handler_testing::{Sockets, Tables};
use serde_json::{Value, json};
use visitor_counter_stream_processor::{Audience, StreamProcessor};

const FIRST_VISIT: &str = include_str!("events/first-visit.json");
const OLD: &str = "1707503008941";

struct Pages {
    tables: Tables,
    sockets: Sockets,
    handler: StreamProcessor,
}

impl Pages {
    async fn start() -> Pages {
        let (tables, sockets) = (Tables::start().await, Sockets::start().await);
        tables.create("ConnectionIDs", "connectionId");
        let handler = handler(&tables, &sockets, "ConnectionIDs");
        Pages { tables, sockets, handler }
    }

    fn open(&self, ids: &[&str]) {
        for id in ids {
            self.tables.put("ConnectionIDs", json!({"connectionId": {"S": id}, "connectedAt": {"N": OLD}}));
        }
    }

    fn has(&self, id: &str) -> bool {
        !self.tables.item("ConnectionIDs", json!({"connectionId": {"S": id}})).is_null()
    }

    /// Delivers a batch, and returns the answer.
    async fn deliver(&self, event: Value) -> Value {
        self.deliver_until(Deadline::after(Duration::from_secs(60)), event).await
    }

    async fn deliver_until(&self, deadline: Deadline, event: Value) -> Value {
        let batch = serde_json::from_value(event).unwrap();
        let failures = self.handler.handle(batch, deadline).await.unwrap();
        serde_json::to_value(failures).unwrap()
    }

    async fn deliver_all(&self, records: &[Value]) -> Value {
        self.deliver(json!({ "Records": records })).await
    }
}

fn handler(tables: &Tables, sockets: &Sockets, table: &str) -> StreamProcessor {
    let aws = Aws::local(tables.url());
    let pace = Pace { pause: Duration::from_millis(1), ..Pace::default() };
    let broadcast = Broadcast::new(Sender::new(&aws, &sockets.url())).paced(pace);
    StreamProcessor::new(broadcast, Audience::new(Client::new(aws.config()), table))
}

fn record(name: &str, number: &str, image: Value) -> Value {
    let mut event: Value = serde_json::from_str(FIRST_VISIT).unwrap();
    let mut record = event["Records"][0].take();
    record["eventName"] = json!(name);
    record["dynamodb"]["SequenceNumber"] = json!(number);
    record["dynamodb"]["NewImage"] = image;
    record
}

fn count(name: &str, number: &str, count: i64) -> Value {
    record(name, number, json!({"id": {"S": "visitor_count"}, "count": {"N": count.to_string()}}))
}

fn remove(number: &str) -> Value {
    let mut record = record("REMOVE", number, Value::Null);
    record["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    record
}

fn message(count: i64) -> String {
    format!(r#"{{"type":"visitorCount","count":{count}}}"#)
}

fn all_well() -> Value {
    json!({"batchItemFailures": []})
}

fn failed(number: &str) -> Value {
    json!({"batchItemFailures": [{"itemIdentifier": number}]})
}

#[tokio::test]
async fn the_very_first_visit_is_an_insert_and_is_told() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    assert_eq!(pages.deliver(serde_json::from_str(FIRST_VISIT).unwrap()).await, all_well());
    for id in ["a=", "b="] {
        assert_eq!(pages.sockets.received(id), [message(1)]);
    }
}

#[tokio::test]
async fn of_a_batch_of_counts_only_the_newest_is_sent_and_once() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    let batch = [count("INSERT", "1", 1), count("MODIFY", "2", 2), count("MODIFY", "3", 3)];
    assert_eq!(pages.deliver_all(&batch).await, all_well());
    assert_eq!(pages.sockets.posts(), 2);
    assert_eq!(pages.sockets.received("a="), [message(3)]);
}

#[tokio::test]
async fn a_removal_first_in_the_batch_hides_nothing() {
    let pages = Pages::start().await;
    pages.open(&["a="]);
    assert_eq!(pages.deliver_all(&[remove("1"), count("INSERT", "2", 1)]).await, all_well());
    assert_eq!(pages.sockets.received("a="), [message(1)]);
}

#[tokio::test]
async fn a_removal_alone_says_nothing() {
    let pages = Pages::start().await;
    pages.open(&["a="]);
    assert_eq!(pages.deliver_all(&[remove("1")]).await, all_well());
    assert_eq!(pages.sockets.posts(), 0);
}

#[tokio::test]
async fn other_items_of_the_table_say_nothing() {
    let pages = Pages::start().await;
    pages.open(&["a="]);
    let other = record("INSERT", "2", json!({"id": {"S": "else"}, "count": {"N": "99"}}));
    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 7), other]).await, all_well());
    assert_eq!(pages.sockets.received("a="), [message(7)]);
}

#[tokio::test]
async fn every_one_of_2500_connections_on_several_pages_is_told_once() {
    let pages = Pages::start().await;
    let padding = "x".repeat(1_500);
    for n in 0..2_500 {
        let id = format!("c{n:04}=");
        let row = json!({"connectionId": {"S": id}, "connectedAt": {"N": OLD}, "padding": {"S": padding}});
        pages.tables.put("ConnectionIDs", row);
    }
    assert!(pages.tables.pages("ConnectionIDs") >= 3, "{} pages", pages.tables.pages("ConnectionIDs"));
    pages.sockets.answer("c1250=", [429]);
    pages.sockets.always("c0700=", 410);
    pages.sockets.always("c2000=", 403);

    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 2_500)]).await, all_well());

    let told =
        (0..2_500).filter(|n| pages.sockets.received(&format!("c{n:04}=")) == [message(2_500)]).count();
    assert_eq!(told, 2_498);
    assert_eq!(pages.sockets.posts(), 2_501);
    assert_eq!(pages.tables.len("ConnectionIDs"), 2_499);
    assert!(!pages.has("c0700=") && pages.has("c2000="));
}

#[tokio::test]
async fn a_throttled_connection_in_the_middle_is_told_in_the_end() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b=", "c="]);
    pages.sockets.answer("b=", [429, 429]);
    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 4)]).await, all_well());
    for id in ["a=", "b=", "c="] {
        assert_eq!(pages.sockets.received(id), [message(4)]);
    }
    assert_eq!(pages.sockets.attempts("b="), 3);
}

#[tokio::test]
async fn faults_keep_the_row_and_are_no_failure_of_the_batch() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    pages.sockets.always("a=", 500);
    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 4)]).await, all_well());
    assert!(pages.has("a="));
    assert_eq!(pages.sockets.received("b="), [message(4)]);
}

#[tokio::test]
async fn a_connection_that_is_gone_loses_its_row() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    pages.sockets.always("a=", 410);
    pages.deliver_all(&[count("MODIFY", "1", 4)]).await;
    assert!(!pages.has("a=") && pages.has("b="));
}

#[tokio::test]
async fn a_connection_that_is_just_opening_keeps_its_row_and_is_told() {
    let pages = Pages::start().await;
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let row = json!({"connectionId": {"S": "new="}, "connectedAt": {"N": now.as_millis().to_string()}});
    pages.tables.put("ConnectionIDs", row);
    pages.sockets.answer("new=", [410, 410]);
    pages.deliver_all(&[count("INSERT", "1", 1)]).await;
    assert!(pages.has("new="));
    assert_eq!(pages.sockets.received("new="), [message(1)]);
}

#[tokio::test]
async fn a_bad_record_is_reported_and_the_others_are_told() {
    let pages = Pages::start().await;
    pages.open(&["a="]);
    let bad = record("MODIFY", "2", json!({"id": {"S": "visitor_count"}, "count": {"S": "many"}}));
    let unreadable = json!({"eventName": "EXPLODE", "dynamodb": {"SequenceNumber": "3"}});
    let batch = [count("MODIFY", "1", 8), bad.clone(), unreadable, json!("not even a record")];
    let answer = pages.deliver_all(&batch).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]}));
    assert_eq!(pages.sockets.received("a="), [message(8)]);
}

#[tokio::test]
async fn a_table_that_cannot_be_read_fails_the_newest_record() {
    let pages = Pages::start().await;
    let pages = Pages { handler: handler(&pages.tables, &pages.sockets, "NoSuchTable"), ..pages };
    let answer = pages.deliver_all(&[count("MODIFY", "1", 1), count("MODIFY", "2", 2)]).await;
    assert_eq!(answer, failed("2"));
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    pages.sockets.always("a=", 410);
    pages.deliver_all(&[count("INSERT", "1", 1)]).await;
    let told = [("CONNECTIONS_TABLE", "ConnectionIDs"), ("CALLBACK_URL", &pages.sockets.url())];
    pages.tables.calls().and(&pages.sockets.calls()).check(include_str!("../src/lib.rs"), &told);
}

#[tokio::test]
async fn nobody_there_is_fine() {
    let pages = Pages::start().await;
    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 1)]).await, all_well());
    assert_eq!(pages.deliver(json!({})).await, all_well());
}

#[tokio::test]
async fn a_scan_that_breaks_off_tells_those_it_found_and_fails_the_record() {
    let pages = Pages::start().await;
    let padding = "x".repeat(300_000);
    for n in 0..8 {
        let row = json!({"connectionId": {"S": format!("c{n}=")}, "padding": {"S": padding}});
        pages.tables.put("ConnectionIDs", row);
    }
    pages.tables.throttle("ExclusiveStartKey", 100);
    assert_eq!(pages.deliver_all(&[count("MODIFY", "1", 8)]).await, failed("1"));
    assert!((1..8).contains(&pages.sockets.posts()), "{} posts", pages.sockets.posts());
}

#[tokio::test]
async fn a_count_that_the_deadline_cuts_short_is_not_delivered_again() {
    let pages = Pages::start().await;
    pages.open(&["a=", "b="]);
    let event = serde_json::from_str(FIRST_VISIT).unwrap();
    assert_eq!(pages.deliver_until(Deadline::after(Duration::ZERO), event).await, all_well());
    assert_eq!(pages.sockets.posts(), 0);
}
