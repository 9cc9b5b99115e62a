//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Graphql, run_alone};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_agenda-stream-to-appsync");
const INSERT: &str = include_str!("events/insert.json");

#[tokio::test]
async fn it_announces_an_event_and_answers_lambda() {
    let api = Graphql::start().await;
    let mut function = Function::start(PROGRAM, &[("GRAPHQL_URL", &api.url())]).await;
    let event: Value = serde_json::from_str(INSERT).unwrap();
    assert_eq!(function.invoke(event).await, Ok(json!({"batchItemFailures": []})));
    assert_eq!(api.told()[0]["name"], "Choir");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[]).await;
    assert!(!succeeded && log.contains("`GRAPHQL_URL` is missing"), "{log}");
}
