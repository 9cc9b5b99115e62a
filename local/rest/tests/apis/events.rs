//! What functions of REST APIs get.

use serde_json::{Value, json};
use stackwright_rest::rest::{Integration, Method};
use stackwright_rest::{Caller, Rest};

use crate::surroundings::*;

/// The event that a request to an API with these resources makes.
async fn event(
    resources: &[(&str, &[&str])],
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: &'static [u8],
) -> Value {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    let mut api = api(resources);
    api.binary_media_types = vec!["image/*".to_owned(), "application/zip".to_owned()];
    rest.define("abc", api);
    let response = rest.answer("abc", "prod", request(method, uri, headers, body), Caller::Anonymous).await;
    assert_eq!(response.status(), 200, "{uri}");
    seen.events().remove(0)
}

#[tokio::test]
async fn an_event_has_everything_that_api_gateway_writes() {
    let headers = [
        ("host", "127.0.0.1:9000"),
        ("user-agent", "curl/8.5.0"),
        ("accept", "*/*"),
        ("content-type", "application/json"),
        ("content-length", "13"),
        ("connection", "keep-alive"),
        ("x-twice", "1"),
        ("x-twice", "2"),
    ];
    let resources: [(&str, &[&str]); 1] = [("/notes/{id}", &["PUT"])];
    let event =
        event(&resources, "PUT", "/notes/a%20b?q=1&q=2&e=&p=%C3%A9+x", &headers, br#"{"title":"x"}"#).await;
    let expected = json!({
        "resource": "/notes/{id}",
        "path": "/notes/a%20b",
        "httpMethod": "PUT",
        "headers": {
            "Host": "abc.execute-api.us-east-1.amazonaws.com",
            "User-Agent": "curl/8.5.0",
            "X-Amzn-Trace-Id": "Root=1-65c66da0-e1506fd59e7b434fbd424f8f",
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
            "accept": "*/*",
            "content-type": "application/json",
            "x-twice": "2",
        },
        "multiValueHeaders": {
            "Host": ["abc.execute-api.us-east-1.amazonaws.com"],
            "User-Agent": ["curl/8.5.0"],
            "X-Amzn-Trace-Id": ["Root=1-65c66da0-e1506fd59e7b434fbd424f8f"],
            "X-Forwarded-For": ["127.0.0.1"],
            "X-Forwarded-Port": ["443"],
            "X-Forwarded-Proto": ["https"],
            "accept": ["*/*"],
            "content-type": ["application/json"],
            "x-twice": ["1", "2"],
        },
        "queryStringParameters": { "q": "2", "e": "", "p": "é x" },
        "multiValueQueryStringParameters": { "q": ["1", "2"], "e": [""], "p": ["é x"] },
        "pathParameters": { "id": "a b" },
        "stageVariables": null,
        "requestContext": {
            "resourceId": "r11",
            "resourcePath": "/notes/{id}",
            "httpMethod": "PUT",
            "extendedRequestId": "4VBv1Z57Q0A9Qk8=",
            "requestTime": "09/Feb/2024:18:23:28 +0000",
            "path": "/prod/notes/a%20b",
            "accountId": "000000000000",
            "protocol": "HTTP/1.1",
            "stage": "prod",
            "domainPrefix": "abc",
            "requestTimeEpoch": 1_707_503_008_942_u64,
            "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
            "identity": {
                "cognitoIdentityPoolId": null,
                "accountId": null,
                "cognitoIdentityId": null,
                "caller": null,
                "sourceIp": "127.0.0.1",
                "principalOrgId": null,
                "accessKey": null,
                "cognitoAuthenticationType": null,
                "cognitoAuthenticationProvider": null,
                "userArn": null,
                "userAgent": "curl/8.5.0",
                "user": null,
            },
            "domainName": "abc.execute-api.us-east-1.amazonaws.com",
            "deploymentId": "d1",
            "apiId": "abc",
        },
        "body": "{\"title\":\"x\"}",
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn what_is_not_there_is_null() {
    let event = event(&[("/", &["GET"])], "GET", "/", &[], b"").await;
    for field in [
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    ] {
        assert_eq!(event[field], Value::Null, "{field}");
    }
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["requestContext"]["identity"]["userAgent"], Value::Null);
    assert!(event["requestContext"].get("authorizer").is_none());
}

#[tokio::test]
async fn bodies_of_binary_media_types_are_base64() {
    let cases: [(&str, &[u8], &str, bool); 6] = [
        ("image/png", b"\xff\x00", "/wA=", true),
        ("IMAGE/png; q=1", b"a", "YQ==", true),
        ("image/svg+xml", b"<svg/>", "PHN2Zy8+", true),
        ("application/zip", b"a", "YQ==", true),
        ("application/json", b"a", "a", false),
        ("text/plain", b"\xff", "\u{fffd}", false),
    ];
    for (kind, sent, body, is_base64) in cases {
        let event = event(&[("/", &["POST"])], "POST", "/", &[("content-type", kind)], sent).await;
        assert_eq!(
            (event["body"].as_str(), &event["isBase64Encoded"]),
            (Some(body), &json!(is_base64)),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn stage_variables_and_a_senders_trace_are_passed_on() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    let mut api = api(&[("/", &["GET"])]);
    api.stages.get_mut("prod").unwrap().variables.insert("table".to_owned(), "notes".to_owned());
    rest.define("abc", api);
    let headers = [("x-amzn-trace-id", "Root=1-1-2"), ("x-forwarded-for", "203.0.113.7")];
    rest.answer("abc", "prod", request("GET", "/", &headers, ""), Caller::Anonymous).await;
    let event = seen.events().remove(0);
    assert_eq!(event["stageVariables"], json!({ "table": "notes" }));
    assert_eq!(event["headers"]["X-Amzn-Trace-Id"], "Root=1-1-2");
    assert_eq!(event["headers"]["X-Forwarded-For"], "203.0.113.7, 127.0.0.1");
}

#[tokio::test]
async fn a_stages_variables_name_the_function() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    let mut api = api(&[]);
    api.stages.get_mut("prod").unwrap().variables.insert("alias".to_owned(), "blue".to_owned());
    let arn = format!("{FUNCTION}:${{stageVariables.alias}}");
    let method = Method::new(Integration::Function { arn, timeout: None });
    api.resources = vec![resource("/", &["GET"], method)];
    rest.define("abc", api);
    rest.answer("abc", "prod", request("GET", "/", &[], ""), Caller::Anonymous).await;
    assert_eq!(seen.invocations()[0].function, format!("{FUNCTION}:blue"));
}

#[tokio::test]
async fn a_function_is_invoked_for_its_method_and_resource() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api(&[("/notes/{id}", &["ANY"])]));
    rest.answer("abc", "prod", request("DELETE", "/notes/5", &[], ""), Caller::Anonymous).await;
    let invocation = seen.invocations().remove(0);
    assert_eq!(invocation.function, FUNCTION);
    let source = "arn:aws:execute-api:us-east-1:000000000000:abc/prod/DELETE/notes/{id}";
    assert_eq!(invocation.source_arn.as_deref(), Some(source));
}
