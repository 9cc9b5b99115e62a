//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notes-word-count");
const INSERT: &str = include_str!("events/insert.json");

#[tokio::test]
async fn it_counts_a_note_and_answers_lambda() {
    let tables = Tables::start().await;
    tables.create("notes", "id");
    let event: Value = serde_json::from_str(INSERT).unwrap();
    tables.put("notes", event["Records"][0]["dynamodb"]["NewImage"].clone());
    let variables = [("TABLE_NAME", "notes"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    assert_eq!(function.invoke(event).await, Ok(json!({"batchItemFailures": []})));
    assert_eq!(tables.items("notes")[0]["wordCount"]["N"], "3");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[]).await;
    assert!(!succeeded && log.contains("`TABLE_NAME` is missing"), "{log}");
}
