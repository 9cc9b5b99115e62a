//! Messages that make no sense, and events in which something is missing.

use serde_json::{Value, json};

use crate::house::{House, RECORDS, ROOMS, check_error, client_message, message, no_history};

const WITH_A_VALUE: [&str; 4] = ["register", "new-room", "join-room", "dispatch"];

/// Fails unless the message is refused, to its sender alone, and nothing is stored.
async fn check(action: &str, event: &Value, text: &str) {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    let before = (house.tables.items(RECORDS), house.tables.items(ROOMS));
    check_error(&house.send_event(event).await, action, text);
    assert_eq!((house.tables.items(RECORDS), house.tables.items(ROOMS)), before);
    assert!(house.news("bo=").is_empty());
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    for action in WITH_A_VALUE {
        for body in ["", "hello", "[1]", "null", "{\"value\":"] {
            check(action, &message("ada=", action, body), "the message is no JSON object").await;
        }
    }
}

#[tokio::test]
async fn values_of_another_type_or_length_are_refused() {
    for action in WITH_A_VALUE {
        let longest = if action == "dispatch" { 4_000 } else { 64 };
        let cases = [
            (json!({ "action": action }), "is missing".to_owned()),
            (json!({"value": null}), "is missing".to_owned()),
            (json!({"value": 7}), "is not a string".to_owned()),
            (json!({"value": {"a": 1}}), "is not a string".to_owned()),
            (json!({"value": " \n\t "}), "is blank".to_owned()),
            (json!({"value": "é".repeat(longest + 1)}), format!("at most {longest} are allowed")),
        ];
        for (body, text) in cases {
            check(action, &message("ada=", action, &body.to_string()), &text).await;
        }
    }
}

#[tokio::test]
async fn base64_that_is_none_is_refused() {
    for (body, text) in [("?", "announced as base64"), ("/w==", "not text in UTF-8")] {
        let mut event = message("ada=", "dispatch", body);
        event["isBase64Encoded"] = json!(true);
        check("dispatch", &event, text).await;
    }
}

#[tokio::test]
async fn the_longest_values_are_taken() {
    let house = House::start().await;
    house.connect("a=").await;
    let (name, text) = ("🦀".repeat(64), "🦀".repeat(4_000));
    assert_eq!(house.ask("a=", "register", &name).await["type"], "signup");
    house.send("a=", "new-room", &name).await;
    assert_eq!(house.ask("a=", "dispatch", &text).await, client_message(&name, &text));
    house.check_room(&name, &["a="]).await;
}

#[tokio::test]
async fn a_message_in_base64_is_a_message() {
    let house = House::in_room("lobby", &["ada="]).await;
    let mut event = message("ada=", "dispatch", "eyJ2YWx1ZSI6ImhlbGxvIn0=");
    event["isBase64Encoded"] = json!(true);
    assert_eq!(house.send_event(&event).await, [client_message("ada=", "hello")]);
}

#[tokio::test]
async fn events_with_nothing_but_route_and_connection_are_taken() {
    let house = House::start().await;
    let event = |route: &str| json!({"requestContext": {"routeKey": route, "connectionId": "a="}});
    assert_eq!(house.handle(&event("$connect")).await.status_code, 200);
    assert!(house.record("a=")["connectedAt"]["N"].is_string());
    for route in WITH_A_VALUE {
        check_error(&house.send_event(&event(route)).await, route, "the message is no JSON object");
    }
    check_error(&house.send_event(&event("leave-room")).await, "leave-room", "you have no name yet");
    assert_eq!(house.handle(&event("$disconnect")).await.status_code, 200);
    assert!(house.tables.is_empty(RECORDS));
}

#[tokio::test]
async fn who_asks_without_a_body_leaves_all_the_same() {
    let house = House::in_room("lobby", &["ada=", "bo="]).await;
    let event = json!({"requestContext": {"routeKey": "leave-room", "connectionId": "bo="}});
    assert!(house.send_event(&event).await.is_empty());
    house.check_room("lobby", &["ada="]).await;
}

#[tokio::test]
async fn events_without_a_connection_are_refused_and_store_nothing() {
    let house = House::start().await;
    let routes = ["$connect", "$disconnect", "leave-room"].into_iter().chain(WITH_A_VALUE);
    for route in routes {
        for id in [Value::Null, json!("")] {
            let context = json!({"routeKey": route, "connectionId": id});
            let reply = house.handle(&json!({"requestContext": context, "body": "{\"value\":\"x\"}"})).await;
            assert_eq!(reply.status_code, 400, "{route}");
        }
    }
    assert!(house.tables.is_empty(RECORDS) && house.tables.is_empty(ROOMS));
}

#[tokio::test]
async fn a_value_alone_is_enough() {
    let house = House::in_room("lobby", &["ada="]).await;
    house.register(&["bo="]).await;
    assert_eq!(house.send_body("bo=", "join-room", &json!({"value": "lobby"})).await, [no_history()]);
}

#[tokio::test]
async fn a_message_without_a_route_is_answered_with_an_error() {
    let house = House::of(&["ada="]).await;
    let cases = [
        (
            r#"{"action":"dance","value":""}"#,
            json!("dance"),
            "there is no action `dance`; there are register",
        ),
        (r#"{"action":7}"#, Value::Null, "`action` is missing"),
        (r#"{"value":"x"}"#, Value::Null, "`action` is missing"),
        ("hello", Value::Null, "the message is no JSON object"),
        ("", Value::Null, "the message is no JSON object"),
    ];
    for (body, action, text) in cases {
        let frames = house.send_event(&message("ada=", "$default", body)).await;
        assert_eq!((&frames[0]["type"], &frames[0]["action"]), (&json!("error"), &action), "{body}");
        assert!(frames[0]["message"].as_str().unwrap().contains(text), "{frames:?}");
    }
    let long = json!({"action": "x".repeat(65)}).to_string();
    assert_eq!(house.send_event(&message("ada=", "$default", &long)).await[0]["action"], Value::Null);
}
