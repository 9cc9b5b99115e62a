//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notes-api");
const POST: &str = include_str!("events/post.json");

#[tokio::test]
async fn it_answers_one_request_after_the_other() {
    let tables = Tables::start().await;
    tables.create("notes", "id");
    let variables = [("TABLE_NAME", "notes"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;

    let post: Value = serde_json::from_str(POST).unwrap();
    let written = function.invoke(post).await.unwrap();
    assert_eq!(written["statusCode"], 201);
    let path = &written["headers"]["Location"];
    let read = function.invoke(json!({"httpMethod": "GET", "path": path})).await.unwrap();
    assert_eq!(read["statusCode"], 200);
    assert!(read["body"].as_str().unwrap().contains("Groceries"));
}

#[tokio::test]
async fn an_event_that_is_no_request_is_an_error_and_the_function_goes_on() {
    let tables = Tables::start().await;
    let variables = [("TABLE_NAME", "notes"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    function.invoke(json!("hello")).await.unwrap_err();
    assert_eq!(function.invoke(json!({})).await.unwrap()["statusCode"], 404);
}

#[tokio::test]
async fn a_missing_variable_is_named_in_the_log_as_json() {
    let (succeeded, log) = run_alone(PROGRAM, &[]).await;
    assert!(!succeeded);
    let line: Value = serde_json::from_str(log.trim()).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&json!("ERROR"), &json!("the function cannot run")));
    assert!(line["error"].as_str().unwrap().contains("`TABLE_NAME` is missing"), "{line}");
}

#[tokio::test]
async fn what_it_logs_carries_the_id_of_the_request() {
    let tables = Tables::start().await;
    let variables = [("TABLE_NAME", "no-such-table"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(json!({"httpMethod": "GET", "path": "/notes"})).await.unwrap();
    assert_eq!(answer["statusCode"], 500);
    let log = function.stop().await;
    let line: Value = serde_json::from_str(log.trim()).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&json!("ERROR"), &json!("the request failed")));
    assert_eq!(line["span"]["requestId"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "{line}");
    assert!(line["error"].as_str().unwrap().contains("ResourceNotFoundException"), "{line}");
}
