//! Events as API Gateway sends them, against a real DynamoDB engine.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::Tables;
use notifications_event_handler::{Connections, EventHandler};
use serde_json::{Value, json};

const CONNECT: &str = include_str!("events/connect.json");
const DISCONNECT: &str = include_str!("events/disconnect.json");
const MESSAGE: &str = include_str!("events/message.json");
const SOURCE: &str = include_str!("../src/lib.rs");
const ID: &str = "S0Y4dcZ3IAMCEeA=";

const ESTABLISHED: (u16, &str) = (200, "Connection established successfully");
const REMOVED: (u16, &str) = (200, "Connection removed successfully");
const NO_ROUTE: (u16, &str) = (404, "Invalid Route");

struct Api {
    tables: Tables,
    handler: EventHandler,
}

impl Api {
    async fn start() -> Api {
        let tables = Tables::start().await;
        tables.create_indexed("connection-manager", "connection_id", "UserIdIndex", "user_id");
        Api { handler: handler(&tables.url(), "connection-manager"), tables }
    }

    async fn send(&self, event: Value) -> (u16, String) {
        self.send_until(Deadline::after(Duration::from_secs(10)), event).await
    }

    async fn send_until(&self, deadline: Deadline, event: Value) -> (u16, String) {
        let reply = self.handler.handle(serde_json::from_value(event).unwrap(), deadline).await.unwrap();
        (reply.status_code, reply.body)
    }

    async fn check(&self, event: Value, (status, text): (u16, &str)) {
        assert_eq!(self.send(event.clone()).await, (status, text.to_owned()), "{event}");
    }

    /// Connects with that user in the query and that authorizer, which is refused, and leaves no row.
    async fn check_refused(&self, user: Value, authorizer: Value, status: u16, message: &str) {
        let mut event = connect("new=", user);
        event["requestContext"]["authorizer"] = authorizer;
        let body = json!({ "message": message }).to_string();
        self.check(event, (status, &body)).await;
        assert_eq!(self.row("new="), Value::Null, "{message}");
    }

    fn row(&self, id: &str) -> Value {
        self.tables.item("connection-manager", json!({"connection_id": {"S": id}}))
    }

    fn user(&self, id: &str) -> Value {
        self.row(id)["user_id"]["S"].take()
    }
}

fn handler(url: &str, table: &str) -> EventHandler {
    EventHandler::new(Connections::new(Client::new(Aws::local(url).config()), table))
}

fn event(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A `$connect` with that `user_id` in its query; null for a query without one.
fn connect(id: &str, user: Value) -> Value {
    let mut event = event(CONNECT);
    event["requestContext"]["connectionId"] = json!(id);
    event["queryStringParameters"] =
        if user.is_null() { json!({"x": "y"}) } else { json!({"user_id": user}) };
    event
}

#[tokio::test]
async fn a_connection_is_stored_with_its_user() {
    let api = Api::start().await;
    api.check(event(CONNECT), ESTABLISHED).await;
    let mut row = api.row(ID);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let expires: u64 = row["expires"]["N"].take().as_str().unwrap().parse().unwrap();
    assert!((now + 7_790..=now + 7_800).contains(&expires), "{expires} at {now}");
    let expected = json!({
        "connection_id": {"S": ID}, "user_id": {"S": "ann"}, "connectedAt": {"N": "1707503008941"},
        "expires": {"N": null},
    });
    assert_eq!(row, expected);
}

#[tokio::test]
async fn two_devices_of_a_user_are_two_rows() {
    let api = Api::start().await;
    for id in ["phone=", "laptop="] {
        api.check(connect(id, json!("ann")), ESTABLISHED).await;
    }
    assert_eq!(api.tables.len("connection-manager"), 2);
    assert_eq!((api.user("phone="), api.user("laptop=")), (json!("ann"), json!("ann")));
}

#[tokio::test]
async fn a_repeated_connect_is_one_row() {
    let api = Api::start().await;
    for _ in 0..3 {
        api.check(event(CONNECT), ESTABLISHED).await;
    }
    assert_eq!(api.tables.len("connection-manager"), 1);
}

#[tokio::test]
async fn without_a_user_nothing_is_stored() {
    let api = Api::start().await;
    api.check_refused(Value::Null, Value::Null, 400, "`user_id` is missing").await;
    api.check_refused(json!(""), Value::Null, 400, "`user_id` is empty").await;
    let long = json!("ü".repeat(257));
    api.check_refused(long, Value::Null, 400, "`user_id` has 257 characters, at most 256 are allowed").await;
    let mut event = event(CONNECT);
    event["queryStringParameters"] = Value::Null;
    api.check(event, (400, r#"{"message":"`user_id` is missing"}"#)).await;
    assert!(api.tables.is_empty("connection-manager"));
}

#[tokio::test]
async fn a_user_may_have_256_characters_of_any_kind() {
    let api = Api::start().await;
    let longest = json!("𝄞".repeat(256));
    api.check(connect("a=", longest.clone()), ESTABLISHED).await;
    assert_eq!(api.user("a="), longest);
}

#[tokio::test]
async fn a_ticket_binds_the_connection_to_its_user() {
    let api = Api::start().await;
    let tickets = [
        json!({"principalId": "ann", "user_id": "ann", "integrationLatency": 12}),
        json!({"principalId": "ann", "integrationLatency": 12}),
    ];
    for ticket in tickets {
        for user in [Value::Null, json!("ann")] {
            let mut event = connect("a=", user);
            event["requestContext"]["authorizer"] = ticket.clone();
            api.check(event, ESTABLISHED).await;
            assert_eq!(api.user("a="), "ann");
        }
    }
}

#[tokio::test]
async fn with_a_ticket_nobody_connects_as_somebody_else() {
    let api = Api::start().await;
    let ticket = json!({"principalId": "ann", "user_id": "ann"});
    let message = "the ticket is for another user than `user_id`";
    for user in ["bob", "Ann", "ann ", ""] {
        api.check_refused(json!(user), ticket.clone(), 403, message).await;
    }
    api.check_refused(Value::Null, json!({"user_id": ""}), 400, "`user_id` is empty").await;
}

#[tokio::test]
async fn without_sign_in_the_query_says_who_it_is() {
    let api = Api::start().await;
    for authorizer in [Value::Null, json!({}), json!({"integrationLatency": 1})] {
        let mut event = connect("a=", json!("ann"));
        event["requestContext"]["authorizer"] = authorizer;
        api.check(event, ESTABLISHED).await;
    }
}

#[tokio::test]
async fn a_disconnect_removes_the_row_and_no_other() {
    let api = Api::start().await;
    api.send(event(CONNECT)).await;
    api.send(connect("other=", json!("ann"))).await;
    api.check(event(DISCONNECT), REMOVED).await;
    assert_eq!(api.row(ID), Value::Null);
    assert_eq!(api.user("other="), "ann");
}

#[tokio::test]
async fn a_disconnect_without_a_row_is_fine() {
    let api = Api::start().await;
    for _ in 0..2 {
        api.check(event(DISCONNECT), REMOVED).await;
    }
}

#[tokio::test]
async fn any_message_is_answered_and_the_connection_stays() {
    let api = Api::start().await;
    api.send(event(CONNECT)).await;
    let before = api.row(ID);
    let mut message = event(MESSAGE);
    api.check(message.clone(), NO_ROUTE).await;
    message["body"] = json!("/w==");
    message["isBase64Encoded"] = json!(true);
    api.check(message.clone(), NO_ROUTE).await;
    message["requestContext"]["routeKey"] = json!("order");
    api.check(message, NO_ROUTE).await;
    assert_eq!(api.row(ID), before);
}

#[tokio::test]
async fn optional_fields_may_be_missing() {
    let api = Api::start().await;
    let context = |kind| json!({"connectionId": "a=", "eventType": kind});
    let query = json!({"user_id": "ann"});
    let event = json!({"requestContext": context("CONNECT"), "queryStringParameters": query});
    api.check(event, ESTABLISHED).await;
    assert!(api.row("a=")["connectedAt"]["N"].is_string());
    api.check(json!({"requestContext": context("MESSAGE")}), NO_ROUTE).await;
    api.check(json!({"requestContext": context("DISCONNECT")}), REMOVED).await;
}

#[tokio::test]
async fn an_event_without_a_connection_is_refused_and_stores_nothing() {
    let api = Api::start().await;
    for mut event in [connect("", json!("ann")), json!({})] {
        api.check(event.take(), (400, r#"{"message":"the event names no connection"}"#)).await;
    }
    assert!(api.tables.is_empty("connection-manager"));
}

#[tokio::test]
async fn a_table_that_fails_refuses_the_handshake() {
    let api = Api::start().await;
    let api = Api { handler: handler(&api.tables.url(), "no-such-table"), ..api };
    let body = r#"{"message":"the connection could not be recorded"}"#;
    api.check(event(CONNECT), (500, body)).await;
    api.check(event(DISCONNECT), (500, body)).await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_waited_for_until_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let api = Api { handler: handler(&url, "connection-manager"), ..Api::start().await };
    let start = Instant::now();
    for text in [CONNECT, DISCONNECT] {
        let soon = Deadline::after(Duration::from_millis(300));
        assert_eq!(api.send_until(soon, event(text)).await.0, 500);
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn it_calls_what_it_says_it_calls() {
    let api = Api::start().await;
    for text in [CONNECT, MESSAGE, DISCONNECT] {
        api.send(event(text)).await;
    }
    api.tables.calls().check(SOURCE, &[("CONNECTIONS_TABLE", "connection-manager")]);
}
