//! Batches as SQS delivers them, with an event bus and a real DynamoDB engine behind.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use handler_kit::{Aws, Deadline, Handler as _, Idempotency};
use handler_testing::{Bus, Tables};
use notifications_deliver_order::DeliverOrder;
use serde_json::{Value, json};

const ACCEPTED: &str = include_str!("events/order-accepted.json");
const SOURCE: &str = include_str!("../src/lib.rs");

struct Courier {
    tables: Tables,
    bus: Bus,
    handler: DeliverOrder,
}

impl Courier {
    async fn start() -> Courier {
        let tables = Tables::start().await;
        tables.create("handled", "id");
        let bus = Bus::in_front_of(&tables).await;
        let aws = Aws::local(bus.url());
        let taken = Idempotency::new(Client::new(aws.config()), "handled");
        let handler = DeliverOrder::new(notifications_orders::Bus::new(&aws, "orders"), taken);
        Courier { tables, bus, handler }
    }

    async fn deliver(&self, batch: Value) -> Value {
        self.deliver_until(Deadline::after(Duration::from_secs(10)), batch).await
    }

    async fn deliver_until(&self, deadline: Deadline, batch: Value) -> Value {
        let failures = self.handler.handle(serde_json::from_value(batch).unwrap(), deadline).await.unwrap();
        serde_json::to_value(failures).unwrap()
    }

    /// Delivers these messages; those with these ids fail, and these orders are delivered.
    async fn check(&self, messages: &[Value], failed: &[&str], delivered: &[&str]) {
        let failures: Vec<_> = failed.iter().map(|id| json!({ "itemIdentifier": id })).collect();
        let answer = self.deliver(json!({ "Records": messages })).await;
        assert_eq!(answer, json!({ "batchItemFailures": failures }));
        let events = self.bus.events();
        let orders: Vec<_> =
            events.iter().map(|event| event["detail"]["order_id"].as_str().unwrap()).collect();
        assert_eq!(orders, delivered);
        assert!(events.iter().all(|event| event["detail-type"] == "Order Delivered"));
    }
}

/// A message that says this of an order.
fn message(id: &str, status: &str, order: &str) -> Value {
    let detail = json!({"order_id": order, "order_status": status, "user_id": "ann"});
    let event = json!({"id": id, "detail-type": status, "source": "custom.food_app", "detail": detail});
    json!({"messageId": id, "body": event.to_string()})
}

fn accepted(id: &str, order: &str) -> Value {
    message(id, "Order Accepted", order)
}

#[tokio::test]
async fn an_order_that_was_accepted_is_delivered() {
    let courier = Courier::start().await;
    let answer = courier.deliver(serde_json::from_str(ACCEPTED).unwrap()).await;
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let events = courier.bus.events();
    assert_eq!(
        (&events[0]["source"], &events[0]["detail-type"]),
        (&json!("custom.food_app"), &json!("Order Delivered"))
    );
    let detail = json!({
        "order_id": "018d8f0c-6f7d-7a3b-9c1d-2e4f5a6b7c8d", "order_status": "Order Delivered", "user_id": "ann",
    });
    assert_eq!(events[0]["detail"], detail);
}

#[tokio::test]
async fn an_order_is_delivered_once_in_one_batch_and_in_the_next() {
    let courier = Courier::start().await;
    courier.check(&[accepted("1", "a"), accepted("2", "a"), accepted("3", "b")], &[], &["a", "b"]).await;
    courier.check(&[accepted("1", "a"), accepted("4", "b"), accepted("5", "c")], &[], &["a", "b", "c"]).await;
}

#[tokio::test]
async fn a_message_that_cannot_be_handled_never_takes_its_batch_with_it() {
    let courier = Courier::start().await;
    let messages = [
        accepted("1", "a"),
        json!({"messageId": "2", "body": "no event"}),
        json!({"messageId": "3"}),
        message("4", "Order Placed", "x"),
        accepted("5", ""),
        json!({"body": "nobody's"}),
        accepted("6", "b"),
    ];
    courier.check(&messages, &["3", "2", "4", "5"], &["a", "b"]).await;
}

#[tokio::test]
async fn what_the_bus_does_not_take_is_delivered_when_it_comes_again() {
    let courier = Courier::start().await;
    courier.bus.refuse(1);
    courier.check(&[accepted("1", "a"), accepted("2", "b")], &["1"], &["b"]).await;
    courier.check(&[accepted("1", "a")], &[], &["b", "a"]).await;
}

#[tokio::test]
async fn what_is_not_reached_by_the_deadline_comes_again() {
    let courier = Courier::start().await;
    let batch = json!({"Records": [accepted("1", "a"), accepted("2", "b")]});
    let answer = courier.deliver_until(Deadline::after(Duration::ZERO), batch).await;
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}));
    courier.check(&[accepted("1", "a"), accepted("2", "b")], &[], &["a", "b"]).await;
}

#[tokio::test]
async fn it_calls_what_it_says_it_calls() {
    let courier = Courier::start().await;
    courier.bus.refuse(1);
    courier.check(&[accepted("1", "a")], &["1"], &[]).await;
    courier.check(&[accepted("1", "a")], &[], &["a"]).await;
    let told = [("EVENT_BUS", "orders"), ("IDEMPOTENCY_TABLE", "handled")];
    courier.tables.calls().and(&courier.bus.calls()).check(SOURCE, &told);
}
