//! The program itself, as Lambda runs it.

#![allow(clippy::unwrap_used)]

use handler_testing::{Function, check_variables};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notifications-ticket-authorizer");
const REQUEST: &str = include_str!("events/request.json");

// Of RFC 8037, appendix A: the key, and a signature of its own that is no ticket.
const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
    hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// The signature of the first is good: what it signs is no JSON. That of the second is not.
const REASONS: [(&str, &str); 3] = [
    (SIGNED, "the ticket is no compact JWT"),
    (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_",
        "the signature is not by the owner of the key",
    ),
    ("", "there is no ticket"),
];

#[tokio::test]
async fn it_refuses_and_logs_why_but_not_the_ticket() {
    let mut function = Function::start(PROGRAM, &[("TICKET_KEY", KEY)]).await;
    let mut event: Value = serde_json::from_str(REQUEST).unwrap();
    for (ticket, _) in REASONS {
        event["queryStringParameters"] = json!({ "ticket": ticket });
        let answer = function.invoke(event.clone()).await.unwrap();
        assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Deny");
    }
    let log = function.stop().await;
    let reasons: Vec<_> =
        log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["reason"].take()).collect();
    assert_eq!(reasons, REASONS.map(|(_, reason)| json!(reason)));
    assert!(!log.contains("RXhhbXBsZSBv"), "{log}");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    check_variables(PROGRAM, &["TICKET_KEY"]).await;
}
