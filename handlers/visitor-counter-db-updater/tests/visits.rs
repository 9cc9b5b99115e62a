//! Events as API Gateway sends them, against a real DynamoDB engine.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::Client;
use futures_util::future::join_all;
use handler_kit::{Aws, Deadline, Handler as _, Reply};
use handler_testing::Tables;
use serde_json::{Value, json};
use visitor_counter_db_updater::{DbUpdater, Visits};

const CONNECT: &str = include_str!("events/connect.json");
const DISCONNECT: &str = include_str!("events/disconnect.json");
const ID: &str = "S0Y4dcZ3IAMCEeA=";

struct Counter {
    tables: Tables,
    handler: DbUpdater,
}

impl Counter {
    async fn start() -> Counter {
        let tables = Tables::start().await;
        tables.create("ConnectionIDs", "connectionId");
        tables.create("VisitorCount", "id");
        Counter { handler: handler(&tables, "ConnectionIDs", "VisitorCount"), tables }
    }

    async fn send(&self, event: &Value) -> Reply {
        self.send_until(Deadline::after(Duration::from_secs(10)), event).await
    }

    async fn send_until(&self, deadline: Deadline, event: &Value) -> Reply {
        let event = serde_json::from_value(event.clone()).unwrap();
        self.handler.handle(event, deadline).await.unwrap()
    }

    fn count(&self) -> Value {
        self.tables.item("VisitorCount", json!({"id": {"S": "visitor_count"}}))["count"]["N"].take()
    }

    fn row(&self, id: &str) -> Value {
        self.tables.item("ConnectionIDs", json!({"connectionId": {"S": id}}))
    }
}

fn handler(tables: &Tables, connections: &str, counter: &str) -> DbUpdater {
    let client = Client::new(Aws::local(tables.url()).config());
    DbUpdater::new(Visits::new(client, connections, counter))
}

fn event(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn connect(id: &str) -> Value {
    let mut event = event(CONNECT);
    event["requestContext"]["connectionId"] = json!(id);
    event
}

#[tokio::test]
async fn the_first_visit_makes_the_counter() {
    let counter = Counter::start().await;
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200);
    assert_eq!(counter.count(), "1");
    assert_eq!(counter.row(ID)["connectionId"]["S"], ID);
}

#[tokio::test]
async fn a_row_says_when_it_began_and_when_it_dies() {
    let counter = Counter::start().await;
    counter.send(&event(CONNECT)).await;
    let row = counter.row(ID);
    assert_eq!(row["connectedAt"]["N"], "1707503008941");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let expires: u64 = row["expires"]["N"].as_str().unwrap().parse().unwrap();
    assert!((now + 7_790..=now + 7_800).contains(&expires), "{expires} at {now}");
}

#[tokio::test]
async fn a_repeated_connect_adds_nothing() {
    let counter = Counter::start().await;
    for _ in 0..3 {
        assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200);
    }
    assert_eq!(counter.count(), "1");
    assert_eq!(counter.tables.len("ConnectionIDs"), 1);
}

#[tokio::test]
async fn every_visit_counts() {
    let counter = Counter::start().await;
    for n in 0..5 {
        counter.send(&connect(&format!("c{n}="))).await;
    }
    assert_eq!(counter.count(), "5");
}

#[tokio::test]
async fn visits_at_the_same_time_all_count() {
    let counter = Counter::start().await;
    let events: Vec<_> = (0..40).map(|n| connect(&format!("c{n}="))).collect();
    let replies = join_all(events.iter().map(|event| counter.send(event))).await;
    assert!(replies.iter().all(|reply| reply.status_code == 200));
    assert_eq!(counter.count(), "40");
    assert_eq!(counter.tables.len("ConnectionIDs"), 40);
}

#[tokio::test]
async fn a_disconnect_deletes_the_row_and_leaves_the_counter() {
    let counter = Counter::start().await;
    counter.send(&event(CONNECT)).await;
    assert_eq!(counter.send(&event(DISCONNECT)).await.status_code, 200);
    assert_eq!(counter.row(ID), Value::Null);
    assert_eq!(counter.count(), "1");
}

#[tokio::test]
async fn a_disconnect_of_an_unknown_connection_is_fine() {
    let counter = Counter::start().await;
    assert_eq!(counter.send(&event(DISCONNECT)).await.status_code, 200);
    assert_eq!(counter.count(), Value::Null);
}

#[tokio::test]
async fn a_failed_transaction_refuses_the_handshake_and_leaves_no_row() {
    let counter = Counter::start().await;
    let handler = handler(&counter.tables, "ConnectionIDs", "NoSuchTable");
    let counter = Counter { handler, ..counter };
    let reply = counter.send(&event(CONNECT)).await;
    assert_eq!(reply.status_code, 500);
    assert_eq!(counter.row(ID), Value::Null);
}

#[tokio::test]
async fn a_counter_that_is_no_number_refuses_the_handshake_and_leaves_no_row() {
    let counter = Counter::start().await;
    counter.tables.put("VisitorCount", json!({"id": {"S": "visitor_count"}, "count": {"S": "many"}}));
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 500);
    assert_eq!(counter.row(ID), Value::Null);
}

#[tokio::test]
async fn a_connect_with_nothing_but_its_id_counts() {
    let counter = Counter::start().await;
    let event = json!({"requestContext": {"connectionId": "a=", "eventType": "CONNECT"}});
    assert_eq!(counter.send(&event).await.status_code, 200);
    assert_eq!(counter.count(), "1");
    assert!(counter.row("a=")["connectedAt"]["N"].is_string());
}

#[tokio::test]
async fn an_event_without_a_connection_is_refused_and_stores_nothing() {
    let counter = Counter::start().await;
    for event in [json!({}), json!({"requestContext": {"routeKey": "$connect", "connectionId": ""}})] {
        assert_eq!(counter.send(&event).await.status_code, 400, "{event}");
    }
    assert!(counter.tables.is_empty("ConnectionIDs") && counter.tables.is_empty("VisitorCount"));
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let counter = Counter::start().await;
    for text in [CONNECT, CONNECT, DISCONNECT] {
        counter.send(&event(text)).await;
    }
    let told = [("CONNECTIONS_TABLE", "ConnectionIDs"), ("COUNTER_TABLE", "VisitorCount")];
    counter.tables.calls().check(include_str!("../src/lib.rs"), &told);
}

#[tokio::test]
async fn a_message_in_base64_changes_nothing() {
    let counter = Counter::start().await;
    let context = json!({"connectionId": "a=", "eventType": "MESSAGE", "routeKey": "$default"});
    let event = json!({"requestContext": context, "body": "aGVsbG8=", "isBase64Encoded": true});
    assert_eq!(counter.send(&event).await.status_code, 200);
    assert!(counter.tables.is_empty("ConnectionIDs") && counter.tables.is_empty("VisitorCount"));
}

#[tokio::test]
async fn a_visit_that_collides_with_others_counts_in_the_end() {
    let counter = Counter::start().await;
    counter.tables.cancel("TransactionConflict", 3);
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200);
    assert_eq!(counter.count(), "1");
}

#[tokio::test]
async fn a_visit_turned_away_under_load_counts_in_the_end() {
    for reason in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let counter = Counter::start().await;
        counter.tables.cancel(reason, 3);
        assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200, "{reason}");
        assert_eq!(counter.count(), "1", "{reason}");
    }
}

#[tokio::test]
async fn a_visit_throttled_more_often_than_the_sdk_tries_counts_in_the_end() {
    let counter = Counter::start().await;
    counter.tables.throttle("TransactItems", 5);
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200);
    assert_eq!(counter.count(), "1");
}

#[tokio::test]
async fn a_visit_whose_first_attempt_is_still_under_way_counts_once() {
    let counter = Counter::start().await;
    // The SDK itself tries four times.
    counter.tables.say_in_progress(5);
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 200);
    assert_eq!(counter.count(), "1");
}

#[tokio::test]
async fn a_reason_that_lasts_is_not_tried_again() {
    let counter = Counter::start().await;
    counter.tables.cancel("ValidationError", 1);
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 500);
}

#[tokio::test]
async fn after_the_deadline_a_visit_is_refused_and_not_counted() {
    let counter = Counter::start().await;
    let late = Deadline::after(Duration::ZERO);
    assert_eq!(counter.send_until(late, &event(CONNECT)).await.status_code, 500);
    assert_eq!((counter.count(), counter.row(ID)), (Value::Null, Value::Null));
}

#[tokio::test]
async fn tables_that_do_not_answer_are_waited_for_until_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let aws = Aws::local(format!("http://{}", silent.local_addr().unwrap()));
    let handler = DbUpdater::new(Visits::new(Client::new(aws.config()), "ConnectionIDs", "VisitorCount"));
    let (counter, start) = (Counter { handler, ..Counter::start().await }, Instant::now());
    for text in [CONNECT, DISCONNECT] {
        let soon = Deadline::after(Duration::from_millis(300));
        assert_eq!(counter.send_until(soon, &event(text)).await.status_code, 500);
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_visit_that_never_gets_through_is_refused_and_not_counted() {
    let counter = Counter::start().await;
    counter.tables.cancel("TransactionConflict", 100);
    assert_eq!(counter.send(&event(CONNECT)).await.status_code, 500);
    assert_eq!((counter.count(), counter.row(ID)), (Value::Null, Value::Null));
}
