//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use std::time::SystemTime;

use handler_testing::{Surroundings, check_variables};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-register-user");
const REGISTER: &str = include_str!("events/register.json");

#[tokio::test]
async fn it_gives_a_name_and_answers_with_the_rooms() {
    let chat = Surroundings::of_chat().await;
    chat.tables.put("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    let answer = chat.answer(PROGRAM, REGISTER).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], r#"{"type":"signup","updateStatus":"SUCCESS","rooms":[]}"#);
    let row = chat.tables.item("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    assert_eq!(row["name"]["S"], "Ada");
}

/// The chat, where one called Ada is in the lobby, whom this status is the answer to every question about; Ada
/// comes once more.
async fn of_two_adas(status: u16, connected_at: u64) -> Surroundings {
    let chat = Surroundings::of_chat_with_lobby().await;
    let (id, name, room) = (json!({"S": "old="}), json!({"S": "Ada"}), json!({"S": "lobby"}));
    let age = json!({"N": connected_at.to_string()});
    let row = json!({"ID": id, "name": name, "room": room, "opening": {"S": "1"}, "connectedAt": age});
    chat.tables.put("client-records", row);
    chat.tables.put("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    chat.tables.put("client-records", json!({"ID": {"S": "b="}}));
    let names = json!({"room": {"S": " names"}, "item": name, "ID": id});
    let member = json!({"room": room, "item": {"S": "member#old="}, "ID": id});
    for item in [names, member] {
        chat.tables.put("room-messages-users", item);
    }
    chat.sockets.always("old=", status);
    chat
}

#[tokio::test]
async fn a_holder_who_is_gone_is_forgotten_and_the_room_closed() {
    let chat = of_two_adas(410, 1_707_503_008_941).await;
    let answer = chat.answer(PROGRAM, REGISTER).await;
    assert_eq!(answer["body"], r#"{"type":"signup","updateStatus":"SUCCESS","rooms":[]}"#);
    assert_eq!(chat.sockets.received("b="), [r#"{"type":"delete-room","room":"lobby"}"#]);
    assert!(chat.tables.item("client-records", json!({"ID": {"S": "old="}})).is_null());
    assert_eq!(chat.tables.len("room-messages-users"), 1, "the name");
}

/// Fails unless the holder keeps all that they have.
async fn check_taken(status: u16, connected_at: u64) {
    let chat = of_two_adas(status, connected_at).await;
    let answer = chat.answer(PROGRAM, REGISTER).await;
    let message = "the name `Ada` is taken; choose another one";
    let refusal = json!({"type": "error", "action": "register", "message": message});
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, refusal, "{status}");
    assert_eq!((chat.tables.len("client-records"), chat.tables.len("room-messages-users")), (3, 3));
    assert_eq!(chat.sockets.posts(), 0, "{status}");
}

#[tokio::test]
async fn a_holder_who_is_there_or_of_whom_that_is_not_known_keeps_the_name() {
    for status in [200, 403, 500] {
        check_taken(status, 1_707_503_008_941).await;
    }
}

#[tokio::test]
async fn a_holder_who_may_still_be_opening_keeps_the_name() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    check_taken(410, u64::try_from(now.as_millis()).unwrap()).await;
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU", "CALLBACK_URL"]).await;
}
