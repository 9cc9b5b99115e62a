//! Who may call methods, with which key, and what a request must have.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_rest::rest::{Api, ApiKey, Authorization, Method, Requirements, Schema};
use stackwright_rest::{Caller, Rejection, RejectionKind, Rest, Source};

use crate::surroundings::*;

async fn ask(api: Api, sent: axum::extract::Request, caller: Caller) -> (Answer, Seen) {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api);
    (Answer::of(rest.answer("abc", "prod", sent, caller).await).await, seen)
}

fn api_with(method: &Method) -> Api {
    let mut api = api(&[]);
    api.resources = vec![
        resource("/notes/{id}", &["GET", "POST"], method.clone()),
        resource("/forbidden", &["GET"], method.clone()),
    ];
    api
}

#[tokio::test]
async fn iam_lets_in_who_signed_and_may() {
    let api = api_with(&Method { authorization: Authorization::Iam, ..function() });
    let sent = request("GET", "/notes/5", &[], "");
    let (answer, seen) = ask(api.clone(), sent, Caller::Signed(identity())).await;
    assert_eq!(answer.status, 200);
    let asked = seen.permissions().remove(0);
    assert_eq!((asked.action, asked.caller), ("execute-api:Invoke", Some(identity())));
    assert_eq!(asked.resource, "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/notes/5");
    let identity = &seen.events()[0]["requestContext"]["identity"];
    assert_eq!(identity["userArn"], "arn:aws:sts::000000000000:assumed-role/Guests/session");
    assert_eq!(
        [&identity["accessKey"], &identity["caller"], &identity["accountId"]],
        ["ASIALOCAL", "AROAID:session", "000000000000"]
    );
}

#[tokio::test]
async fn iam_keeps_all_others_out() {
    let api = api_with(&Method { authorization: Authorization::Iam, ..function() });
    let rejected = |kind, message: &str| Caller::Rejected(Rejection { kind, message: message.to_owned() });
    let cases = [
        (
            "/notes/5",
            Caller::Anonymous,
            r#"{"message":"Missing Authentication Token"}"#,
            "MissingAuthenticationTokenException",
        ),
        (
            "/notes/5",
            rejected(RejectionKind::Signature, "does not match"),
            r#"{"message":"does not match"}"#,
            "InvalidSignatureException",
        ),
        (
            "/notes/5",
            rejected(RejectionKind::Expired, "expired"),
            r#"{"message":"expired"}"#,
            "ExpiredTokenException",
        ),
        (
            "/notes/5",
            rejected(RejectionKind::Unknown, "invalid"),
            r#"{"message":"invalid"}"#,
            "UnrecognizedClientException",
        ),
        (
            "/forbidden",
            Caller::Signed(identity()),
            r#"{"Message":"not authorized"}"#,
            "AccessDeniedException",
        ),
    ];
    for (path, caller, body, error_type) in cases {
        let (answer, seen) = ask(api.clone(), request("GET", path, &[], ""), caller).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, body));
        assert_eq!(answer.header("x-amzn-errortype"), Some(error_type));
        assert_eq!(seen.events().len(), 0);
    }
}

#[tokio::test]
async fn without_authorisation_a_signature_is_not_looked_at_but_an_apis_policy_is() {
    let mut api = api_with(&function());
    let rejection = Rejection { kind: RejectionKind::Signature, message: String::new() };
    let (answer, seen) =
        ask(api.clone(), request("GET", "/forbidden", &[], ""), Caller::Rejected(rejection)).await;
    assert_eq!((answer.status, seen.permissions().len()), (200, 0));
    api.has_policy = true;
    let (answer, seen) = ask(api, request("GET", "/forbidden", &[], ""), Caller::Anonymous).await;
    assert_eq!((answer.status, seen.permissions()[0].caller.clone()), (403, None));
}

#[tokio::test]
async fn keys_open_their_stages() {
    let mut api = api_with(&Method { api_key_required: true, ..function() });
    let key = |value: &str, stage: &str| ApiKey {
        id: "k1".to_owned(),
        value: value.to_owned(),
        stages: vec![stage.to_owned()],
    };
    api.keys = vec![key("open-sesame", "prod"), key("other", "dev")];
    let cases: [(&[(&str, &str)], u16); 4] = [
        (&[("x-api-key", "open-sesame")], 200),
        (&[("x-api-key", "other")], 403),
        (&[("x-api-key", "")], 403),
        (&[], 403),
    ];
    for (headers, status) in cases {
        let (answer, seen) =
            ask(api.clone(), request("GET", "/notes/5", headers, ""), Caller::Anonymous).await;
        assert_eq!(answer.status, status, "{headers:?}");
        match status {
            200 => assert_eq!(seen.events()[0]["requestContext"]["identity"]["apiKeyId"], "k1"),
            _ => assert_eq!(answer.body, r#"{"message":"Forbidden"}"#),
        }
    }
}

#[tokio::test]
async fn requests_must_have_what_is_required() {
    let parameters = ["method.request.header.X-A", "method.request.querystring.q", "method.request.path.id"];
    let parameters = parameters.iter().map(|text| Source::parse(text).unwrap()).collect();
    let requirements = Requirements { parameters, body: Some(BTreeMap::new()) };
    let api = api_with(&Method { requirements, ..function() });
    let missing =
        |names: &str| json!({ "message": format!("Missing required request parameters: [{names}]") });
    let cases = [
        ("/notes/5?q=1", &[("x-a", "1")][..], "{}", Value::Null),
        ("/notes/5", &[("x-a", "1")], "{}", missing("q")),
        ("/notes/5?q=", &[], "{}", missing("X-A, q")),
        ("/forbidden?q=1", &[("x-a", "1")], "{}", missing("id")),
        ("/notes/5?q=1", &[("x-a", "1")], "", Value::Null),
        ("/notes/5?q=1", &[("x-a", "1")], "nope", json!({ "message": "Invalid request body" })),
        ("/notes/5?q=1", &[("x-a", "1")], "{", json!({ "message": "Invalid request body" })),
    ];
    for (uri, headers, body, expected) in cases {
        let (answer, _) = ask(api.clone(), request("GET", uri, headers, body), Caller::Anonymous).await;
        let got =
            if answer.status == 400 { serde_json::from_str(&answer.body).unwrap() } else { Value::Null };
        assert_eq!(got, expected, "{uri} {body}");
    }
    assert_eq!(Source::parse("integration.response.header.x"), None);
}

#[tokio::test]
async fn bodies_must_fit_the_model_of_their_type() {
    let note =
        json!({ "type": "object", "required": ["title"], "properties": { "title": { "type": "string" } } });
    let models = [("application/json".to_owned(), Schema::new(note, BTreeMap::new()))].into();
    let requirements = Requirements { body: Some(models), ..Requirements::default() };
    let api = api_with(&Method { requirements, ..function() });
    let cases = [
        ("application/json; charset=utf-8", r#"{"title":"a"}"#, None),
        ("text/plain", "a", None),
        (
            "application/json",
            r#"{"title":1}"#,
            Some("instance type (integer) does not match any allowed primitive type (allowed: [\"string\"])"),
        ),
        ("application/json", "", Some("object has missing required properties ([\"title\"])")),
        (
            "application/json",
            "{",
            Some("the body is no JSON: EOF while parsing an object at line 1 column 1"),
        ),
    ];
    for (kind, body, reason) in cases {
        let sent = request("POST", "/notes/5", &[("content-type", kind)], body);
        let (answer, seen) = ask(api.clone(), sent, Caller::Anonymous).await;
        assert_eq!(seen.answered()[0].reason.as_deref(), reason, "{kind} {body}");
        assert_eq!(answer.status == 400, reason.is_some(), "{kind} {body}");
    }
}
