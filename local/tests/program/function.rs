//! A function for the tests of the runner: it makes custom resources, and tells what it knows of itself.
//! What it is to do stands in its events.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../../lambda/tests/program/runtime_api.rs"]
mod runtime_api;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::runtime_api::{answer, length, next, send};

fn main() {
    loop {
        let event = next();
        let id = event.header("lambda-runtime-aws-request-id");
        let event: Value = serde_json::from_str(&event.body).unwrap();
        if event["ResponseURL"].is_string() {
            custom_resource(&event);
        }
        answer(&id, &said(&event));
    }
}

/// What its variable `ANSWER` says, with the event as a text for `EVENT`; its environment without one.
fn said(event: &Value) -> String {
    let event = Value::from(event.to_string()).to_string();
    std::env::var("ANSWER").map_or_else(|_| environment(), |answer| answer.replace("EVENT", &event))
}

/// Says what it was asked for, does it, and tells CloudFormation.
fn custom_resource(event: &Value) {
    let properties = &event["ResourceProperties"];
    let text = |name: &str| properties[name].as_str().unwrap_or_default();
    let logical_id = event["LogicalResourceId"].as_str().unwrap();
    let physical_id = if text("Name").is_empty() { logical_id } else { text("Name") };
    let of_old = event["PhysicalResourceId"].as_str().unwrap_or("-");
    println!("{} {logical_id} {of_old} {}", event["RequestType"].as_str().unwrap(), text("Name"));
    let is_delete = event["RequestType"] == "Delete";
    let done = if is_delete { empty(text("Empties")) } else { fill(text("Fills")) };
    let succeeds = done && text("Fails").is_empty();
    tell(
        event,
        &json!({
            "Status": if succeeds { "SUCCESS" } else { "FAILED" },
            "Reason": if done { text("Fails") } else { "S3 said no" },
            "PhysicalResourceId": if is_delete { of_old } else { physical_id },
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": logical_id,
            "Data": { "Stack": event["StackId"] },
        }),
    );
}

fn tell(event: &Value, body: &Value) {
    let url = event["ResponseURL"].as_str().unwrap();
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = body.to_string();
    assert_eq!(send(host, "PUT", &format!("/{path}"), &length(&body), &body).status, 200);
}

/// Puts an object that is named `bucket/key`, unsigned. True if that was allowed.
fn fill(object: &str) -> bool {
    object.is_empty() || s3("PUT", object) == 200
}

/// Deletes it.
fn empty(object: &str) -> bool {
    object.is_empty() || s3("DELETE", object) == 204
}

fn s3(method: &str, object: &str) -> u16 {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap();
    let host = endpoint.strip_prefix("http://").unwrap();
    send(host, method, &format!("/{object}"), &length("x"), "x").status
}

fn environment() -> String {
    json!(std::env::vars().collect::<BTreeMap<_, _>>()).to_string()
}
