//! What becomes of functions' answers.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use stackwright_rest::rest::Api;
use stackwright_rest::{Caller, Failure, Rest, Settings};

use crate::surroundings::*;

const INTERNAL: &str = r#"{"message": "Internal server error"}"#;

async fn answer(
    given: Result<Value, Failure>,
    api: Api,
    headers: &[(&str, &str)],
) -> (Answer, Option<String>) {
    let (world, seen) = world(move |_| given.clone());
    let settings = Settings { integration: Duration::from_millis(30), ..Settings::of_apis() };
    let rest = Rest::with(world, settings);
    rest.define("abc", api);
    let response = rest.answer("abc", "prod", request("GET", "/", headers, ""), Caller::Anonymous).await;
    let reason = seen.answered().remove(0).reason;
    (Answer::of(response).await, reason)
}

async fn check(given: Value, status: u16, body: &str) -> Answer {
    let (answer, reason) = answer(Ok(given.clone()), api(&[("/", &["GET"])]), &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (status, body), "{given}: {reason:?}");
    answer
}

#[tokio::test]
async fn answers_become_responses() {
    check(json!({ "statusCode": 201, "body": "made" }), 201, "made").await;
    check(json!({ "statusCode": "404", "body": null }), 404, "").await;
    check(
        json!({ "statusCode": 200.0, "headers": null, "multiValueHeaders": null, "isBase64Encoded": null }),
        502,
        INTERNAL,
    )
    .await;
    check(
        json!({ "statusCode": 204, "headers": null, "multiValueHeaders": null, "isBase64Encoded": null }),
        204,
        "",
    )
    .await;
    check(json!({ "body": "no status" }), 200, "no status").await;
    check(json!({}), 200, "").await;
    check(json!({ "statusCode": 500, "body": "own" }), 500, "own").await;
}

#[tokio::test]
async fn malformed_answers_are_502_and_the_reason_is_told_to_the_runner_only() {
    let cases = [
        (Value::Null, "an answer is an object"),
        (json!("text"), "an answer is an object"),
        (json!([1]), "an answer is an object"),
        (json!({ "statusCode": "teapot" }), "`statusCode` is an integer from 100 to 599, got \"teapot\""),
        (json!({ "statusCode": 99 }), "`statusCode` is an integer from 100 to 599, got 99"),
        (json!({ "statusCode": 600 }), "`statusCode` is an integer from 100 to 599, got 600"),
        (json!({ "statusCode": 200, "body": { "a": 1 } }), "`body` is a string, got {\"a\":1}"),
        (json!({ "statusCode": 200, "message": "x" }), "an answer has no field `message`"),
        (json!({ "statusCode": 200, "headers": [] }), "`headers` is an object, got []"),
        (json!({ "statusCode": 200, "headers": { "a": ["b"] } }), "the header `a` is a string, got [\"b\"]"),
        (json!({ "statusCode": 200, "headers": { "a b": "c" } }), "`a b: c` is no header"),
        (json!({ "statusCode": 200, "headers": { "a": "b\nc" } }), "`a: b\nc` is no header"),
        (
            json!({ "statusCode": 200, "multiValueHeaders": { "a": "b" } }),
            "`multiValueHeaders` has lists, got \"b\"",
        ),
        (
            json!({ "statusCode": 200, "body": "a", "isBase64Encoded": "yes" }),
            "`isBase64Encoded` is true or false, got \"yes\"",
        ),
        (json!({ "errorMessage": "boom" }), "the function failed: \"boom\""),
    ];
    for (given, fault) in cases {
        let (answer, reason) = answer(Ok(given.clone()), api(&[("/", &["GET"])]), &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (502, INTERNAL), "{given}");
        assert_eq!(answer.header("x-amzn-errortype"), Some("InternalServerErrorException"));
        let reason = reason.unwrap();
        let expected =
            format!("Execution failed due to configuration error: Malformed Lambda proxy response: {fault}");
        assert_eq!(reason, expected, "{given}");
    }
}

#[tokio::test]
async fn functions_that_give_no_answer_are_told_apart_by_status_only() {
    let error = Failure::FunctionError(Bytes::from_static(br#"{"errorMessage":"boom"}"#));
    let too_long = r#"{"message":"Request Too Long"}"#;
    let cases = [
        (Err(error), 502, INTERNAL, "InternalServerErrorException"),
        (Err(Failure::NotPermitted), 500, INTERNAL, "InternalServerErrorException"),
        (Err(Failure::Throttled), 500, INTERNAL, "InternalServerErrorException"),
        (
            Err(Failure::Unavailable("no such function".to_owned())),
            500,
            INTERNAL,
            "InternalServerErrorException",
        ),
        (Err(Failure::TooLarge), 413, too_long, "RequestTooLargeException"),
        (
            Ok(json!("hang")),
            504,
            r#"{"message": "Endpoint request timed out"}"#,
            "InternalServerErrorException",
        ),
    ];
    for (given, status, body, error_type) in cases {
        let (answer, reason) = answer(given.clone(), api(&[("/", &["GET"])]), &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{given:?}");
        assert_eq!(answer.header("x-amzn-errortype"), Some(error_type), "{given:?}");
        assert!(reason.is_some(), "{given:?}");
    }
}

#[tokio::test]
async fn headers_are_merged_and_those_of_the_connection_get_another_name() {
    let given = json!({
        "statusCode": 200,
        "headers": {
            "X-One": "1", "Both": "a", "Server": "mine", "Date": "today", "Content-Length": "7",
            "WWW-Authenticate": "Basic", "Authorization": "token", "Transfer-Encoding": "chunked", "X-True": true,
        },
        "multiValueHeaders": { "both": ["a", "b"], "Set-Cookie": ["c=1", "d=2"] },
    });
    let answer = check(given, 200, "").await;
    let expected = [
        ("both", "a"),
        ("both", "b"),
        ("content-type", "application/json"),
        ("set-cookie", "c=1"),
        ("set-cookie", "d=2"),
        ("x-amz-apigw-id", "4VBv1Z57Q0A9Qk8="),
        ("x-amzn-remapped-authorization", "token"),
        ("x-amzn-remapped-content-length", "7"),
        ("x-amzn-remapped-date", "today"),
        ("x-amzn-remapped-server", "mine"),
        ("x-amzn-remapped-www-authenticate", "Basic"),
        ("x-amzn-requestid", "e1506fd5-9e7b-434f-bd42-4f8fa224b599"),
        ("x-amzn-trace-id", "Root=1-65c66da0-e1506fd59e7b434fbd424f8f"),
        ("x-one", "1"),
        ("x-true", "true"),
    ];
    let expected: Vec<_> = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(answer.headers, expected);
    let own = check(json!({ "headers": { "CONTENT-TYPE": "text/html" } }), 200, "").await;
    assert_eq!(own.all("content-type"), ["text/html"]);
}

#[tokio::test]
async fn base64_is_undone_for_clients_that_accept_a_binary_type_first() {
    let mut api = api(&[("/", &["GET"])]);
    api.binary_media_types = vec!["image/png".to_owned()];
    let given = json!({ "body": "aGk=", "isBase64Encoded": true });
    for (accept, body) in
        [("image/png", "hi"), ("image/png, */*", "hi"), ("*/*, image/png", "aGk="), ("text/html", "aGk=")]
    {
        let (answer, _) = answer(Ok(given.clone()), api.clone(), &[("accept", accept)]).await;
        assert_eq!(answer.body, body, "{accept}");
    }
    api.binary_media_types = vec!["*/*".to_owned()];
    let (anything, _) = answer(Ok(given), api.clone(), &[]).await;
    assert_eq!(anything.body, "hi");
    let wrong = json!({ "body": "not base64", "isBase64Encoded": true });
    let (wrong, _) = answer(Ok(wrong), api, &[]).await;
    assert_eq!((wrong.status, wrong.body.as_str()), (500, INTERNAL));
}
