//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Sockets, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-join-room");
const JOIN_ROOM: &str = include_str!("events/join-room.json");

#[tokio::test]
async fn it_brings_somebody_in_and_answers_with_the_history() {
    let (tables, sockets) = (Tables::start().await, Sockets::start().await);
    tables.create("client-records", "ID");
    tables.create_sorted("room-messages-users", ("room", "S"), ("item", "S"));
    tables.put("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}, "name": {"S": "Ada"}}));
    tables.put(
        "room-messages-users",
        json!({"room": {"S": "lobby"}, "item": {"S": "room"}, "opening": {"S": "1"}, "joins": {"N": "1"}}),
    );
    let variables = [
        ("TABLE_CR", "client-records"),
        ("TABLE_RMU", "room-messages-users"),
        ("CALLBACK_URL", &sockets.url()),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(JOIN_ROOM).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], r#"{"type":"multi-message","messages":[]}"#);
    let room = json!({"room": {"S": "lobby"}, "item": {"S": "room"}});
    assert_eq!(tables.item("room-messages-users", room)["joins"]["N"], "2");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) =
        run_alone(PROGRAM, &[("TABLE_CR", "client-records"), ("TABLE_RMU", "room-messages-users")]).await;
    assert!(!succeeded && log.contains("`CALLBACK_URL` is missing"), "{log}");
}
