//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::Function;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-default");
const HEARTBEAT: &str = include_str!("events/heartbeat.json");

#[tokio::test]
async fn it_needs_no_variable_and_answers_with_an_error_frame() {
    let mut function = Function::start(PROGRAM, &[]).await;
    let answer = function.invoke(serde_json::from_str(HEARTBEAT).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    let frame: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!((&frame["type"], &frame["action"]), (&json!("error"), &json!("heartbeat")));
}
