//! Events as EventBridge delivers them, against a real DynamoDB engine and a real `@connections` endpoint.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Broadcast, BusEvent, Deadline, Handler as _, Idempotency, Pace, Sender};
use handler_testing::{Sockets, Tables};
use notifications_message_publisher::{Devices, MessagePublisher, NotSent};
use serde_json::{Value, json};

const ACCEPTED: &str = include_str!("events/order-accepted.json");
const SOURCE: &str = include_str!("../src/lib.rs");
const MESSAGE: &str =
    r#"{"order_id":"018d8f0c-6f7d-7a3b-9c1d-2e4f5a6b7c8d","order_status":"Order Accepted"}"#;
const OLD: u64 = 1_707_503_008_941;

struct Users {
    tables: Tables,
    sockets: Sockets,
    handler: MessagePublisher,
}

impl Users {
    async fn start() -> Users {
        let (tables, sockets) = (Tables::start().await, Sockets::start().await);
        tables.create_indexed("connection-manager", "connection_id", "UserIdIndex", "user_id");
        tables.create("handled", "id");
        let handler = handler(&tables.url(), &sockets, "connection-manager");
        Users { tables, sockets, handler }
    }

    /// A connection of a user.
    fn open(&self, user: &str, id: &str, connected_at: u64) {
        let row = json!({
            "connection_id": {"S": id}, "user_id": {"S": user}, "connectedAt": {"N": connected_at.to_string()},
        });
        self.tables.put("connection-manager", row);
    }

    fn has(&self, id: &str) -> bool {
        !self.tables.item("connection-manager", json!({"connection_id": {"S": id}})).is_null()
    }

    async fn deliver(&self, event: &str) -> Result<(), NotSent> {
        self.deliver_until(Deadline::after(Duration::from_secs(30)), event).await
    }

    async fn deliver_until(&self, deadline: Deadline, event: &str) -> Result<(), NotSent> {
        self.handler.handle(serde_json::from_str(event).unwrap(), deadline).await
    }

    /// Delivers an event with that detail, which is dropped without a word to anyone.
    async fn check_dropped(&self, detail: &str) {
        self.deliver(&event("1", detail)).await.unwrap();
        assert_eq!(self.sockets.posts(), 0, "{detail}");
        assert!(self.tables.is_empty("handled"), "{detail}");
    }
}

fn handler(tables: &str, sockets: &Sockets, table: &str) -> MessagePublisher {
    let aws = Aws::local(tables);
    let pace = Pace { pause: Duration::from_millis(1), ..Pace::default() };
    let broadcast = Broadcast::new(Sender::new(&aws, &sockets.url())).paced(pace);
    let client = Client::new(aws.config());
    MessagePublisher::new(broadcast, Devices::new(client.clone(), table), Idempotency::new(client, "handled"))
}

/// An event with that id and detail, both as they are written.
fn event(id: &str, detail: &str) -> String {
    format!(
        r#"{{"version": "0", "id": "{id}", "detail-type": "News", "source": "test", "detail": {detail}}}"#
    )
}

/// An event whose message has that many bytes.
fn event_of(size: usize) -> String {
    let text = "x".repeat(size - r#"{"text":""}"#.len());
    event("1", &json!({"user_id": "ann", "text": text}).to_string())
}

fn now() -> u64 {
    let span = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(span.as_millis()).unwrap()
}

#[tokio::test]
async fn every_device_of_the_user_is_told_and_nobody_else() {
    let users = Users::start().await;
    for (user, id) in [("ann", "phone="), ("ann", "laptop="), ("bob", "other="), ("ann2", "another=")] {
        users.open(user, id, OLD);
    }
    users.deliver(ACCEPTED).await.unwrap();
    assert_eq!(users.sockets.received("phone="), [MESSAGE]);
    assert_eq!(users.sockets.received("laptop="), [MESSAGE]);
    assert_eq!(users.sockets.posts(), 2);
    assert!(users.sockets.all_signed());
}

#[tokio::test]
async fn a_user_without_connections_is_no_failure() {
    let users = Users::start().await;
    users.open("bob", "other=", OLD);
    users.deliver(ACCEPTED).await.unwrap();
    assert_eq!(users.sockets.posts(), 0);
}

#[tokio::test]
async fn the_detail_is_passed_on_as_it_was_written() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    let fields = r#""z":1.50,"total":12345678901234567890123,"rate":1e3,"list":[1.0,{"user_id":"kept"}],"text":"\u00e4""#;
    users.deliver(&event("1", &format!(r#"{{{fields},"user_id":"ann"}}"#))).await.unwrap();
    assert_eq!(users.sockets.received("a="), [format!("{{{fields}}}")]);
}

#[tokio::test]
async fn an_event_delivered_again_is_sent_once() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    for _ in 0..3 {
        users.deliver(ACCEPTED).await.unwrap();
    }
    assert_eq!(users.sockets.received("a="), [MESSAGE]);
}

#[tokio::test]
async fn two_events_with_one_detail_are_two_messages() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    for id in ["1", "2"] {
        users.deliver(&event(id, r#"{"user_id":"ann","n":1}"#)).await.unwrap();
    }
    assert_eq!(users.sockets.received("a="), [r#"{"n":1}"#, r#"{"n":1}"#]);
}

#[tokio::test]
async fn an_event_put_twice_by_a_sender_who_had_no_answer_is_sent_once() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    for id in ["1", "2"] {
        let mut event: Value = serde_json::from_str(ACCEPTED).unwrap();
        event["id"] = json!(id);
        event["resources"] = json!([BusEvent::resource_of("order 1")]);
        users.deliver(&event.to_string()).await.unwrap();
    }
    assert_eq!(users.sockets.received("a=").len(), 1);
}

#[tokio::test]
async fn an_event_without_an_id_is_sent() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    users.deliver(r#"{"detail": {"user_id": "ann", "n": 1}}"#).await.unwrap();
    assert_eq!(users.sockets.received("a="), [r#"{"n":1}"#]);
}

#[tokio::test]
async fn a_detail_that_makes_no_sense_is_dropped() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    let long = json!({"user_id": "x".repeat(257)}).to_string();
    for detail in ["null", "[]", "\"ann\"", "{}", r#"{"user_id":7}"#, r#"{"user_id":""}"#, &long] {
        users.check_dropped(detail).await;
    }
    users.deliver("{}").await.unwrap();
}

#[tokio::test]
async fn a_message_may_have_128_kb_and_no_more() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    let error = users.deliver(&event_of(131_073)).await.unwrap_err();
    assert_eq!(error.to_string(), "the message has 131073 bytes, at most 131072 are allowed");
    assert_eq!(users.sockets.posts(), 0);
    users.deliver(&event_of(131_072)).await.unwrap();
    assert_eq!(users.sockets.received("a=")[0].len(), 131_072);
}

#[tokio::test]
async fn a_connection_that_is_gone_loses_its_row_and_stops_nobody() {
    let users = Users::start().await;
    for id in ["gone=", "busy=", "refused=", "fine="] {
        users.open("ann", id, OLD);
    }
    users.open("ann", "opening=", now());
    for (id, status) in [("gone=", 410), ("busy=", 500), ("refused=", 403), ("opening=", 410)] {
        users.sockets.always(id, status);
    }
    users.deliver(ACCEPTED).await.unwrap();
    assert_eq!(users.sockets.received("fine="), [MESSAGE]);
    let kept: Vec<_> =
        ["gone=", "busy=", "refused=", "opening=", "fine="].into_iter().filter(|id| users.has(id)).collect();
    assert_eq!(kept, ["busy=", "refused=", "opening=", "fine="]);
}

#[tokio::test]
async fn connections_on_several_pages_of_the_index_are_all_told() {
    let users = Users::start().await;
    let padding = "x".repeat(60_000);
    for n in 0..50 {
        let id = format!("c{n}=");
        let row = json!({"connection_id": {"S": id}, "user_id": {"S": "ann"}, "padding": {"S": padding}});
        users.tables.put("connection-manager", row);
    }
    assert!(users.tables.pages("connection-manager") >= 3);
    users.deliver(ACCEPTED).await.unwrap();
    let mut paths = users.sockets.paths();
    paths.sort();
    paths.dedup();
    assert_eq!((paths.len(), users.sockets.posts()), (50, 50));
}

#[tokio::test]
async fn when_the_connections_cannot_be_read_it_fails_and_sends_on_the_next_delivery() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    // As often as the SDK tries.
    users.tables.throttle("UserIdIndex", 4);
    assert!(matches!(users.deliver(ACCEPTED).await, Err(NotSent::Undone(_))));
    assert_eq!(users.sockets.posts(), 0);
    users.deliver(ACCEPTED).await.unwrap();
    assert_eq!(users.sockets.received("a="), [MESSAGE]);
}

#[tokio::test]
async fn when_the_second_page_cannot_be_read_nobody_is_told_twice() {
    let users = Users::start().await;
    let padding = "x".repeat(300_000);
    for n in 0..5 {
        let row = json!({"connection_id": {"S": format!("c{n}=")}, "user_id": {"S": "ann"}, "padding": {"S": padding}});
        users.tables.put("connection-manager", row);
    }
    users.tables.throttle("ExclusiveStartKey", 4);
    users.deliver(ACCEPTED).await.unwrap_err();
    users.deliver(ACCEPTED).await.unwrap();
    assert_eq!(users.sockets.posts(), 5);
}

#[tokio::test]
async fn what_another_delivery_is_at_comes_again() {
    let users = Users::start().await;
    users.open("ann", "a=", OLD);
    let idempotency = Idempotency::new(Client::new(Aws::local(users.tables.url()).config()), "handled");
    let id = serde_json::from_str::<Value>(ACCEPTED).unwrap()["id"].as_str().unwrap().to_owned();
    idempotency.claim(&format!("{id}#told"), Deadline::after(Duration::from_secs(30))).await.unwrap();
    assert!(matches!(users.deliver(ACCEPTED).await, Err(NotSent::Undone(_))));
    assert_eq!(users.sockets.posts(), 0);
}

#[tokio::test]
async fn tables_that_do_not_answer_are_waited_for_until_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let users = Users::start().await;
    let users = Users { handler: handler(&url, &users.sockets, "connection-manager"), ..users };
    let start = Instant::now();
    for event in [ACCEPTED, r#"{"detail": {"user_id": "ann"}}"#] {
        users.deliver_until(Deadline::after(Duration::from_millis(300)), event).await.unwrap_err();
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn it_calls_what_it_says_it_calls() {
    let users = Users::start().await;
    users.open("ann", "gone=", OLD);
    users.sockets.always("gone=", 410);
    users.tables.throttle("UserIdIndex", 4);
    users.deliver(ACCEPTED).await.unwrap_err();
    users.deliver(ACCEPTED).await.unwrap();
    let told = [
        ("CONNECTIONS_TABLE", "connection-manager"),
        ("IDEMPOTENCY_TABLE", "handled"),
        ("CALLBACK_URL", &users.sockets.url()),
    ];
    users.tables.calls().and(&users.sockets.calls()).check(SOURCE, &told);
}
