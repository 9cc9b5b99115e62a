//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, check_variables};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-event-handler");
const CONNECT: &str = include_str!("events/connect.json");
const MESSAGE: &str = include_str!("events/message.json");

#[tokio::test]
async fn it_stores_a_connection_and_answers_messages() {
    let tables = Tables::start().await;
    tables.create_indexed("connection-manager", "connection_id", "UserIdIndex", "user_id");
    let variables = [("CONNECTIONS_TABLE", "connection-manager"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let mut answer =
        async |text| -> Value { function.invoke(serde_json::from_str(text).unwrap()).await.unwrap() };
    let established = answer(CONNECT).await;
    assert_eq!(established["statusCode"], 200);
    assert_eq!(established["body"], "Connection established successfully");
    let row = tables.item("connection-manager", json!({"connection_id": {"S": "S0Y4dcZ3IAMCEeA="}}));
    assert_eq!(row["user_id"]["S"], "ann");
    let message = answer(MESSAGE).await;
    assert_eq!((&message["statusCode"], &message["body"]), (&json!(404), &json!("Invalid Route")));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["CONNECTIONS_TABLE"]).await;
}
