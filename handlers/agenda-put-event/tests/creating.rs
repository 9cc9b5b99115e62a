//! Requests as a function URL sends them, against a real DynamoDB engine.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use agenda_put_event::{Events, PutEvent};
use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _};
use handler_testing::Tables;
use serde_json::{Value, json};

const POST: &str = include_str!("events/post.json");
const TABLE: &str = "events_table";

struct Agenda {
    tables: Tables,
    handler: PutEvent,
}

/// What a client sees.
struct Seen {
    status: u64,
    headers: Value,
    body: Value,
}

impl Agenda {
    async fn start() -> Agenda {
        let tables = Tables::start().await;
        tables.create_sorted(TABLE, ("user_id", "N"), ("id", "N"));
        Agenda { handler: handler(&tables.url()), tables }
    }

    async fn send(&self, event: Value) -> Seen {
        self.send_until(Deadline::after(Duration::from_secs(60)), event).await
    }

    async fn send_until(&self, deadline: Deadline, event: Value) -> Seen {
        let event = serde_json::from_value(event).unwrap();
        let reply = self.handler.handle(event, deadline).await.unwrap();
        let mut reply = serde_json::to_value(reply).unwrap();
        Seen {
            status: reply["statusCode"].as_u64().unwrap(),
            headers: reply["headers"].take(),
            body: serde_json::from_str(reply["body"].as_str().unwrap()).unwrap(),
        }
    }

    /// Stores an event of that user by a request of its own, and returns its id.
    async fn create(&self, user_id: i64, request: &str) -> Value {
        let seen = self.send(request_of(request, &body(user_id).to_string())).await;
        assert_eq!(seen.status, 201, "{}", seen.body);
        seen.body["id"].clone()
    }

    fn put(&self, user_id: i64, id: i64) {
        self.tables.put(TABLE, json!({"user_id": {"N": user_id.to_string()}, "id": {"N": id.to_string()}}));
    }

    async fn check_refused(&self, event: Value, status: u64, message: &str) {
        let seen = self.send(event.clone()).await;
        assert_eq!((seen.status, seen.body), (status, json!({"message": message})), "{event}");
        assert_eq!(seen.headers["Content-Type"], "application/json");
    }
}

fn handler(endpoint: &str) -> PutEvent {
    PutEvent::new(Events::new(Client::new(Aws::local(endpoint).config()), TABLE))
}

fn body(user_id: i64) -> Value {
    json!({"name": "Choir", "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T20:00", "user_id": user_id})
}

/// The request of the fixture, with another id and body.
fn request_of(id: &str, body: &str) -> Value {
    let mut event: Value = serde_json::from_str(POST).unwrap();
    event["requestContext"]["requestId"] = json!(id);
    event["body"] = json!(body);
    event
}

#[tokio::test]
async fn the_first_event_of_a_user_is_stored_as_it_was_given_and_gets_id_1() {
    let agenda = Agenda::start().await;
    let seen = agenda.send(serde_json::from_str(POST).unwrap()).await;
    let event = json!({
        "user_id": 7, "id": 1, "name": "Choir", "location": "Town hall",
        "dt_start": "2024-02-09T18:30", "dt_end": "2024-02-09T20:00",
    });
    assert_eq!((seen.status, seen.body), (201, event));
    assert_eq!(seen.headers, json!({"Content-Type": "application/json"}), "CORS is the function URL's");
    let stored = json!({
        "user_id": {"N": "7"}, "id": {"N": "1"}, "name": {"S": "Choir"}, "location": {"S": "Town hall"},
        "dt_start": {"S": "2024-02-09T18:30"}, "dt_end": {"S": "2024-02-09T20:00"},
        "request": {"S": "e1506fd5-9e7b-434f-bd42-4f8fa224b599"},
    });
    assert_eq!(agenda.tables.items(TABLE), [stored]);
}

#[tokio::test]
async fn ids_go_up_and_are_each_users_own() {
    let agenda = Agenda::start().await;
    for (request, user_id, id) in [("a", 7, 1), ("b", 7, 2), ("c", 8, 1), ("d", 7, 3), ("e", -8, 1)] {
        assert_eq!(agenda.create(user_id, request).await, id);
    }
}

#[tokio::test]
async fn the_id_follows_the_largest_number_not_the_latest_digits() {
    let agenda = Agenda::start().await;
    for id in [-3, 2, 9, 10] {
        agenda.put(7, id);
    }
    assert_eq!(agenda.create(7, "a").await, 11);
    agenda.put(8, -3);
    assert_eq!(agenda.create(8, "b").await, 1);
}

#[tokio::test]
async fn fifty_at_once_for_one_user_all_succeed_with_ids_of_their_own() {
    let agenda = Agenda::start().await;
    let requests: Vec<_> = (0..50).map(|n| format!("request {n}")).collect();
    let creates = requests.iter().map(|request| agenda.create(7, request));
    let ids = futures_util::future::join_all(creates).await;
    let ids: BTreeSet<_> = ids.iter().map(|id| id.as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=50).collect());
    assert_eq!(agenda.tables.len(TABLE), 50);
}

#[tokio::test]
async fn a_request_delivered_again_stores_nothing_more_and_is_answered_the_same() {
    let agenda = Agenda::start().await;
    assert_eq!(agenda.create(7, "a").await, 1);
    assert_eq!(agenda.create(7, "b").await, 2);
    for _ in 0..2 {
        assert_eq!(agenda.create(7, "a").await, 1);
    }
    assert_eq!(agenda.tables.len(TABLE), 2);
}

#[tokio::test]
async fn a_request_delivered_twice_at_the_same_time_stores_one_event() {
    let agenda = Agenda::start().await;
    let creates = (0..10).map(|_| agenda.create(7, "a"));
    assert_eq!(futures_util::future::join_all(creates).await, vec![json!(1); 10]);
    assert_eq!(agenda.tables.len(TABLE), 1);
}

#[tokio::test]
async fn a_write_whose_answer_got_lost_is_not_done_again() {
    let agenda = Agenda::start().await;
    agenda.tables.lose_answers("attribute_not_exists", 1);
    assert_eq!(agenda.create(7, "a").await, 1);
    assert_eq!(agenda.tables.len(TABLE), 1);

    // And if the event says no id of its request.
    let mut event = request_of("", &body(8).to_string());
    event["requestContext"] = json!({});
    agenda.tables.lose_answers("attribute_not_exists", 1);
    assert_eq!(agenda.send(event).await.body["id"], 1);
    assert_eq!(agenda.tables.len(TABLE), 2);
}

#[tokio::test]
async fn a_write_whose_answer_got_lost_is_known_even_behind_many_newer_events() {
    let agenda = Agenda::start().await;
    agenda.tables.lose_answers("attribute_not_exists", 1);
    agenda.tables.throttle("attribute_not_exists", 2);
    // While the SDK waits for its next attempt, others add more than are looked at.
    let others = async {
        while agenda.tables.is_empty(TABLE) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        (2..=40).for_each(|id| agenda.put(7, id));
    };
    let (id, ()) = tokio::join!(agenda.create(7, "a"), others);
    assert_eq!((id, agenda.tables.len(TABLE)), (json!(1), 40));
}

#[tokio::test]
async fn another_event_under_the_same_request_id_is_another_event() {
    let agenda = Agenda::start().await;
    assert_eq!(agenda.create(7, "a").await, 1);
    let mut other = body(7);
    other["name"] = json!("Orchestra");
    assert_eq!(agenda.send(request_of("a", &other.to_string())).await.body["id"], 2);
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong_and_stores_nothing() {
    let agenda = Agenda::start().await;
    let date = "and must be a date such as `2024-02-09` or `2024-02-09T18:30`";
    let number = "and must be an integer from -2147483648 to 2147483647";
    let cases = [
        ("name", json!(null), "`name` is missing".to_owned()),
        ("name", json!("  "), "`name` is blank".to_owned()),
        ("name", json!(["Choir"]), "`name` is not a string".to_owned()),
        ("name", json!("x".repeat(300)), "`name` has 300 characters, at most 256 are allowed".to_owned()),
        (
            "location",
            json!("x".repeat(257)),
            "`location` has 257 characters, at most 256 are allowed".to_owned(),
        ),
        ("user_id", json!(null), "`user_id` is missing".to_owned()),
        ("user_id", json!("seven"), format!("`user_id` is `\"seven\"`, {number}")),
        ("user_id", json!(7.5), format!("`user_id` is `7.5`, {number}")),
        ("dt_start", json!(null), "`dt_start` is missing".to_owned()),
        ("dt_end", json!(null), "`dt_end` is missing".to_owned()),
        ("dt_start", json!("09.02.2024"), format!("`dt_start` is `09.02.2024`, {date}")),
        ("dt_end", json!("2024-02-31"), format!("`dt_end` is `2024-02-31`, {date}")),
        (
            "dt_end",
            json!("2024-02-09T18:29"),
            "`dt_end` is `2024-02-09T18:29`, and must not be before `dt_start`, `2024-02-09T18:30`"
                .to_owned(),
        ),
    ];
    for (name, value, message) in cases {
        let mut body = body(7);
        body[name] = value;
        agenda.check_refused(request_of("a", &body.to_string()), 400, &message).await;
    }
    assert!(agenda.tables.is_empty(TABLE));
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let agenda = Agenda::start().await;
    for body in ["", "name=Choir", "[1]", "\"text\"", "null", "{"] {
        let seen = agenda.send(request_of("a", body)).await;
        let message = seen.body["message"].as_str().unwrap();
        assert!(
            seen.status == 400 && message.starts_with("the body is no JSON object: "),
            "{body}: {message}"
        );
    }
    assert!(agenda.tables.is_empty(TABLE));
}

#[tokio::test]
async fn a_body_in_base64_is_as_good() {
    let agenda = Agenda::start().await;
    let text = "eyJuYW1lIjoi5YWo6KeSIiwiZHRfc3RhcnQiOiIyMDI0LTAyLTA5IiwiZHRfZW5kIjoiMjAyNC0wMi0wOSIsInVzZXJfaWQiOjd9";
    let mut event = request_of("a", text);
    event["isBase64Encoded"] = json!(true);
    let seen = agenda.send(event.clone()).await;
    assert_eq!((seen.status, &seen.body["name"]), (201, &json!("全角")));
    assert_eq!(seen.body.get("location"), None);

    event["body"] = json!("%%%");
    agenda.check_refused(event.clone(), 400, "the body is announced as base64 and is not").await;
    event["body"] = json!("/w==");
    agenda.check_refused(event, 400, "the body is not text in UTF-8").await;
}

#[tokio::test]
async fn optional_fields_of_the_event_may_be_missing() {
    let agenda = Agenda::start().await;
    let body = body(7).to_string();
    for event in
        [json!({"body": body}), json!({"body": body, "requestContext": null, "isBase64Encoded": null})]
    {
        assert_eq!(agenda.send(event).await.status, 201);
    }
    assert_eq!(agenda.tables.len(TABLE), 2);
    assert_eq!(agenda.send(json!({})).await.status, 400);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let agenda = Agenda::start().await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let mut event = request_of("a", &body(7).to_string());
        event["requestContext"]["http"]["method"] = json!(method);
        let seen = agenda.send(event.clone()).await;
        assert_eq!(seen.headers["Allow"], "POST");
        let message = format!("`{method}` is not possible here, only POST");
        agenda.check_refused(event, 405, &message).await;
    }
    assert!(agenda.tables.is_empty(TABLE));
}

#[tokio::test]
async fn a_user_with_the_last_id_gets_no_further_one() {
    let agenda = Agenda::start().await;
    agenda.put(7, i64::from(i32::MAX));
    let event = request_of("a", &body(7).to_string());
    agenda.check_refused(event, 409, "user 7 has the last id there is").await;
    assert_eq!(agenda.tables.len(TABLE), 1);
}

#[tokio::test]
async fn a_throttled_table_is_asked_again() {
    let agenda = Agenda::start().await;
    agenda.tables.throttle("KeyConditionExpression", 2);
    agenda.tables.throttle("attribute_not_exists", 2);
    assert_eq!(agenda.create(7, "a").await, 1);
}

#[tokio::test]
async fn what_fails_here_is_not_told_to_clients() {
    let tables = Tables::start().await;
    let agenda = Agenda { handler: handler(&tables.url()), tables };
    let event = request_of("a", &body(7).to_string());
    agenda.check_refused(event, 500, "internal server error").await;
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_given_up_at_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let handler = handler(&format!("http://{}", silent.local_addr().unwrap()));
    let (agenda, start) = (Agenda { handler, ..Agenda::start().await }, Instant::now());
    let deadline = Deadline::after(Duration::from_millis(300));
    let seen = agenda.send_until(deadline, request_of("a", &body(7).to_string())).await;
    let message = json!({"message": "it takes too long to store the event, try again"});
    assert_eq!((seen.status, seen.body), (503, message));
    assert_eq!(seen.headers["Retry-After"], "1");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn its_calls_are_those_it_documents() {
    let agenda = Agenda::start().await;
    agenda.create(7, "a").await;
    agenda.create(7, "a").await;
    agenda.tables.calls().check(include_str!("../src/lib.rs"), &[("EVENTS_TABLE", TABLE)]);
}
