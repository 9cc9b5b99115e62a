//! Buses and rules, looked at through the API.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_bus::{Input, Rule, Target};

use crate::bench::{Bench, LAMBDA, QUEUE, lambda};

const RULE: &str = "arn:aws:events:us-east-1:000000000000:rule/orders";

#[tokio::test]
async fn a_rule_is_described() {
    let bench = Bench::to(lambda());
    let rule = json!({
        "Name": "orders",
        "Arn": RULE,
        "EventPattern": r#"{"source":["shop"]}"#,
        "State": "ENABLED",
        "EventBusName": "default",
    });
    let mut described = rule.clone();
    described["CreatedBy"] = json!("000000000000");
    assert_eq!(bench.call("DescribeRule", json!({ "Name": "orders" })), described);
    assert_eq!(bench.call("ListRules", json!({})), json!({ "Rules": [rule] }));
    assert_eq!(bench.call("ListRules", json!({ "NamePrefix": "x" })), json!({ "Rules": [] }));
    let names = bench.call("ListRuleNamesByTarget", json!({ "TargetArn": LAMBDA }));
    assert_eq!(names, json!({ "RuleNames": ["orders"] }));
}

#[tokio::test]
async fn its_targets_are_listed() {
    let paths = [("x".to_owned(), "$.id".to_owned())].into();
    let bench = Bench::to(Target {
        role_arn: Some("role".to_owned()),
        input: Input::Transformer { paths, template: "<x>".to_owned() },
        retries: 3,
        maximum_age: Duration::from_secs(60),
        dead_letter_arn: Some(QUEUE.to_owned()),
        message_group: Some("all".to_owned()),
        ..lambda()
    });
    assert_eq!(
        bench.call("ListTargetsByRule", json!({ "Rule": "orders" })),
        json!({ "Targets": [{
            "Id": "cook",
            "Arn": LAMBDA,
            "RoleArn": "role",
            "InputTransformer": { "InputPathsMap": { "x": "$.id" }, "InputTemplate": "<x>" },
            "RetryPolicy": { "MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60 },
            "DeadLetterConfig": { "Arn": QUEUE },
            "SqsParameters": { "MessageGroupId": "all" },
        }] })
    );
}

#[tokio::test]
async fn buses_are_listed_and_described() {
    let bench = Bench::new();
    bench.buses.define_bus("kitchen", Some("for cooks".to_owned()));
    let arn = |name: &str| format!("arn:aws:events:us-east-1:000000000000:event-bus/{name}");
    let kitchen = json!({ "Name": "kitchen", "Arn": arn("kitchen"), "Description": "for cooks" });
    let default = json!({ "Name": "default", "Arn": arn("default") });
    assert_eq!(bench.call("ListEventBuses", json!({})), json!({ "EventBuses": [default, kitchen] }));
    assert_eq!(
        bench.call("ListEventBuses", json!({ "NamePrefix": "k" })),
        json!({ "EventBuses": [kitchen] })
    );
    assert_eq!(bench.call("DescribeEventBus", json!({})), default);
    assert_eq!(bench.call("DescribeEventBus", json!({ "Name": "kitchen" })), kitchen);
    assert_eq!(bench.call("DescribeEventBus", json!({ "Name": arn("kitchen") })), kitchen);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bench = Bench::new();
    for (action, request, message) in [
        ("DescribeRule", json!({ "Name": "x" }), "Rule x does not exist."),
        ("ListTargetsByRule", json!({ "Rule": "x" }), "Rule x does not exist."),
        ("ListRules", json!({ "EventBusName": "x" }), "Event bus x does not exist."),
        ("DescribeEventBus", json!({ "Name": "x" }), "Event bus x does not exist."),
    ] {
        let error = bench.buses.execute(action, request).unwrap_err();
        assert_eq!(error.body, json!({ "__type": "ResourceNotFoundException", "message": message }));
    }
}

#[tokio::test]
async fn a_pattern_is_tried() {
    let bench = Bench::new();
    let request = |pattern: &str| json!({ "EventPattern": pattern, "Event": r#"{"source":"shop"}"# });
    let call = |pattern: &str| bench.buses.execute("TestEventPattern", request(pattern));
    assert_eq!(call(r#"{"source":["shop"]}"#).unwrap(), json!({ "Result": true }));
    assert_eq!(call(r#"{"source":["office"]}"#).unwrap(), json!({ "Result": false }));
    assert_eq!(call("[]").unwrap_err().kind, "InvalidEventPatternException");
}

#[tokio::test]
async fn a_request_names_its_resources() {
    let bench = Bench::new();
    let check = |request: Value, expected: &[&str]| {
        assert_eq!(bench.buses.resources(&request), expected, "{request}")
    };
    let bus = |name: &str| bench.buses.bus_arn(name);
    check(json!({ "Entries": [{}, {}] }), &[&bus("default")]);
    check(
        json!({ "Entries": [{ "EventBusName": "a" }, { "EventBusName": bus("b") }] }),
        &[&bus("a"), &bus("b")],
    );
    check(json!({ "Rule": "orders" }), &[RULE]);
    check(json!({ "NamePrefix": "a" }), &["*"]);
}

#[tokio::test]
async fn a_schedule_and_a_description_are_told() {
    let bench = Bench::new();
    let mut rule = Rule::new("nightly").scheduled("cron(0 3 * * ? *)").to(lambda());
    rule.description = Some("cleans up".to_owned());
    rule.is_enabled = false;
    bench.define(rule);
    let described = bench.call("DescribeRule", json!({ "Name": "nightly" }));
    assert_eq!(described["ScheduleExpression"], "cron(0 3 * * ? *)");
    assert_eq!((&described["Description"], &described["State"]), (&json!("cleans up"), &json!("DISABLED")));
    assert_eq!(described.get("EventPattern"), None);
}
