//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Bus, Function, Tables, run_alone};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-accept-order");
const PLACED: &str = include_str!("events/order-placed.json");

#[tokio::test]
async fn it_accepts_an_order_once() {
    let tables = Tables::start().await;
    tables.create("handled", "id");
    let bus = Bus::in_front_of(&tables).await;
    let variables =
        [("EVENT_BUS", "orders"), ("IDEMPOTENCY_TABLE", "handled"), ("AWS_ENDPOINT_URL", &bus.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    for _ in 0..2 {
        assert_eq!(function.invoke(serde_json::from_str(PLACED).unwrap()).await, Ok(Value::Null));
    }
    let events = bus.events();
    assert_eq!((events.len(), &events[0]["detail-type"]), (1, &"Order Accepted".into()));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[("EVENT_BUS", "orders")]).await;
    assert!(!succeeded && log.contains("`IDEMPOTENCY_TABLE` is missing"), "{log}");
}
