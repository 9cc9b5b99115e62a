//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-connect");
const CONNECT: &str = include_str!("events/connect.json");

#[tokio::test]
async fn it_remembers_a_connection_and_accepts_the_handshake() {
    let tables = Tables::start().await;
    tables.create("client-records", "ID");
    let variables = [("TABLE_CR", "client-records"), ("AWS_ENDPOINT_URL", &tables.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(CONNECT).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    let row = tables.item("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    assert_eq!(row["connectedAt"]["N"], "1707503008941");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[]).await;
    assert!(!succeeded && log.contains("`TABLE_CR` is missing"), "{log}");
}
