//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, Tables, run_alone};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_visitor-counter-db-updater");
const CONNECT: &str = include_str!("events/connect.json");

#[tokio::test]
async fn it_counts_a_visit_and_accepts_the_handshake() {
    let tables = Tables::start().await;
    tables.create("ConnectionIDs", "connectionId");
    tables.create("VisitorCount", "id");
    let variables = [
        ("CONNECTIONS_TABLE", "ConnectionIDs"),
        ("COUNTER_TABLE", "VisitorCount"),
        ("AWS_ENDPOINT_URL", &tables.url()),
    ];
    let mut function = Function::start(PROGRAM, &variables).await;
    let answer = function.invoke(serde_json::from_str(CONNECT).unwrap()).await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(tables.item("VisitorCount", json!({"id": {"S": "visitor_count"}}))["count"]["N"], "1");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let (succeeded, log) = run_alone(PROGRAM, &[("CONNECTIONS_TABLE", "ConnectionIDs")]).await;
    assert!(!succeeded && log.contains("`COUNTER_TABLE` is missing"), "{log}");
}
