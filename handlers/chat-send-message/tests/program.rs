//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-send-message");
const DISPATCH: &str = include_str!("events/dispatch.json");

#[tokio::test]
async fn it_sends_what_was_said_to_those_in_the_room() {
    let chat = Surroundings::of_chat_in_lobby().await;
    let answer = chat.answer(PROGRAM, DISPATCH).await;
    assert_eq!(answer["statusCode"], 200);
    let said = r#"{"type":"client-message","user":"Ada","message":"hello"}"#;
    assert_eq!(chat.sockets.received("S0Y4dcZ3IAMCEeA="), [said]);
    assert_eq!(chat.tables.len("room-messages-users"), 3);
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
