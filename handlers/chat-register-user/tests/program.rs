//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Surroundings, check_variables};
use serde_json::json;

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

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TABLE_CR", "TABLE_RMU"]).await;
}
