//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-leave-room");
const LEAVE_ROOM: &str = include_str!("events/leave-room.json");

#[tokio::test]
async fn it_closes_the_room_that_the_last_one_leaves() {
    let chat = Surroundings::of_chat_in_lobby().await;
    let answer = chat.answer(PROGRAM, LEAVE_ROOM).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(chat.sockets.received("S0Y4dcZ3IAMCEeA="), [r#"{"type":"delete-room","room":"lobby"}"#]);
    assert!(chat.tables.is_empty("room-messages-users"));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
