//! What policies allow, read as text.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Grant, Policy};

const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes";

fn check_identity(statement: Value, expected: Grant) {
    let policy = Policy::of_identity(&json!({ "Version": "2012-10-17", "Statement": [statement] })).unwrap();
    assert_eq!(policy.grants(), [expected]);
}

fn check_nothing(statement: Value) {
    let policy = Policy::of_identity(&json!({ "Statement": [statement] })).unwrap();
    assert_eq!(policy.grants(), []);
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn statements_are_read_as_they_stand() {
    check_identity(
        json!({ "Effect": "Allow", "Action": ["dynamodb:Put*", "dynamodb:Query"], "Resource": [TABLE, "arn:aws:s3:::b?/${aws:username}/*"] }),
        Grant {
            actions: texts(&["dynamodb:Put*", "dynamodb:Query"]),
            resources: texts(&[TABLE, "arn:aws:s3:::b?/*/*"]),
            ..Grant::default()
        },
    );
}

#[test]
fn what_denies_or_allows_all_but_something_grants_nothing_that_could_be_named() {
    check_nothing(json!({ "Effect": "Deny", "Action": "dynamodb:*", "Resource": TABLE }));
    check_nothing(json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }));
    check_nothing(json!({ "Effect": "Allow", "Action": "dynamodb:*", "NotResource": TABLE }));
}

#[test]
fn policies_of_resources_say_who_and_from_where() {
    let source = "arn:aws:events:eu-west-1:111122223333:rule/orders/placed";
    let role = "arn:aws:iam::111122223333:role/Writer";
    let policy = Policy::of_resource(&json!({ "Statement": [
        {
            "Effect": "Allow", "Action": "sqs:SendMessage", "Principal": { "Service": "events.amazonaws.com" },
            "Condition": {
                "ArnLike": { "AWS:SourceArn": source },
                "StringEquals": { "AWS:SourceAccount": "111122223333" },
                "ArnNotLike": { "AWS:SourceArn": "arn:aws:events:*:*:rule/other" },
            },
        },
        { "Effect": "Allow", "Action": "sqs:*", "Principal": { "AWS": [role, "111122223333"] } },
    ] }));
    let [from_service, from_role] = policy.unwrap().grants().try_into().unwrap();
    assert_eq!((from_service.sources, from_service.principals), (texts(&[source]), Vec::new()));
    assert_eq!((from_role.principals, from_role.resources), (texts(&[role]), Vec::new()));
}
