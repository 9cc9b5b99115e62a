//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Sockets, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_visitor-counter-stream-processor");
const FIRST_VISIT: &str = include_str!("events/first-visit.json");

#[tokio::test]
async fn it_tells_open_pages_and_answers_lambda() {
    let (tables, sockets) = (Tables::start().await, Sockets::start().await);
    tables.create("ConnectionIDs", "connectionId");
    tables.put("ConnectionIDs", json!({"connectionId": {"S": "a="}}));
    let variables = [
        ("CONNECTIONS_TABLE", "ConnectionIDs"),
        ("CALLBACK_URL", &sockets.url()),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(FIRST_VISIT).unwrap()).await;
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
    assert_eq!(sockets.received("a="), [r#"{"type":"visitorCount","count":1}"#]);
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[("CONNECTIONS_TABLE", "ConnectionIDs")]).await;
    assert!(!succeeded && log.contains("`CALLBACK_URL` is missing"), "{log}");
}
