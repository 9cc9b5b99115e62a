//! Which route a message takes, and what comes back.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_sockets::{Integration, Route, What};

use crate::{Api, Site, api, eventually, hear, one_way, running, say, two_way};

/// The route that a message takes; none if it is forbidden.
async fn taken(api: Api, message: &str) -> Option<String> {
    use futures_util::SinkExt as _;
    let site = Site::of(api).await;
    let mut client = site.connect().await;
    client.send(message.into()).await.unwrap();
    site.hears(|what| match what {
        What::Message { route, .. } => Some(route.clone()),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn messages_say_which_route_they_want() {
    let check = async |message: &str, route: Option<&str>| {
        let routes = ["$connect", "$disconnect", "$default", "join", "7"].map(|key| (key, one_way()));
        assert_eq!(taken(api(routes), message).await.as_deref(), route, "{message}");
    };
    check(r#"{"action":"join"}"#, Some("join")).await;
    check(r#"{"action":7}"#, Some("7")).await;
    check(r#"{"action":"unknown"}"#, Some("$default")).await;
    check(r#"{"other":"join"}"#, Some("$default")).await;
    check("join", Some("$default")).await;
    check("", Some("$default")).await;
    check(r#"{"action":"$default"}"#, Some("$default")).await;
    check(r#"{"action":"$connect"}"#, Some("$default")).await;
    check(r#"{"action":"$disconnect"}"#, Some("$default")).await;
}

#[tokio::test]
async fn expressions_look_deep_and_put_together() {
    let check = async |expression: &str, message: &str, route: &str| {
        let routes = ["a/b", "deep", "fixed"].map(|key| (key, one_way()));
        let api = Api { selection: expression.parse().unwrap(), ..api(routes) };
        assert_eq!(taken(api, message).await.as_deref(), Some(route), "{expression} of {message}");
    };
    check("$request.body.x.y", r#"{"x":{"y":"deep"}}"#, "deep").await;
    check("${request.body.x}", r#"{"x":"deep"}"#, "deep").await;
    check("${request.body.x}/${request.body.y}", r#"{"x":"a","y":"b"}"#, "a/b").await;
    check("fixed", "anything", "fixed").await;
}

#[tokio::test]
async fn without_a_route_a_message_is_forbidden_and_the_connection_stays() {
    let site = Site::of(api([("join", two_way())])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"action": "leave"})).await;
    let frame = hear(&mut client).await;
    let id = site.only();
    assert!(frame.starts_with(&format!(r#"{{"message": "Forbidden", "connectionId":"{id}", "requestId":""#)));
    assert!(serde_json::from_str::<Value>(&frame).unwrap()["requestId"].as_str().unwrap().ends_with('='));
    say(&mut client, &json!({"action": "join", "answer": {"statusCode": 200, "body": "in"}})).await;
    assert_eq!(hear(&mut client).await, "in");
}

#[tokio::test]
async fn what_fails_is_told_and_the_connection_stays() {
    let site = Site::limited(crate::echo(), |limits| limits.integration = Duration::from_millis(100)).await;
    let mut client = site.connect().await;
    let id = site.only();
    let mut check = async |task: Value, reason: &str| {
        site.told.lock().unwrap().clear();
        say(&mut client, &task).await;
        let frame = hear(&mut client).await;
        let start = format!(r#"{{"message": "Internal server error", "connectionId":"{id}", "requestId":""#);
        assert!(frame.starts_with(&start), "{task}: {frame}");
        let failure = site.hears(|what| match what {
            What::Message { failure, .. } => failure.clone(),
            _ => None,
        });
        assert_eq!(failure.await, reason);
    };
    check(json!({"fail": "boom"}), "the function failed: boom").await;
    check(json!({"refuse": "denied"}), "the API may not run the function: denied").await;
    check(json!({"hang": true}), "the function took longer than 100ms").await;
    let malformed = "the function's answer is malformed: `statusCode` must be 100 to 599, got null";
    check(json!({"answer": null}), malformed).await;
    check(json!({"answer": {"body": "no status"}}), malformed).await;
    crate::greet(&mut client).await;
}

#[tokio::test]
async fn errors_are_told_on_one_way_routes_too() {
    let site = Site::of(api([("$default", one_way())])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"fail": "boom"})).await;
    assert!(hear(&mut client).await.contains("Internal server error"));
}

#[tokio::test]
async fn bodies_go_back_on_two_way_routes_whatever_the_status() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let mut check = async |answer: Value, expected: &str| {
        say(&mut client, &json!({"answer": answer})).await;
        assert_eq!(hear(&mut client).await, expected);
    };
    check(json!({"statusCode": 200, "body": "hello"}), "hello").await;
    check(json!({"statusCode": 404, "body": "Invalid Route"}), "Invalid Route").await;
    check(json!({"statusCode": 500, "body": "ö"}), "ö").await;
    check(json!({"statusCode": 200, "body": "aGVsbG8=", "isBase64Encoded": true}), "hello").await;
}

#[tokio::test]
async fn answers_without_a_body_say_nothing() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    for answer in [json!({"statusCode": 200}), json!({"statusCode": 500, "body": null})] {
        say(&mut client, &json!({"answer": answer})).await;
        let handled =
            || site.told.lock().unwrap().iter().any(|told| matches!(told.what, What::Message { .. }));
        eventually(|| handled().then_some(())).await;
        site.told.lock().unwrap().clear();
    }
    // The first that is heard is the answer to this.
    crate::greet(&mut client).await;
}

#[tokio::test]
async fn one_way_routes_say_nothing() {
    let site = Site::of(api([("$default", one_way()), ("two", two_way())])).await;
    let mut client = site.connect().await;
    for status in [200, 404, 500] {
        say(&mut client, &json!({"answer": {"statusCode": status, "body": "unheard"}})).await;
    }
    eventually(|| (site.told.lock().unwrap().len() == 4).then_some(())).await;
    say(&mut client, &json!({"action": "two", "answer": {"statusCode": 200, "body": "heard"}})).await;
    assert_eq!(hear(&mut client).await, "heard");
}

#[tokio::test]
async fn mocks_answer_by_themselves() {
    let mock = Integration::Mock { status: 200, body: Some("mocked".to_owned()) };
    let route = Route { integration: Some(mock), is_two_way: true, ..Route::default() };
    let site = Site::of(api([("$default", route), ("none", Route::default())])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({})).await;
    assert_eq!(hear(&mut client).await, "mocked");
    say(&mut client, &json!({"action": "none"})).await;
    assert!(hear(&mut client).await.contains("Internal server error"));
}

#[tokio::test]
async fn messages_are_handled_independently() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"wait": 60, "answer": {"statusCode": 200, "body": "slow"}})).await;
    say(&mut client, &json!({"answer": {"statusCode": 200, "body": "fast"}})).await;
    assert_eq!(hear(&mut client).await, "fast");
    assert_eq!(hear(&mut client).await, "slow");
}

#[tokio::test]
async fn functions_are_run_in_the_routes_name() {
    let mut site = Site::of(api([("join", one_way())])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"action": "join"})).await;
    let source = "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/prod/join";
    assert_eq!(site.run().await.source, source);
}

#[tokio::test]
async fn an_integration_may_have_less_time_than_others() {
    let hasty = Route { integration: Some(running(Some(Duration::from_millis(50)))), ..Route::default() };
    let site = Site::of(api([("$default", two_way()), ("hasty", hasty)])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"action": "hasty", "hang": true})).await;
    assert!(hear(&mut client).await.contains("Internal server error"));
    let failure = site.hears(|what| match what {
        What::Message { failure, .. } => failure.clone(),
        _ => None,
    });
    assert_eq!(failure.await, "the function took longer than 50ms");
}
