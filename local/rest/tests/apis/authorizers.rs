//! Functions that decide who may call a method.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};
use stackwright_rest::rest::{Authorization, Authorizer, AuthorizerKind, Method};
use stackwright_rest::{Caller, Failure, Rest, Source};

use crate::surroundings::*;

/// A REST API with an authoriser on everything, whose function answers this.
fn rest(
    kind: AuthorizerKind,
    said: impl Fn(&Value) -> Result<Value, Failure> + Send + Sync + 'static,
) -> (Rest, Seen) {
    let (world, seen) =
        world(move |event| if event.get("methodArn").is_some() { said(event) } else { ok(event) });
    let authorizer = Authorizer {
        id: "a1".to_owned(),
        function: "arn:aws:lambda:us-east-1:000000000000:function:authorizer".to_owned(),
        kind,
        remembered: Duration::from_secs(300),
    };
    let mut api = api(&[]);
    let method = Method { authorization: Authorization::Custom(authorizer), ..function() };
    api.resources = vec![resource("/notes/{id}", &["GET"], method)];
    let rest = Rest::new(world);
    rest.define("abc", api);
    (rest, seen)
}

fn token(expression: Option<&str>) -> AuthorizerKind {
    AuthorizerKind::Token { header: "Authorization".to_owned(), expression: expression.map(str::to_owned) }
}

fn says(word: &str) -> Result<Value, Failure> {
    Ok(
        json!({ "principalId": "ada", "policyDocument": { "says": word }, "context": { "team": "blue", "level": 3, "ok": true } }),
    )
}

async fn ask(rest: &Rest, uri: &str, headers: &[(&str, &str)]) -> Answer {
    Answer::of(rest.answer("abc", "prod", request("GET", uri, headers, ""), Caller::Anonymous).await).await
}

#[tokio::test]
async fn a_token_is_shown_to_the_function_and_its_context_to_the_integration() {
    let (rest, seen) = rest(token(None), |_| says("allow"));
    assert_eq!(ask(&rest, "/notes/5", &[("authorization", "t1")]).await.status, 200);
    let [asked, event] = &seen.events()[..] else { panic!("{:?}", seen.events()) };
    let method = "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/notes/5";
    assert_eq!(asked, &json!({ "type": "TOKEN", "methodArn": method, "authorizationToken": "t1" }));
    let context =
        json!({ "principalId": "ada", "team": "blue", "level": "3", "ok": "true", "integrationLatency": 0 });
    assert_eq!(event["requestContext"]["authorizer"], context);
    let source = "arn:aws:execute-api:us-east-1:000000000000:abc/authorizers/a1";
    assert_eq!(seen.invocations()[0].source_arn.as_deref(), Some(source));
}

#[tokio::test]
async fn a_request_is_shown_whole() {
    let sources = ["method.request.header.X-User", "method.request.querystring.team"];
    let kind = AuthorizerKind::Request(sources.iter().map(|text| Source::parse(text).unwrap()).collect());
    let (rest, seen) = rest(kind, |_| says("allow"));
    assert_eq!(ask(&rest, "/notes/5?team=b", &[("x-user", "ada")]).await.status, 200);
    let asked = &seen.events()[0];
    assert_eq!([&asked["type"], &asked["httpMethod"], &asked["resource"]], ["REQUEST", "GET", "/notes/{id}"]);
    assert_eq!(asked["pathParameters"], json!({ "id": "5" }));
    assert_eq!([&asked["headers"]["x-user"], &asked["requestContext"]["stage"]], ["ada", "prod"]);
    assert!(asked.get("body").is_none());
    let incomplete = ask(&rest, "/notes/5?team=", &[("x-user", "ada")]).await;
    assert_eq!((incomplete.status, incomplete.body.as_str()), (401, r#"{"message":"Unauthorized"}"#));
}

#[tokio::test]
async fn what_a_function_says_becomes_a_status() {
    let error =
        |message: &str| Err(Failure::FunctionError(json!({ "errorMessage": message }).to_string().into()));
    let unauthorized = r#"{"message":"Unauthorized"}"#;
    let denied = r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#;
    let cases = [
        (says("deny"), 403, denied, "AccessDeniedException"),
        (
            says("nothing"),
            403,
            r#"{"Message":"User is not authorized to access this resource"}"#,
            "AccessDeniedException",
        ),
        (error("Unauthorized"), 401, unauthorized, "UnauthorizedException"),
        (error("boom"), 500, r#"{"message":null}"#, "AuthorizerFailureException"),
        (Err(Failure::NotPermitted), 500, r#"{"message":null}"#, "AuthorizerConfigurationException"),
        (Ok(json!("yes")), 500, r#"{"message":null}"#, "AuthorizerConfigurationException"),
        (Ok(json!({ "principalId": "ada" })), 500, r#"{"message":null}"#, "AuthorizerConfigurationException"),
        (
            Ok(
                json!({ "principalId": "ada", "policyDocument": { "says": "allow" }, "context": { "a": [] } }),
            ),
            500,
            r#"{"message":null}"#,
            "AuthorizerConfigurationException",
        ),
    ];
    for (said, status, body, error_type) in cases {
        let (rest, seen) = rest(token(None), {
            let said = said.clone();
            move |_| said.clone()
        });
        let answer = ask(&rest, "/notes/5", &[("authorization", "t")]).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{said:?}");
        assert_eq!(answer.header("x-amzn-errortype"), Some(error_type), "{said:?}");
        assert_eq!(seen.events().len(), 1, "the integration is not asked");
    }
}

#[tokio::test]
async fn without_a_fitting_token_nobody_is_asked() {
    let (rest, seen) = rest(token(Some("Bearer [a-z]+")), |_| says("allow"));
    for headers in [
        &[][..],
        &[("authorization", "")],
        &[("authorization", "Bearer A")],
        &[("authorization", "x Bearer a")],
    ] {
        assert_eq!(ask(&rest, "/notes/5", headers).await.status, 401, "{headers:?}");
    }
    assert_eq!(seen.events().len(), 0);
    assert_eq!(ask(&rest, "/notes/5", &[("authorization", "Bearer abc")]).await.status, 200);
}

#[tokio::test]
async fn answers_are_remembered_for_each_identity_failures_are_not() {
    let said = |event: &Value| match event["authorizationToken"].as_str() {
        Some("bad") => Err(Failure::FunctionError(Bytes::from_static(b"{}"))),
        _ => says("allow"),
    };
    let (rest, seen) = rest(token(None), said);
    let asked = || seen.events().iter().filter(|event| event.get("methodArn").is_some()).count();
    for (sent, times) in [("t1", 1), ("t1", 1), ("t2", 2), ("t1", 2), ("bad", 3), ("bad", 4)] {
        ask(&rest, "/notes/5", &[("authorization", sent)]).await;
        assert_eq!(asked(), times, "{sent}");
    }
}
