//! Requests and answers, as CloudFormation and a function exchange them.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use serde_json::{Value, json};
use stackwright_custom::{CustomError, CustomResources, Demand, Made, Order, Waiting};

const URL: &str = "http://127.0.0.1:4566/_aws/cloudformation/responses/";

fn resources() -> CustomResources {
    CustomResources::at(URL).numbering(|| "request-1".to_owned())
}

fn order(demand: Demand) -> Order {
    Order {
        demand,
        stack_id: "stack-1".to_owned(),
        logical_id: "Files".to_owned(),
        kind: "Custom::Files".to_owned(),
        properties: json!({ "ServiceToken": "arn", "Count": 3 }),
    }
}

fn waiting(resources: &CustomResources) -> Waiting {
    resources.order(order(Demand::Create)).unwrap()
}

fn token(waiting: &Waiting) -> String {
    waiting.event()["ResponseURL"].as_str().unwrap().strip_prefix(URL).unwrap().to_owned()
}

fn success() -> Value {
    json!({
        "Status": "SUCCESS", "PhysicalResourceId": "files-1", "StackId": "stack-1", "RequestId": "request-1",
        "LogicalResourceId": "Files",
    })
}

async fn put(resources: &CustomResources, token: &str, body: impl Into<Body>) -> u16 {
    let request = Request::put(format!("/{token}")).body(body.into()).unwrap();
    resources.respond(token, request).await.status().as_u16()
}

#[test]
fn a_create_is_an_event() {
    let waiting = waiting(&resources());
    let expected = json!({
        "RequestType": "Create",
        "ServiceToken": "arn",
        "ResponseURL": format!("{URL}{}", token(&waiting)),
        "StackId": "stack-1",
        "RequestId": "request-1",
        "LogicalResourceId": "Files",
        "ResourceType": "Custom::Files",
        "ResourceProperties": { "ServiceToken": "arn", "Count": "3" },
    });
    assert_eq!(*waiting.event(), expected);
    assert_eq!(token(&waiting).len(), 32);
}

#[test]
fn updates_and_deletions_name_what_there_is() {
    let update = Demand::Update {
        physical_id: "files-1".to_owned(),
        old_properties: json!({ "Count": 2, "Old": true }),
    };
    let waiting = resources().order(order(update)).unwrap();
    let event = waiting.event();
    assert_eq!((&event["RequestType"], &event["PhysicalResourceId"]), (&json!("Update"), &json!("files-1")));
    assert_eq!(event["OldResourceProperties"], json!({ "Count": "2", "Old": "true" }));
    let waiting = resources().order(order(Demand::Delete { physical_id: "files-1".to_owned() })).unwrap();
    let event = waiting.event();
    assert_eq!((&event["RequestType"], &event["PhysicalResourceId"]), (&json!("Delete"), &json!("files-1")));
    assert_eq!(event.get("OldResourceProperties"), None);
}

/// What comes of an answer.
async fn outcome(body: impl Into<Body>) -> Result<Made, CustomError> {
    let resources = resources();
    let waiting = waiting(&resources);
    assert_eq!(put(&resources, &token(&waiting), body).await, 200);
    waiting.outcome().await
}

fn with(name: &str, value: Value) -> String {
    let mut answer = success();
    answer[name] = value;
    answer.to_string()
}

#[tokio::test]
async fn success_gives_an_id_and_attributes() {
    let mut answer = success();
    answer["Data"] = json!({ "Url": "https://x", "Count": 2, "List": ["a"] });
    answer["NoEcho"] = json!(true);
    let made = outcome(answer.to_string()).await.unwrap();
    assert_eq!((made.physical_id.as_str(), made.no_echo), ("files-1", true));
    assert_eq!(Value::Object(made.attributes), answer["Data"]);
    let made = outcome(success().to_string()).await.unwrap();
    assert!(made.attributes.is_empty() && !made.no_echo);
}

#[tokio::test]
async fn failure_gives_its_reason() {
    let mut answer = success();
    (answer["Status"], answer["Reason"]) = (json!("FAILED"), json!("the bucket is gone"));
    let told = outcome(answer.to_string()).await.unwrap_err().to_string();
    assert_eq!(
        told,
        "Received response status [FAILED] from custom resource. Message returned: the bucket is gone (RequestId: \
         request-1)"
    );
    let told = outcome(with("Status", json!("FAILED"))).await.unwrap_err().to_string();
    assert!(told.contains("no reason was given"), "{told}");
}

async fn check_refused(body: String, reason: &str) {
    let told = outcome(body).await.unwrap_err().to_string();
    assert!(told.starts_with(reason), "`{told}` does not begin with `{reason}`");
}

#[tokio::test]
async fn answers_that_are_none_are_failures() {
    check_refused(String::new(), "Invalid response: ").await;
    check_refused("SUCCESS".to_owned(), "Invalid response: ").await;
    check_refused(with("Status", json!("OK")), "Invalid response: Status is OK").await;
    check_refused(with("Status", json!(null)), "Invalid response: Status is missing").await;
    check_refused(with("PhysicalResourceId", json!("")), "Invalid PhysicalResourceId").await;
    check_refused(with("PhysicalResourceId", json!("x".repeat(1025))), "Invalid PhysicalResourceId").await;
    check_refused(with("RequestId", json!("other")), "Invalid response: RequestId is other").await;
    check_refused(with("StackId", json!(null)), "Invalid response: StackId is missing").await;
    check_refused(with("LogicalResourceId", json!("x")), "Invalid response: LogicalResourceId is x").await;
    check_refused(with("Data", json!([1])), "Invalid response: Data must be an object").await;
    check_refused(with("Data", json!({ "Text": "x".repeat(4096) })), "Response object is too long.").await;
}

#[tokio::test]
async fn a_deletion_needs_no_id() {
    let resources = resources();
    let waiting = resources.order(order(Demand::Delete { physical_id: "files-1".to_owned() })).unwrap();
    put(&resources, &token(&waiting), with("PhysicalResourceId", json!(null))).await;
    assert_eq!(waiting.outcome().await, Ok(Made::default()));
}

#[tokio::test]
async fn the_first_answer_counts_and_a_repeated_one_is_taken() {
    let resources = resources();
    let waiting = waiting(&resources);
    let token = token(&waiting);
    assert_eq!(put(&resources, &token, success().to_string()).await, 200);
    assert_eq!(put(&resources, &token, with("Status", json!("FAILED"))).await, 200);
    assert!(waiting.outcome().await.is_ok());
    assert_eq!(put(&resources, &token, success().to_string()).await, 403);
}

#[tokio::test]
async fn nobody_else_can_answer() {
    let resources = resources();
    let waiting = waiting(&resources);
    for wrong in ["", "x", &token(&waiting).to_uppercase()] {
        assert_eq!(put(&resources, wrong, success().to_string()).await, 403);
    }
    let get = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(resources.respond(&token(&waiting), get).await.status(), 405);
    assert_eq!(put(&resources, &token(&waiting), vec![b'x'; 2 * 1024 * 1024]).await, 400);
    assert!(!format!("{resources:?} {waiting:?}").contains(&token(&waiting)));
    let token = token(&waiting);
    drop(waiting);
    assert_eq!(put(&resources, &token, success().to_string()).await, 403);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let properties = json!({ "ServiceToken": "arn", "ServiceTimeout": "30" });
    let waiting = resources().order(Order { properties, ..order(Demand::Create) }).unwrap();
    let error = waiting.outcome().await.unwrap_err();
    let after = Duration::from_secs(30);
    assert_eq!(error, CustomError::Unanswered { request_id: "request-1".to_owned(), after });
    assert!(error.to_string().contains("within 30 seconds"), "{error}");
}

#[test]
fn timeouts_are_seconds_up_to_an_hour() {
    let timeout = |value: Value| {
        Order { properties: json!({ "ServiceTimeout": value }), ..order(Demand::Create) }.timeout()
    };
    assert_eq!(timeout(json!(null)), Ok(Duration::from_secs(3600)));
    assert_eq!(timeout(json!(1)), Ok(Duration::from_secs(1)));
    assert_eq!(timeout(json!("300")), Ok(Duration::from_secs(300)));
    for wrong in [json!(0), json!(3601), json!("soon"), json!(1.5), json!(-1), json!([])] {
        let error = timeout(wrong.clone()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("ServiceTimeout is {wrong}")), "{error}");
    }
}

#[tokio::test]
async fn a_function_that_crashed_is_not_waited_for() {
    let waiting = waiting(&resources());
    let error = waiting.outcome_unless(async { "it crashed".to_owned() }).await.unwrap_err();
    assert_eq!(error.to_string(), "it crashed");

    let resources = resources();
    let waiting = self::waiting(&resources);
    put(&resources, &token(&waiting), success().to_string()).await;
    assert!(waiting.outcome_unless(async { "it crashed afterwards".to_owned() }).await.is_ok());
}
