//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-connect");
const CONNECT: &str = include_str!("events/connect.json");

#[tokio::test]
async fn it_remembers_a_connection_and_accepts_the_handshake() {
    let chat = Surroundings::start().await.with_table("TABLE_CR", "client-records", "ID");
    let answer = chat.answer(PROGRAM, CONNECT).await;
    assert_eq!(answer["statusCode"], 200);
    let row = chat.tables.item("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    assert_eq!(row["connectedAt"]["N"], "1707503008941");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR"]).await;
}
