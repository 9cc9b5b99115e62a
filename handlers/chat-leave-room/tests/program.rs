//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Sockets, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-leave-room");
const LEAVE_ROOM: &str = include_str!("events/leave-room.json");

#[tokio::test]
async fn it_closes_the_room_that_the_last_one_leaves() {
    let (tables, sockets) = (Tables::start().await, Sockets::start().await);
    tables.create("client-records", "ID");
    tables.create_sorted("room-messages-users", ("room", "S"), ("item", "S"));
    tables.put("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}, "name": {"S": "Ada"}, "room": {"S": "lobby"}, "opening": {"S": "1"}}));
    tables.put(
        "room-messages-users",
        json!({"room": {"S": "lobby"}, "item": {"S": "room"}, "opening": {"S": "1"}, "joins": {"N": "1"}}),
    );
    tables.put("room-messages-users", json!({"room": {"S": "lobby"}, "item": {"S": "member#S0Y4dcZ3IAMCEeA="}, "ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    let variables = [
        ("TABLE_CR", "client-records"),
        ("TABLE_RMU", "room-messages-users"),
        ("CALLBACK_URL", &sockets.url()),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(LEAVE_ROOM).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(sockets.received("S0Y4dcZ3IAMCEeA="), [r#"{"type":"delete-room","room":"lobby"}"#]);
    assert!(tables.is_empty("room-messages-users"));
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) =
        run_alone(PROGRAM, &[("TABLE_CR", "client-records"), ("TABLE_RMU", "room-messages-users")]).await;
    assert!(!succeeded && log.contains("`CALLBACK_URL` is missing"), "{log}");
}
