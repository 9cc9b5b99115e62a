//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-disconnect");
const DISCONNECT: &str = include_str!("events/disconnect.json");

#[tokio::test]
async fn it_forgets_the_connection_and_tells_that_its_room_is_closed() {
    let chat = Surroundings::of_chat_in_lobby().await;
    chat.tables.put("client-records", json!({"ID": {"S": "b="}}));
    let answer = chat.answer(PROGRAM, DISCONNECT).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(chat.sockets.received("b="), [r#"{"type":"delete-room","room":"lobby"}"#]);
    assert!(chat.tables.len("client-records") == 1 && chat.tables.is_empty("room-messages-users"));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
