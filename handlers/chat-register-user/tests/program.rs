//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_chat-register-user");
const REGISTER: &str = include_str!("events/register.json");

#[tokio::test]
async fn it_gives_a_name_and_answers_with_the_rooms() {
    let tables = Tables::start().await;
    tables.create("client-records", "ID");
    tables.create_sorted("room-messages-users", ("room", "S"), ("item", "S"));
    tables.put("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    let variables = [
        ("TABLE_CR", "client-records"),
        ("TABLE_RMU", "room-messages-users"),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(REGISTER).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], r#"{"type":"signup","updateStatus":"SUCCESS","rooms":[]}"#);
    let row = tables.item("client-records", json!({"ID": {"S": "S0Y4dcZ3IAMCEeA="}}));
    assert_eq!(row["name"]["S"], "Ada");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[("TABLE_CR", "client-records")]).await;
    assert!(!succeeded && log.contains("`TABLE_RMU` is missing"), "{log}");
}
