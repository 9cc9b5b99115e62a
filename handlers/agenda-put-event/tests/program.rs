//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_agenda-put-event");
const POST: &str = include_str!("events/post.json");

#[tokio::test]
async fn it_stores_an_event_and_answers_lambda() {
    let tables = Tables::start().await;
    tables.create_sorted("events_table", ("user_id", "N"), ("id", "N"));
    let variables = [("EVENTS_TABLE", "events_table"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let post: Value = serde_json::from_str(POST).unwrap();
    let answer = function.invoke(post).await.unwrap();
    assert_eq!(answer["statusCode"], 201);
    let event: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((&event["user_id"], &event["id"]), (&json!(7), &json!(1)));
    assert_eq!(tables.len("events_table"), 1);
    assert_eq!(function.invoke(json!({})).await.unwrap()["statusCode"], 400);
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[]).await;
    assert!(!succeeded && log.contains("`EVENTS_TABLE` is missing"), "{log}");
}
