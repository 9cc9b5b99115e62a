//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-join-room");
const JOIN_ROOM: &str = include_str!("events/join-room.json");

#[tokio::test]
async fn it_brings_somebody_in_and_answers_with_the_history() {
    let chat = Surroundings::of_chat_with_lobby().await;
    let answer = chat.answer(PROGRAM, JOIN_ROOM).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], r#"{"type":"multi-message","messages":[]}"#);
    let room = json!({"room": {"S": "lobby"}, "item": {"S": "room"}});
    assert_eq!(chat.tables.item("room-messages-users", room)["joins"]["N"], "2");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
