//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-create-room");
const NEW_ROOM: &str = include_str!("events/new-room.json");

#[tokio::test]
async fn it_makes_a_room_and_tells_of_it() {
    let chat = Surroundings::of_chat().await;
    let answer = chat.answer(PROGRAM, NEW_ROOM).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(chat.sockets.received("S0Y4dcZ3IAMCEeA="), [r#"{"type":"single-room","message":"lobby"}"#]);
    let room = json!({"room": {"S": "lobby"}, "item": {"S": "room"}});
    assert_eq!(chat.tables.item("room-messages-users", room)["joins"]["N"], "1");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
