//! Events as EventBridge delivers them, with an event bus and a real DynamoDB engine behind.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _, Idempotency};
use handler_testing::{Bus, Tables};
use notifications_accept_order::AcceptOrder;
use notifications_orders::NotTaken;
use serde_json::{Value, json};

const PLACED: &str = include_str!("events/order-placed.json");
const SOURCE: &str = include_str!("../src/lib.rs");
const ID: &str = "018d8f0c-6f7d-7a3b-9c1d-2e4f5a6b7c8d";

struct Restaurant {
    tables: Tables,
    bus: Bus,
    handler: AcceptOrder,
}

impl Restaurant {
    async fn start() -> Restaurant {
        let tables = Tables::start().await;
        tables.create("handled", "id");
        let bus = Bus::in_front_of(&tables).await;
        let aws = Aws::local(bus.url());
        let taken = Idempotency::new(Client::new(aws.config()), "handled");
        let handler = AcceptOrder::new(notifications_orders::Bus::new(&aws, "orders"), taken);
        Restaurant { tables, bus, handler }
    }

    async fn deliver(&self, event: Value) -> Result<(), NotTaken> {
        let event = serde_json::from_value(event).unwrap();
        self.handler.handle(event, Deadline::after(Duration::from_secs(10))).await
    }

    async fn check_refused(&self, event: Value, reason: &str) {
        let error = self.deliver(event.clone()).await.unwrap_err();
        assert_eq!(handler_kit::Causes(&error).to_string(), reason, "{event}");
        assert_eq!(self.bus.events(), [Value::Null; 0]);
        assert!(self.tables.is_empty("handled"));
    }
}

fn placed() -> Value {
    serde_json::from_str(PLACED).unwrap()
}

/// The order placed by another event, or by another order.
fn placed_as(id: &str, order: &str) -> Value {
    let mut event = placed();
    event["id"] = json!(id);
    event["detail"]["order_id"] = json!(order);
    event
}

#[tokio::test]
async fn an_order_that_was_placed_is_accepted() {
    let restaurant = Restaurant::start().await;
    restaurant.deliver(placed()).await.unwrap();
    let events = restaurant.bus.events();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["source"], &events[0]["detail-type"]),
        (&json!("custom.food_app"), &json!("Order Accepted"))
    );
    let detail = json!({"order_id": ID, "order_status": "Order Accepted", "user_id": "ann"});
    assert_eq!(events[0]["detail"], detail);
}

#[tokio::test]
async fn an_order_is_accepted_once_whatever_event_says_that_it_was_placed() {
    let restaurant = Restaurant::start().await;
    for event in ["1", "1", "2"] {
        restaurant.deliver(placed_as(event, "a")).await.unwrap();
    }
    assert_eq!(restaurant.bus.events().len(), 1);
    restaurant.deliver(placed_as("3", "b")).await.unwrap();
    assert_eq!(restaurant.bus.events().len(), 2);
}

#[tokio::test]
async fn what_the_bus_does_not_take_fails_and_succeeds_when_it_comes_again() {
    let restaurant = Restaurant::start().await;
    restaurant.bus.refuse(1);
    let reason = "the order is not `Order Accepted` yet: the bus did not take the event: InternalFailure: an internal error";
    restaurant.check_refused(placed(), reason).await;
    restaurant.deliver(placed()).await.unwrap();
    assert_eq!(restaurant.bus.events().len(), 1);
}

#[tokio::test]
async fn two_events_of_one_acceptance_have_one_key() {
    let restaurant = Restaurant::start().await;
    restaurant.bus.lose_answers(1);
    restaurant.deliver(placed()).await.unwrap();
    let keys: Vec<_> = restaurant.bus.events().iter().map(|event| event["resources"].clone()).collect();
    let key = json!([format!("idempotency-key:{ID}#Order Accepted")]);
    assert_eq!(keys, [key.clone(), key], "the SDK put it twice");
}

#[tokio::test]
async fn what_is_no_order_that_was_placed_fails() {
    let restaurant = Restaurant::start().await;
    let mut event = placed();
    event["detail-type"] = json!("Order Accepted");
    let reason = "the event cannot be handled: the event is `Order Accepted`, and must be `Order Placed`";
    restaurant.check_refused(event, reason).await;
    let mut event = placed();
    event["detail"] = json!({"order_id": "1"});
    restaurant.check_refused(event, "the event cannot be handled: `user_id` is missing").await;
    restaurant
        .check_refused(json!({}), "the event cannot be handled: the event is ``, and must be `Order Placed`")
        .await;
}

#[tokio::test]
async fn what_another_delivery_is_at_comes_again() {
    let restaurant = Restaurant::start().await;
    let taken = Idempotency::new(Client::new(Aws::local(restaurant.tables.url()).config()), "handled");
    let deadline = Deadline::after(Duration::from_secs(10));
    taken.claim(&format!("{ID}#Order Accepted"), deadline).await.unwrap();
    restaurant.deliver(placed()).await.unwrap_err();
    assert_eq!(restaurant.bus.events(), [Value::Null; 0]);
}

#[tokio::test]
async fn it_calls_what_it_says_it_calls() {
    let restaurant = Restaurant::start().await;
    restaurant.bus.refuse(1);
    restaurant.deliver(placed()).await.unwrap_err();
    restaurant.deliver(placed()).await.unwrap();
    let told = [("EVENT_BUS", "orders"), ("IDEMPOTENCY_TABLE", "handled")];
    restaurant.tables.calls().and(&restaurant.bus.calls()).check(SOURCE, &told);
}
