//! Answers without an integration, as an API declares them.

use serde_json::json;
use stackwright_rest::rest::{Api, GatewayResponse, ResponseType};
use stackwright_rest::{Caller, Rest};

use crate::surroundings::*;

/// A gateway response: type, status, headers, body.
type Declared<'a> = (&'a str, Option<u16>, &'a [(&'a str, &'a str)], Option<&'a str>);

fn api_with(responses: &[Declared<'_>]) -> Api {
    let mut api = api(&[("/notes/{id}", &["GET"])]);
    api.stages.get_mut("prod").unwrap().variables.insert("team".to_owned(), "blue".to_owned());
    for (name, status, headers, body) in responses {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let response = GatewayResponse {
            status: *status,
            headers: headers.iter().map(owned).collect(),
            templates: body.iter().map(|body| ("application/json".to_owned(), (*body).to_owned())).collect(),
        };
        api.gateway_responses.insert(ResponseType::named(name).unwrap(), response);
    }
    api
}

/// What is answered to a path; its function answers nonsense.
async fn ask(api: Api, uri: &str) -> Answer {
    let (world, _) = world(|_| Ok(json!("nonsense")));
    let rest = Rest::new(world);
    rest.define("abc", api);
    let headers = [("origin", "https://a.example")];
    Answer::of(rest.answer("abc", "prod", request("GET", uri, &headers, ""), Caller::Anonymous).await).await
}

#[tokio::test]
async fn defaults_stand_in_for_all_of_their_hundred() {
    let cors: &[(&str, &str)] = &[("Access-Control-Allow-Origin", "'*'")];
    let api = api_with(&[("DEFAULT_4XX", None, cors, None), ("DEFAULT_5XX", None, cors, None)]);
    for (uri, status, body) in [
        ("/none", 403, r#"{"message":"Missing Authentication Token"}"#),
        ("/notes/5", 502, r#"{"message": "Internal server error"}"#),
    ] {
        let answer = ask(api.clone(), uri).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.header("x-amzn-requestid").is_some() && answer.header("x-amz-apigw-id").is_some());
    }
}

#[tokio::test]
async fn a_type_of_its_own_wins_over_the_default() {
    let own: &[(&str, &str)] = &[("Content-Type", "'text/plain'")];
    let api = api_with(&[
        ("DEFAULT_4XX", Some(418), &[], Some("default")),
        ("MISSING_AUTHENTICATION_TOKEN", Some(404), own, Some("nothing at $context.path")),
    ]);
    let answer = ask(api.clone(), "/none").await;
    assert_eq!((answer.status, answer.body.as_str()), (404, "nothing at /prod/none"));
    assert_eq!(answer.all("content-type"), ["text/plain"]);
    assert_eq!(ask(api, "/notes/5").await.status, 502);
    let only_default = api_with(&[("DEFAULT_4XX", Some(418), &[], Some("default"))]);
    assert_eq!(ask(only_default, "/none").await.status, 418);
}

#[tokio::test]
async fn variables_are_replaced() {
    let cases = [
        (r#"{"message":$context.error.messageString}"#, r#"{"message":"Missing Authentication Token"}"#),
        ("$context.error.message.", "Missing Authentication Token."),
        ("$context.error.responseType", "MISSING_AUTHENTICATION_TOKEN"),
        ("${context.httpMethod} $stageVariables.team", "GET blue"),
        ("$method.request.header.Origin", "https://a.example"),
        ("$method.request.querystring.q", "1"),
        ("[$context.none] $5 $nothing $", "[] $5 $nothing $"),
        ("$context.requestTimeEpoch", "1707503008942"),
    ];
    for (template, expected) in cases {
        let api = api_with(&[("MISSING_AUTHENTICATION_TOKEN", None, &[], Some(template))]);
        assert_eq!(ask(api, "/none?q=1").await.body, expected, "{template}");
    }
}

#[tokio::test]
async fn headers_are_texts_or_parts_of_the_request() {
    let headers: &[(&str, &str)] = &[
        ("X-Text", "'it is'"),
        ("X-Origin", "method.request.header.Origin"),
        ("X-Query", "method.request.querystring.q"),
        ("X-Context", "context.requestId"),
        ("X-Stage", "stageVariables.team"),
        ("X-None", "method.request.header.None"),
        ("X-Wrong", "unquoted"),
    ];
    let answer = ask(api_with(&[("DEFAULT_4XX", None, headers, None)]), "/none?q=1").await;
    for (name, value) in [
        ("x-text", Some("it is")),
        ("x-origin", Some("https://a.example")),
        ("x-query", Some("1")),
        ("x-context", Some("e1506fd5-9e7b-434f-bd42-4f8fa224b599")),
        ("x-stage", Some("blue")),
        ("x-none", None),
        ("x-wrong", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}
