//! What policies of identities and of resources come to together, and how it is worded.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Decision, Kind, Policy, Principal, Request, Verdict};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:Deliveries";

fn identity(statements: Value) -> Policy {
    Policy::of_identity(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
}

fn resource(statements: Value) -> Policy {
    Policy::of_resource(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
}

fn sends(principal: Principal, identity: &[Policy], resource: &[Policy]) -> Decision {
    Request::new(principal, "sqs:SendMessage", QUEUE).decide(identity, resource)
}

fn role() -> Principal {
    Principal::session("arn:aws:iam::111122223333:role/service/Sender", "notifications-place-order")
}

fn events() -> Principal {
    Principal::Service("events.amazonaws.com".into())
}

fn may_send() -> Policy {
    identity(json!([{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}]))
}

fn must_not_send() -> Policy {
    identity(json!([{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]))
}

fn open_to_all() -> Policy {
    resource(json!([{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE}]))
}

fn closed_to_all() -> Policy {
    resource(json!([{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]))
}

#[track_caller]
fn check(decision: &Decision, message: &str) {
    assert_eq!(decision.to_string(), message);
}

#[test]
fn either_side_is_enough() {
    assert!(sends(role(), &[may_send()], &[]).is_allowed());
    assert!(sends(role(), &[], &[open_to_all()]).is_allowed());
    assert!(sends(role(), &[may_send()], &[open_to_all()]).is_allowed());
    assert!(!sends(role(), &[], &[]).is_allowed());
}

#[test]
fn a_denial_decides_wherever_it_stands() {
    for (identity, resource) in [
        (vec![may_send(), must_not_send()], vec![open_to_all()]),
        (vec![must_not_send(), may_send()], vec![]),
        (vec![may_send()], vec![closed_to_all()]),
        (vec![], vec![open_to_all(), closed_to_all()]),
    ] {
        assert!(matches!(sends(role(), &identity, &resource).verdict, Verdict::ExplicitDeny(_)));
    }
}

#[test]
fn a_denial_of_something_else_changes_nothing() {
    let elsewhere = identity(json!([{"Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": QUEUE}]));
    assert!(sends(role(), &[elsewhere, may_send()], &[]).is_allowed());
}

#[test]
fn services_need_the_resource() {
    assert!(!sends(events(), &[may_send()], &[]).is_allowed());
    assert!(sends(events(), &[must_not_send()], &[open_to_all()]).is_allowed());
    assert!(!sends(events(), &[], &[open_to_all(), closed_to_all()]).is_allowed());
}

#[test]
fn a_policy_without_resource_is_about_what_it_belongs_to() {
    let trust = resource(
        json!({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}),
    );
    let lambda = Principal::Service("lambda.amazonaws.com".into());
    let request = Request::new(lambda, "sts:AssumeRole", "arn:aws:iam::111122223333:role/R");
    assert!(request.decide(&[], &[trust]).is_allowed());
}

#[test]
fn an_account_in_a_resource_policy_leaves_it_to_the_identities() {
    let shared = resource(
        json!([{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:*", "Resource": QUEUE}]),
    );
    assert!(!sends(role(), &[], std::slice::from_ref(&shared)).is_allowed());
    assert!(sends(role(), &[may_send()], &[shared]).is_allowed());
}

#[test]
fn the_statement_that_decides_is_named() {
    let statements = json!([
        {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"},
        {"Sid": "Send", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
    ]);
    let decision = sends(role(), &[identity(json!([])), identity(statements)], &[open_to_all()]);
    let Verdict::Allowed(place) = decision.verdict else { panic!("{decision}") };
    assert_eq!((place.kind, place.policy, place.statement), (Kind::Identity, 1, 1));
    assert_eq!(place.sid.as_deref(), Some("Send"));
    assert_eq!(place.to_string(), "statement `Send` of identity-based policy 2");
}

#[test]
fn the_words_of_aws() {
    let sender = "arn:aws:sts::111122223333:assumed-role/Sender/notifications-place-order";
    check(
        &sends(role(), &[], &[]),
        &format!(
            "User: {sender} is not authorized to perform: sqs:SendMessage on resource: {QUEUE} \
             because no identity-based policy allows the sqs:SendMessage action"
        ),
    );
    check(
        &sends(role(), &[must_not_send()], &[closed_to_all()]),
        &format!(
            "User: {sender} is not authorized to perform: sqs:SendMessage on resource: {QUEUE} \
             with an explicit deny in an identity-based policy"
        ),
    );
    check(
        &sends(role(), &[may_send()], &[closed_to_all()]),
        &format!(
            "User: {sender} is not authorized to perform: sqs:SendMessage on resource: {QUEUE} \
             with an explicit deny in a resource-based policy"
        ),
    );
    check(
        &sends(events(), &[], &[]),
        &format!(
            "User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: {QUEUE} \
             because no resource-based policy allows the sqs:SendMessage action"
        ),
    );
    check(
        &sends(Principal::Anonymous, &[], &[open_to_all()]),
        &format!(
            "User: anonymous is authorized to perform: sqs:SendMessage on resource: {QUEUE} \
             by statement 1 of resource-based policy 1"
        ),
    );
}
