//! STS by its query protocol.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Response;
use stackwright_identity::{Caller, Session, Sts, role_id};

use crate::{ACCOUNT, ROLE, keys, now};

fn root() -> Caller {
    Caller::Root { account: ACCOUNT.to_owned() }
}

/// The role trusts everybody with the right external id, for two hours.
fn sts() -> Sts {
    Sts::new(
        keys(),
        Arc::new(|_, assumption| {
            let is_trusted =
                assumption.role_arn == ROLE && assumption.external_id.as_deref() != Some("wrong");
            is_trusted.then_some(Duration::from_secs(7200))
        }),
    )
}

fn answer(caller: &Caller, form: &str) -> Response<String> {
    sts().answer(caller, form, "request-1", now())
}

#[track_caller]
fn check_refusal(caller: &Caller, form: &str, status: u16, code: &str, message: &str) {
    let answer = answer(caller, form);
    assert_eq!(answer.status(), status);
    let words = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>request-1</RequestId></ErrorResponse>"
    );
    assert_eq!(answer.body(), &words);
}

#[test]
fn who_am_i() {
    let answer =
        answer(&Caller::Session(Session::new(ROLE, "greet")), "Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(answer.headers()["content-type"], "text/xml");
    let id = role_id(ROLE);
    let words = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:sts::000000000000:assumed-role/Greeter/greet</Arn><UserId>{id}:greet</UserId>\
         <Account>000000000000</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>request-1</RequestId>\
         </ResponseMetadata></GetCallerIdentityResponse>"
    );
    assert_eq!(answer.body(), &words);
}

/// The text of an element.
fn text<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap();
    rest.split_once(&format!("</{name}>")).unwrap().0
}

#[test]
fn a_role_taken_on() {
    let sts = sts();
    let form = format!("Action=AssumeRole&RoleArn={ROLE}&RoleSessionName=ada&DurationSeconds=900");
    let answer = sts.answer(&root(), &form, "request-1", now());
    assert_eq!(answer.status(), 200);
    let xml = answer.body();
    assert_eq!(text(xml, "Arn"), "arn:aws:sts::000000000000:assumed-role/Greeter/ada");
    assert_eq!(text(xml, "AssumedRoleId"), format!("{}:ada", role_id(ROLE)));
    assert_eq!(text(xml, "Expiration"), "2026-11-18T11:21:40Z");
    let key = keys().lookup(text(xml, "AccessKeyId"), Some(text(xml, "SessionToken")), now()).unwrap();
    assert_eq!(key.secret_access_key, text(xml, "SecretAccessKey"));
    assert_eq!(key.caller, Caller::Session(Session::new(ROLE, "ada")));
    assert!(sts.answer(&root(), &form, "request-2", SystemTime::now()).body().contains("request-2"));
}

#[test]
fn a_role_that_trusts_somebody_else() {
    let form = format!("Action=AssumeRole&RoleArn={ROLE}&RoleSessionName=ada&ExternalId=wrong");
    let message = format!(
        "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    );
    check_refusal(&root(), &form, 403, "AccessDenied", &message);
}

#[track_caller]
fn check_invalid(parameters: &str, message: &str) {
    let form = format!("Action=AssumeRole&RoleArn={ROLE}&{parameters}");
    check_refusal(&root(), &form, 400, "ValidationError", message);
}

#[test]
fn parameters_that_are_wrong() {
    let name = "at 'roleSessionName' failed to satisfy constraint: Member must";
    check_invalid("", &format!("1 validation error detected: Value null {name} not be null"));
    check_invalid(
        "RoleSessionName=a",
        &format!("1 validation error detected: Value 'a' {name} have length greater than or equal to 2"),
    );
    check_invalid(
        "RoleSessionName=%3Cb%3E",
        &format!(
            "1 validation error detected: Value '&lt;b&gt;' {name} satisfy regular expression pattern: [\\w+=,.@-]*"
        ),
    );
    let duration = "at 'durationSeconds' failed to satisfy constraint: Member must";
    check_invalid(
        "RoleSessionName=ada&DurationSeconds=60",
        &format!(
            "1 validation error detected: Value '60' {duration} have value greater than or equal to 900"
        ),
    );
    check_invalid(
        "RoleSessionName=ada&DurationSeconds=10000",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
    check_invalid("RoleSessionName=ada&Policy={}", "Policy is not supported here");
    check_invalid("RoleSessionName=ada&Tags.member.1.Key=x", "Tags.member.1.Key is not supported here");
}

#[test]
fn roles_taken_on_by_roles_last_an_hour() {
    let session = Caller::Session(Session::new(ROLE, "greet"));
    let form = format!("Action=AssumeRole&RoleArn={ROLE}&RoleSessionName=ada&DurationSeconds=7200");
    assert_eq!(answer(&root(), &form).status(), 200);
    let message =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
    check_refusal(&session, &form, 400, "ValidationError", message);
}

#[test]
fn actions_that_are_not_there() {
    let message = "Could not find operation AssumeRoleWithWebIdentity for version 2011-06-15";
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15";
    check_refusal(&root(), form, 400, "InvalidAction", message);
    check_refusal(&root(), "", 400, "InvalidAction", "Could not find operation  for version ");
}
