//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Bus, Surroundings, check_variables};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-accept-order");
const PLACED: &str = include_str!("events/order-placed.json");

#[tokio::test]
async fn it_accepts_an_order_once() {
    let around = Surroundings::start().await.with_table("IDEMPOTENCY_TABLE", "handled", "id");
    let bus = Bus::in_front_of(&around.tables).await;
    let around = around.with("EVENT_BUS", "orders").with("AWS_ENDPOINT_URL", &bus.url());
    let mut function = around.program(PROGRAM).await;
    for _ in 0..2 {
        assert_eq!(function.invoke(serde_json::from_str(PLACED).unwrap()).await, Ok(Value::Null));
    }
    let events = bus.events();
    assert_eq!((events.len(), &events[0]["detail-type"]), (1, &"Order Accepted".into()));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["EVENT_BUS", "IDEMPOTENCY_TABLE"]).await;
}
