//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Bus, Function, Tables, check_variables};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-place-order");
const POST: &str = include_str!("events/post.json");

#[tokio::test]
async fn it_takes_an_order() {
    let bus = Bus::in_front_of(&Tables::start().await).await;
    let variables = [("EVENT_BUS", "orders"), ("AWS_ENDPOINT_URL", &bus.url())];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(POST).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 202);
    assert_eq!(bus.events()[0]["detail"]["user_id"], "ann");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["EVENT_BUS"]).await;
}
