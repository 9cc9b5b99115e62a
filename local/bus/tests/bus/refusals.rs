//! Entries that are no events, requests that are none, rules that cannot be.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_bus::{Input, Rule, Target};

use crate::bench::{Bench, lambda, order};

#[track_caller]
fn check_entry(entry: Value, code: &str, message: &str) {
    let put = Bench::new().put(json!([entry, order(&json!({}))]));
    assert_eq!(
        put,
        json!({
            "FailedEntryCount": 1,
            "Entries": [{ "ErrorCode": code, "ErrorMessage": message }, { "EventId": "id-1" }],
        })
    );
}

#[tokio::test]
async fn an_entry_that_is_no_event_fails_alone() {
    for missing in ["Source", "DetailType", "Detail"] {
        let message = format!("Parameter {missing} is not valid. Reason: {missing} is a required argument.");
        let mut entry = order(&json!({}));
        entry[missing] = json!("");
        check_entry(entry.clone(), "InvalidArgument", &message);
        entry.as_object_mut().unwrap().remove(missing);
        check_entry(entry, "InvalidArgument", &message);
    }
    for detail in ["{", "[]", "1", "\"a\"", "null"] {
        let mut entry = order(&json!({}));
        entry["Detail"] = json!(detail);
        check_entry(entry, "MalformedDetail", "Detail is malformed.");
    }
    let mut entry = order(&json!({}));
    entry["Source"] = json!("aws.shop");
    check_entry(entry, "NotAuthorizedForSource", "Not authorized for the source.");
    let mut entry = order(&json!({}));
    entry["DetailType"] = json!("x".repeat(129));
    let message = "Parameter DetailType is not valid. Reason: DetailType has at most 128 characters.";
    check_entry(entry, "InvalidArgument", message);
}

#[track_caller]
fn check_request(action: &str, request: Value, kind: &str, message: &str) {
    let error = Bench::new().buses.execute(action, request).unwrap_err();
    assert_eq!(error.body, json!({ "__type": kind, "message": message }));
    assert_eq!(error.status, 400);
}

#[tokio::test]
async fn requests_without_entries_or_with_too_many() {
    let kind = "ValidationException";
    let constraint = "failed to satisfy constraint: Member must have length";
    let message = format!(
        "1 validation error detected: Value '[]' at 'entries' {constraint} greater than or equal to 1"
    );
    check_request("PutEvents", json!({}), kind, &message);
    check_request("PutEvents", json!({ "Entries": [] }), kind, &message);
    let eleven = vec![order(&json!({})); 11];
    let message = format!(
        "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' {constraint} less than or equal to 10"
    );
    check_request("PutEvents", json!({ "Entries": eleven }), kind, &message);
}

/// `shop`, `order` and the JSON around the text are 17 bytes.
#[tokio::test]
async fn requests_of_more_than_a_mebibyte() {
    let of = |length: usize| json!([order(&json!({ "a": "x".repeat(length - 17) }))]);
    let bench = Bench::new();
    assert_eq!(bench.put(of(1_048_576))["FailedEntryCount"], 0);
    let too_large = "Total size of the entries in the request is over the limit.";
    check_request("PutEvents", json!({ "Entries": of(1_048_577) }), "ValidationException", too_large);
    let mut timed = of(1_048_576);
    timed[0]["Time"] = json!(1);
    check_request("PutEvents", json!({ "Entries": timed }), "ValidationException", too_large);
}

#[tokio::test]
async fn actions_that_are_not_here() {
    for action in ["CreateArchive", "StartReplay", "PutRule", "PutTargets", "CreateConnection"] {
        let message = format!("{action} is not supported here");
        check_request(action, json!({}), "UnsupportedOperationException", &message);
    }
    check_request("PutEvent", json!({}), "UnknownOperationException", "unknown action `PutEvent`");
}

#[tokio::test]
async fn requests_of_another_form() {
    for request in [json!({ "Entries": 1 }), json!({ "Entries": [{ "Source": 1 }] }), json!("a")] {
        let error = Bench::new().buses.execute("PutEvents", request).unwrap_err();
        assert_eq!((error.kind.as_str(), error.status), ("SerializationException", 400));
    }
}

#[track_caller]
fn check_rule(rule: Rule, expected: &str) {
    assert_eq!(Bench::new().buses.define_rule(rule).unwrap_err().to_string(), expected);
}

fn rule() -> Rule {
    Rule::new("orders").matching(json!({ "source": ["shop"] }))
}

#[tokio::test]
async fn rules_that_cannot_be() {
    check_rule(Rule::new("a"), "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    check_rule(
        Rule::new("a").matching(json!({ "source": "shop" })),
        "Event pattern is not valid. Reason: source: a field takes an object or an array of values, got \"shop\"",
    );
    check_rule(
        Rule::new("a").on("kitchen").scheduled("rate(1 minute)"),
        "ScheduleExpression is supported only on the default event bus.",
    );
    let six = (0..6).fold(rule(), |rule, number| rule.to(Target::new(number.to_string(), "a")));
    check_rule(six, "a rule has at most 5 targets, got 6");
    check_rule(rule().to(lambda()).to(lambda()), "two targets have the id `cook`");
}

#[track_caller]
fn check_input(input: Input, expected: &str) {
    check_rule(rule().to(Target { input, ..lambda() }), expected);
}

#[tokio::test]
async fn inputs_that_cannot_be() {
    for (path, reason) in [
        ("detail", "a path begins with `$`"),
        ("$.", "a name follows `.`"),
        ("$.a..b", "a name follows `.`"),
        ("$.*", "wildcards are not supported here"),
        ("$a", "`.` or `[` follows a step"),
        ("$.a[0", "`]` follows what is in brackets"),
        ("$.a[*]", "a quoted name or a number is in brackets"),
    ] {
        let expected = format!("JSON path for target cook is not valid: `{path}`: {reason}");
        check_input(Input::Path(path.to_owned()), &expected);
        let paths = [("x".to_owned(), path.to_owned())].into();
        check_input(Input::Transformer { paths, template: "<x>".to_owned() }, &expected);
    }
    check_input(
        Input::Transformer { paths: BTreeMap::new(), template: "\"<x>\"".to_owned() },
        "InputTemplate for target cook contains invalid placeholder x.",
    );
    check_input(
        Input::Constant("{".to_owned()),
        "Input for target cook is not JSON: EOF while parsing an object at line 1 column 1",
    );
}
