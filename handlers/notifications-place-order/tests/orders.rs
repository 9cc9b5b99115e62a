//! Requests as API Gateway sends them, with an event bus behind.

#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use handler_kit::{Aws, Deadline, Handler as _, Reply};
use handler_testing::{Bus, Tables};
use notifications_place_order::PlaceOrder;
use serde_json::{Value, json};

const POST: &str = include_str!("events/post.json");
const SOURCE: &str = include_str!("../src/lib.rs");

struct Restaurant {
    bus: Bus,
    handler: PlaceOrder,
}

impl Restaurant {
    async fn start() -> Restaurant {
        let bus = Bus::in_front_of(&Tables::start().await).await;
        Restaurant { handler: handler(&bus.url()), bus }
    }

    async fn send(&self, event: Value) -> Reply {
        self.send_until(Deadline::after(Duration::from_secs(10)), event).await
    }

    async fn send_until(&self, deadline: Deadline, event: Value) -> Reply {
        let reply = self.handler.handle(serde_json::from_value(event).unwrap(), deadline).await.unwrap();
        assert_eq!(reply.headers["Access-Control-Allow-Origin"], "*");
        assert_eq!(reply.headers["Content-Type"], "application/json");
        reply
    }

    async fn check_refused(&self, event: Value, status: u16, message: &str) {
        let reply = self.send(event.clone()).await;
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!((reply.status_code, body), (status, json!({ "message": message })), "{event}");
        assert_eq!(self.bus.events(), [Value::Null; 0]);
    }
}

fn handler(url: &str) -> PlaceOrder {
    PlaceOrder::new(notifications_orders::Bus::new(&Aws::local(url), "orders"))
}

fn event() -> Value {
    serde_json::from_str(POST).unwrap()
}

fn post(body: &str) -> Value {
    json!({"httpMethod": "POST", "path": "/orders", "body": body})
}

#[tokio::test]
async fn an_order_is_put_on_the_bus_under_the_id_that_is_answered() {
    let restaurant = Restaurant::start().await;
    let reply = restaurant.send(event()).await;
    assert_eq!(reply.status_code, 202);
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    let id = body["order_id"].as_str().unwrap();
    assert_eq!(uuid_version(id), '7', "{id}");
    let events = restaurant.bus.events();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["source"], &events[0]["detail-type"]),
        (&json!("custom.food_app"), &json!("Order Placed"))
    );
    let detail = json!({"order_id": id, "order_status": "Order Placed", "user_id": "ann"});
    assert_eq!(events[0]["detail"], detail);
    assert!(restaurant.bus.all_signed());
}

fn uuid_version(id: &str) -> char {
    assert_eq!(id.len(), 36, "{id}");
    id.chars().nth(14).unwrap()
}

#[tokio::test]
async fn each_request_is_an_order_of_its_own() {
    let restaurant = Restaurant::start().await;
    for _ in 0..5 {
        restaurant.send(event()).await;
    }
    let mut ids: Vec<_> =
        restaurant.bus.events().iter().map(|event| event["detail"]["order_id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    assert!(ids.is_sorted(), "{ids:?}");
}

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong_and_orders_nothing() {
    let restaurant = Restaurant::start().await;
    let long = json!({"user_id": "ü".repeat(257)}).to_string();
    let cases = [
        ("{}", "`user_id` is missing"),
        (r#"{"user_id":null}"#, "`user_id` is missing"),
        (r#"{"user_id":""}"#, "`user_id` is empty"),
        (r#"{"user_id":7}"#, "`user_id` is not a string"),
        (&long, "`user_id` has 257 characters, at most 256 are allowed"),
        ("", "the body is no JSON object: EOF while parsing a value at line 1 column 0"),
        ("[]", "the body is no JSON object: invalid type: sequence, expected a map at line 1 column 0"),
        ("user_id=ann", "the body is no JSON object: expected value at line 1 column 1"),
    ];
    for (body, message) in cases {
        restaurant.check_refused(post(body), 400, message).await;
    }
    restaurant
        .check_refused(
            json!({}),
            400,
            "the body is no JSON object: EOF while parsing a value at line 1 column 0",
        )
        .await;
}

#[tokio::test]
async fn a_body_in_base64_is_as_good() {
    let restaurant = Restaurant::start().await;
    let mut event = post("eyJ1c2VyX2lkIjoiYW5uIn0=");
    event["isBase64Encoded"] = json!(true);
    assert_eq!(restaurant.send(event).await.status_code, 202);
    assert_eq!(restaurant.bus.events()[0]["detail"]["user_id"], "ann");
}

#[tokio::test]
async fn a_body_that_is_announced_as_base64_and_is_not_is_refused() {
    let restaurant = Restaurant::start().await;
    let event = json!({"body": "%%%", "isBase64Encoded": true});
    restaurant.check_refused(event, 400, "the body is announced as base64 and is not").await;
}

#[tokio::test]
async fn an_order_that_the_bus_does_not_take_is_not_taken() {
    let restaurant = Restaurant::start().await;
    restaurant.bus.refuse(1);
    restaurant.check_refused(event(), 503, "the order was not taken, try again").await;
    assert_eq!(restaurant.send(event()).await.status_code, 202);
}

#[tokio::test]
async fn a_bus_that_does_not_answer_is_waited_for_until_the_deadline() {
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let restaurant = Restaurant { handler: handler(&url), ..Restaurant::start().await };
    let start = Instant::now();
    let soon = Deadline::after(Duration::from_millis(300));
    assert_eq!(restaurant.send_until(soon, event()).await.status_code, 503);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

#[tokio::test]
async fn it_calls_what_it_says_it_calls() {
    let restaurant = Restaurant::start().await;
    restaurant.send(event()).await;
    restaurant.bus.calls().check(SOURCE, &[("EVENT_BUS", "orders")]);
}
