//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Bus, Function, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-deliver-order");
const ACCEPTED: &str = include_str!("events/order-accepted.json");

#[tokio::test]
async fn it_delivers_an_order_once() {
    let tables = Tables::start().await;
    tables.create("handled", "id");
    let bus = Bus::in_front_of(&tables).await;
    let variables =
        [("EVENT_BUS", "orders"), ("IDEMPOTENCY_TABLE", "handled"), ("AWS_ENDPOINT_URL", &bus.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    for _ in 0..2 {
        let answer = function.invoke(serde_json::from_str(ACCEPTED).unwrap()).await;
        assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
    }
    let events = bus.events();
    assert_eq!((events.len(), &events[0]["detail-type"]), (1, &json!("Order Delivered")));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[("IDEMPOTENCY_TABLE", "handled")]).await;
    assert!(!succeeded && log.contains("`EVENT_BUS` is missing"), "{log}");
}
