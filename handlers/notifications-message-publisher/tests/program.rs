//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Sockets, Tables, check_variables};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-message-publisher");
const ACCEPTED: &str = include_str!("events/order-accepted.json");

async fn program(tables: &Tables, sockets: &Sockets) -> Function {
    tables.create_indexed("connection-manager", "connection_id", "UserIdIndex", "user_id");
    tables.create("handled", "id");
    tables.put("connection-manager", json!({"connection_id": {"S": "a="}, "user_id": {"S": "ann"}}));
    let variables = [
        ("CONNECTIONS_TABLE", "connection-manager"),
        ("IDEMPOTENCY_TABLE", "handled"),
        ("CALLBACK_URL", &sockets.url()),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    Function::start(PROGRAM, &variables).await
}

#[tokio::test]
async fn it_tells_the_user_once() {
    let (tables, sockets) = (Tables::start().await, Sockets::start().await);
    let mut function = program(&tables, &sockets).await;
    for _ in 0..2 {
        let answer = function.invoke(serde_json::from_str(ACCEPTED).unwrap()).await;
        assert_eq!(answer, Ok(Value::Null));
    }
    let message = r#"{"order_id":"018d8f0c-6f7d-7a3b-9c1d-2e4f5a6b7c8d","order_status":"Order Accepted"}"#;
    assert_eq!(sockets.received("a="), [message]);
}

#[tokio::test]
async fn an_event_that_is_dropped_is_logged_and_one_that_is_too_large_fails() {
    let (tables, sockets) = (Tables::start().await, Sockets::start().await);
    let mut function = program(&tables, &sockets).await;
    assert_eq!(function.invoke(json!({"id": "7", "detail": {"user_id": 7}})).await, Ok(Value::Null));
    let large = json!({"id": "8", "detail": {"user_id": "ann", "text": "x".repeat(140_000)}});
    let error = function.invoke(large).await.unwrap_err();
    assert_eq!(error["errorMessage"], "the message has 140011 bytes, at most 131072 are allowed");
    let log = function.stop().await;
    let line: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&json!("ERROR"), &json!("an event was dropped")));
    assert_eq!((&line["event"], &line["error"]), (&json!("7"), &json!("`user_id` is not a string")));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["CONNECTIONS_TABLE", "CALLBACK_URL", "IDEMPOTENCY_TABLE"]).await;
}
