//! The policies of the stacks of this workspace, references resolved, and what they allow and refuse.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use stackwright_policy::{Policy, Principal, Request};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:agenda-put-event";
const RULE: &str = "arn:aws:events:eu-west-1:111122223333:rule/bus/ToDeliveries";
const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:Deliveries";

fn of_identity(statements: Value) -> [Policy; 1] {
    [Policy::of_identity(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()]
}

fn of_resource(statements: Value) -> [Policy; 1] {
    [Policy::of_resource(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap()]
}

/// A request of a function's role.
fn function(action: &str, resource: &str) -> Request {
    Request::new(
        Principal::session("arn:aws:iam::111122223333:role/HandlerRole", "handler"),
        action,
        resource,
    )
}

fn service(name: &str, action: &str, resource: &str) -> Request {
    Request::new(Principal::Service(name.into()), action, resource)
}

#[test]
fn a_function_may_write_its_log_and_its_traces_and_nothing_more() {
    let log = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/notes-word-count:*";
    let policy = of_identity(json!([
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": log},
        {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
    ]));
    let allowed = |action: &str, resource: &str| function(action, resource).decide(&policy, &[]).is_allowed();
    let stream = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/notes-word-count:log-stream:x";
    assert!(allowed("logs:PutLogEvents", stream));
    assert!(!allowed("logs:DeleteLogStream", stream));
    assert!(!allowed("logs:PutLogEvents", &stream.replace("notes", "agenda")));
    assert!(allowed("xray:PutTraceSegments", "*"));
    assert!(!allowed("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/Notes"));
}

#[test]
fn a_function_may_post_to_the_connections_of_one_stage() {
    let api = "arn:aws:execute-api:eu-west-1:111122223333:abc123";
    let connections = format!("{api}/dev/POST/@connections/*");
    let policy = of_identity(
        json!([{"Effect": "Allow", "Action": ["execute-api:ManageConnections"], "Resource": connections}]),
    );
    let allowed = |path: &str| {
        function("execute-api:ManageConnections", &format!("{api}/{path}")).decide(&policy, &[]).is_allowed()
    };
    assert!(allowed("dev/POST/@connections/L0SM9cOFvHcCIhw="));
    assert!(!allowed("dev/DELETE/@connections/L0SM9cOFvHcCIhw="));
    assert!(!allowed("prod/POST/@connections/L0SM9cOFvHcCIhw="));
}

#[test]
fn only_this_rule_sends_to_the_queue() {
    let policy = of_resource(json!([{
        "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": RULE}}
    }]));
    let sends = |request: Request| request.decide(&[], &policy).is_allowed();
    let events = || service("events.amazonaws.com", "sqs:SendMessage", QUEUE);
    assert!(sends(events().with("aws:SourceArn", RULE)));
    assert!(!sends(events().with("aws:SourceArn", RULE.replace("ToDeliveries", "Other"))));
    assert!(!sends(events()));
    assert!(!sends(service("sns.amazonaws.com", "sqs:SendMessage", QUEUE).with("aws:SourceArn", RULE)));
    assert!(!sends(function("sqs:SendMessage", QUEUE).with("aws:SourceArn", RULE)));
}

/// What Lambda makes of an `AWS::Lambda::Permission`.
#[test]
fn only_this_api_invokes_the_function() {
    let connect = "arn:aws:execute-api:eu-west-1:111122223333:abc123/*/$connect";
    let policy = of_resource(json!({
        "Sid": "OnConnect", "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction", "Resource": FUNCTION, "Condition": {"ArnLike": {"AWS:SourceArn": connect}}
    }));
    let invokes = |source: &str| {
        let request = service("apigateway.amazonaws.com", "lambda:InvokeFunction", FUNCTION);
        request.with("aws:SourceArn", source).decide(&[], &policy).is_allowed()
    };
    assert!(invokes("arn:aws:execute-api:eu-west-1:111122223333:abc123/dev/$connect"));
    assert!(!invokes("arn:aws:execute-api:eu-west-1:111122223333:abc123/dev/$default"));
    assert!(!invokes("arn:aws:execute-api:eu-west-1:111122223333:xyz789/dev/$connect"));
}

#[test]
fn guests_call_the_function_by_its_url_only() {
    let policy = of_identity(json!([
        {"Effect": "Allow", "Action": ["lambda:InvokeFunctionUrl"], "Resource": FUNCTION,
         "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}},
        {"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": FUNCTION,
         "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}},
    ]));
    let guest = Principal::session("arn:aws:iam::111122223333:role/GuestsRole", "CognitoIdentityCredentials");
    let request = |action: &str| Request::new(guest.clone(), action, FUNCTION);
    let allowed = |request: Request| request.decide(&policy, &[]).is_allowed();
    assert!(allowed(request("lambda:InvokeFunctionUrl").with("lambda:FunctionUrlAuthType", "AWS_IAM")));
    assert!(!allowed(request("lambda:InvokeFunctionUrl").with("lambda:FunctionUrlAuthType", "NONE")));
    assert!(allowed(request("lambda:InvokeFunction").with("lambda:InvokedViaFunctionUrl", "true")));
    assert!(!allowed(request("lambda:InvokeFunction").with("lambda:InvokedViaFunctionUrl", "false")));
    assert!(!allowed(request("lambda:InvokeFunction")));
}

#[test]
fn guests_of_this_pool_take_on_the_role() {
    let trust = of_resource(json!([{
        "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}
        }
    }]));
    let takes_on = |pool: &str, means: &[&str]| {
        let cognito = Principal::Federated("cognito-identity.amazonaws.com".into());
        let request = Request::new(
            cognito,
            "sts:AssumeRoleWithWebIdentity",
            "arn:aws:iam::111122223333:role/GuestsRole",
        );
        let request = request.with("cognito-identity.amazonaws.com:aud", pool);
        let request = request.with_all("cognito-identity.amazonaws.com:amr", means.iter().copied());
        request.decide(&[], &trust).is_allowed()
    };
    assert!(takes_on("eu-west-1:pool", &["unauthenticated"]));
    assert!(!takes_on("eu-west-1:other", &["unauthenticated"]));
    assert!(!takes_on("eu-west-1:pool", &["authenticated"]));
    assert!(!takes_on("eu-west-1:pool", &[]));
}

#[test]
fn a_site_is_read_by_its_distribution_and_over_tls() {
    let distribution = "arn:aws:cloudfront::111122223333:distribution/E1";
    let policy = of_resource(json!([
        {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
         "Resource": "arn:aws:s3:::site/*", "Condition": {"StringEquals": {"AWS:SourceArn": distribution}}},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::site", "arn:aws:s3:::site/*"],
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]));
    let reads = |distribution: &str, tls: &str| {
        let request = service("cloudfront.amazonaws.com", "s3:GetObject", "arn:aws:s3:::site/index.html");
        request.with("aws:SourceArn", distribution).with("aws:SecureTransport", tls).decide(&[], &policy)
    };
    assert!(reads(distribution, "true").is_allowed());
    assert!(!reads(distribution, "false").is_allowed());
    assert!(!reads("arn:aws:cloudfront::111122223333:distribution/E2", "true").is_allowed());

    let publisher =
        of_identity(json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::site/*"}));
    let put = function("s3:PutObject", "arn:aws:s3:::site/index.html").with("aws:SecureTransport", "false");
    assert!(
        put.decide(&publisher, &policy)
            .to_string()
            .ends_with("with an explicit deny in a resource-based policy")
    );
}
