//! Function URLs: what functions get, what becomes of their answers, who may ask, other origins.

use std::time::Duration;

use axum::body::{Body, Bytes};
use serde_json::{Value, json};
use stackwright_rest::{
    Caller, Cors, Failure, FunctionUrl, FunctionUrls, Identity, Rejection, RejectionKind, Settings, UrlAuth,
};

use crate::surroundings::*;

const NOT_AUTHORISED: &str = r#"{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}"#;

fn url(auth: UrlAuth, cors: Option<Cors>) -> FunctionUrl {
    FunctionUrl { region: "us-east-1".to_owned(), function: FUNCTION.to_owned(), auth, cors }
}

async fn ask(
    url: FunctionUrl,
    given: Result<Value, Failure>,
    sent: axum::extract::Request,
    caller: Caller,
) -> (Answer, Seen) {
    let (world, seen) = world(move |_| given.clone());
    let settings = Settings { body: 20, integration: Duration::from_millis(30), ..Settings::of_urls() };
    let urls = FunctionUrls::with(world, settings);
    urls.define("u1", url);
    (Answer::of(urls.answer("u1", sent, caller).await).await, seen)
}

async fn event(sent: axum::extract::Request) -> Value {
    let (answer, seen) = ask(url(UrlAuth::None, None), Ok(json!({})), sent, Caller::Anonymous).await;
    assert_eq!(answer.status, 200);
    seen.events().remove(0)
}

#[tokio::test]
async fn an_event_has_everything_that_lambda_writes() {
    let headers = [
        ("Host", "127.0.0.1:9000"),
        ("User-Agent", "curl/8.5.0"),
        ("Content-Type", "application/json"),
        ("Content-Length", "10"),
        ("Connection", "close"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
        ("Cookie", "a=1; b=2"),
        ("Cookie", "c=3"),
        ("Authorization", "AWS4-HMAC-SHA256 …"),
    ];
    let sent = request("POST", "/a%20b/?q=1&q=2&p=%C3%A9+x", &headers, r#"{"name":1}"#);
    let (_, seen) = ask(url(UrlAuth::Iam, None), Ok(json!({})), sent, Caller::Signed(identity())).await;
    let expected = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b/",
        "rawQueryString": "q=1&q=2&p=%C3%A9+x",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "content-length": "10",
            "content-type": "application/json",
            "host": "u1.lambda-url.us-east-1.on.aws",
            "user-agent": "curl/8.5.0",
            "x-amzn-trace-id": "Root=1-65c66da0-e1506fd59e7b434fbd424f8f",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-twice": "1,2",
        },
        "queryStringParameters": { "q": "1,2", "p": "é x" },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "u1",
            "authorizer": { "iam": {
                "accessKey": "ASIALOCAL",
                "accountId": "000000000000",
                "callerId": "AROAID:session",
                "cognitoIdentity": null,
                "principalOrgId": null,
                "userArn": "arn:aws:sts::000000000000:assumed-role/Guests/session",
                "userId": "AROAID:session",
            } },
            "domainName": "u1.lambda-url.us-east-1.on.aws",
            "domainPrefix": "u1",
            "http": {
                "method": "POST",
                "path": "/a%20b/",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
            "routeKey": "$default",
            "stage": "$default",
            "time": "09/Feb/2024:18:23:28 +0000",
            "timeEpoch": 1_707_503_008_942_u64,
        },
        "body": "{\"name\":1}",
        "isBase64Encoded": false,
    });
    assert_eq!(seen.events()[0], expected);
    assert_eq!(seen.invocations()[0].source_arn, None);
}

#[tokio::test]
async fn what_is_not_there_is_left_out() {
    let event = event(request("GET", "/", &[], "")).await;
    for field in ["cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"] {
        assert!(event.get(field).is_none(), "{field}");
    }
    assert_eq!(event["requestContext"]["accountId"], "anonymous");
    assert!(event["requestContext"].get("authorizer").is_none());
    assert_eq!(event["rawQueryString"], "");
}

#[tokio::test]
async fn text_is_handed_over_as_it_is_and_all_else_as_base64() {
    let cases: [(&str, &'static [u8], &str, bool); 8] = [
        ("application/json", "é".as_bytes(), "é", false),
        ("text/plain; charset=utf-8", b"a", "a", false),
        ("application/xml", b"a", "a", false),
        ("application/ld+json", b"a", "a", false),
        ("application/json", b"\xff", "/w==", true),
        ("application/x-www-form-urlencoded", b"a=1", "YT0x", true),
        ("image/png", b"a", "YQ==", true),
        ("", b"a", "YQ==", true),
    ];
    for (kind, sent, body, is_base64) in cases {
        let event = event(request("POST", "/", &[("content-type", kind)], sent)).await;
        assert_eq!(
            (event["body"].as_str(), &event["isBase64Encoded"]),
            (Some(body), &json!(is_base64)),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn answers_say_everything_or_are_the_body() {
    let cases = [
        (json!({ "statusCode": 201, "body": "made" }), 201, "made"),
        (json!({ "statusCode": "404" }), 404, ""),
        (json!({ "statusCode": 200, "body": "aGk=", "isBase64Encoded": true }), 200, "hi"),
        (json!({ "statusCode": 200, "body": { "a": 1 } }), 200, r#"{"a":1}"#),
        (json!({ "message": "hi" }), 200, r#"{"message":"hi"}"#),
        (json!({ "body": "hi" }), 200, r#"{"body":"hi"}"#),
        (json!([1, 2]), 200, "[1,2]"),
        (json!("hi"), 200, "hi"),
        (Value::Null, 200, "null"),
        (json!({ "statusCode": "teapot" }), 502, "Internal Server Error"),
        (json!({ "statusCode": 200, "headers": [] }), 502, "Internal Server Error"),
        (json!({ "statusCode": 200, "headers": { "a": "b\nc" } }), 502, "Internal Server Error"),
        (json!({ "statusCode": 200, "cookies": "a" }), 502, "Internal Server Error"),
        (json!({ "statusCode": 200, "body": "?", "isBase64Encoded": true }), 502, "Internal Server Error"),
    ];
    for (given, status, body) in cases {
        let sent = request("GET", "/", &[], "");
        let (answer, seen) = ask(url(UrlAuth::None, None), Ok(given.clone()), sent, Caller::Anonymous).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{given}");
        assert_eq!(seen.answered()[0].reason.is_some(), status == 502, "{given}");
    }
}

#[tokio::test]
async fn headers_and_cookies_are_sent() {
    let given = json!({
        "statusCode": 200,
        "headers": { "Content-Type": "text/html", "X-Number": 1, "WWW-Authenticate": "Basic", "Connection": "close" },
        "cookies": ["a=1; Secure", "b=2"],
    });
    let (answer, _) =
        ask(url(UrlAuth::None, None), Ok(given), request("GET", "/", &[], ""), Caller::Anonymous).await;
    let expected = [
        ("content-type", "text/html"),
        ("set-cookie", "a=1; Secure"),
        ("set-cookie", "b=2"),
        ("x-amzn-remapped-www-authenticate", "Basic"),
        ("x-amzn-requestid", "e1506fd5-9e7b-434f-bd42-4f8fa224b599"),
        ("x-amzn-trace-id", "Root=1-65c66da0-e1506fd59e7b434fbd424f8f"),
        ("x-number", "1"),
    ];
    assert_eq!(answer.headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn failures_have_their_status() {
    let too_large = r#"{"Type":"User","message":"Request must be smaller than 20 bytes for the InvokeFunction operation"}"#;
    let throttled = r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#;
    let cases = [
        (Err(Failure::FunctionError(Bytes::from_static(b"{}"))), 502, "Internal Server Error"),
        (Err(Failure::Unavailable(String::new())), 502, "Internal Server Error"),
        (Ok(json!("hang")), 502, "Internal Server Error"),
        (Err(Failure::Throttled), 429, throttled),
        (Err(Failure::TooLarge), 413, too_large),
        (Err(Failure::NotPermitted), 403, NOT_AUTHORISED),
    ];
    for (given, status, body) in cases {
        let sent = request("GET", "/", &[], "");
        let (answer, _) = ask(url(UrlAuth::None, None), given.clone(), sent, Caller::Anonymous).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{given:?}");
    }
    let sent = request("POST", "/", &[], Body::from("x".repeat(21)));
    let (answer, seen) = ask(url(UrlAuth::None, None), Ok(json!({})), sent, Caller::Anonymous).await;
    assert_eq!((answer.status, answer.body.as_str(), seen.events().len()), (413, too_large, 0));
}

#[tokio::test]
async fn iam_is_asked_twice() {
    for (auth, name, caller, identity) in [
        (UrlAuth::None, "NONE", Caller::Anonymous, None),
        (UrlAuth::None, "NONE", Caller::Signed(identity()), None),
        (UrlAuth::Iam, "AWS_IAM", Caller::Signed(identity()), Some(identity())),
    ] {
        let (answer, seen) = ask(url(auth, None), Ok(json!({})), request("GET", "/", &[], ""), caller).await;
        assert_eq!(answer.status, 200);
        let asked: Vec<_> =
            seen.permissions().into_iter().map(|p| (p.action, p.caller, p.resource, p.context)).collect();
        let auth_type = vec![("lambda:FunctionUrlAuthType", name.to_owned())];
        let via = vec![("lambda:InvokedViaFunctionUrl", "true".to_owned())];
        let expected = [
            ("lambda:InvokeFunctionUrl", identity.clone(), FUNCTION.to_owned(), auth_type),
            ("lambda:InvokeFunction", identity, FUNCTION.to_owned(), via),
        ];
        assert_eq!(asked, expected);
    }
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let rejection = Rejection { kind: RejectionKind::Signature, message: "does not match".to_owned() };
    let forbidden = FunctionUrl { function: "forbidden".to_owned(), ..url(UrlAuth::Iam, None) };
    let public = FunctionUrl { auth: UrlAuth::None, ..forbidden.clone() };
    let cases = [
        (url(UrlAuth::Iam, None), Caller::Anonymous, r#"{"Message":"Forbidden"}"#, "AccessDeniedException"),
        (
            url(UrlAuth::Iam, None),
            Caller::Rejected(rejection),
            r#"{"message":"does not match"}"#,
            "InvalidSignatureException",
        ),
        (forbidden, Caller::Signed(Identity::default()), NOT_AUTHORISED, "AccessDeniedException"),
        (public, Caller::Anonymous, NOT_AUTHORISED, "AccessDeniedException"),
    ];
    for (url, caller, body, error_type) in cases {
        let (answer, seen) = ask(url, Ok(json!({})), request("GET", "/", &[], ""), caller).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, body));
        assert_eq!((answer.header("x-amzn-errortype"), seen.events().len()), (Some(error_type), 0));
    }
}

#[tokio::test]
async fn there_is_nothing_at_an_unknown_url() {
    let (world, seen) = world(ok);
    let urls = FunctionUrls::new(world);
    urls.define("u1", url(UrlAuth::None, None));
    urls.remove("u1");
    let answer = urls.answer("u1", request("GET", "/", &[], ""), Caller::Anonymous).await;
    assert_eq!((answer.status().as_u16(), seen.events().len()), (404, 0));
}

fn cors(origins: &[&str]) -> Cors {
    Cors {
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        methods: vec!["GET".to_owned(), "POST".to_owned()],
        headers: vec!["content-type".to_owned()],
        exposed: vec!["x-total".to_owned()],
        max_age: Some(3600),
        credentials: true,
    }
}

fn preflight(origin: &str) -> axum::extract::Request {
    let headers = [("origin", origin), ("access-control-request-method", "POST")];
    request("OPTIONS", "/", &headers, "")
}

#[tokio::test]
async fn preflights_need_neither_signature_nor_function() {
    let allowed = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "GET,POST"),
        ("access-control-allow-origin", "https://a.example"),
        ("access-control-max-age", "3600"),
        ("vary", "Origin"),
    ];
    for origins in [&["https://b.example", "https://a.example"][..], &["*"]] {
        let (answer, seen) = ask(
            url(UrlAuth::Iam, Some(cors(origins))),
            Ok(json!({})),
            preflight("https://a.example"),
            Caller::Anonymous,
        )
        .await;
        assert_eq!((answer.status, answer.body.as_str(), seen.events().len()), (200, "", 0));
        let headers: Vec<_> = answer
            .headers
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .filter(|(name, _)| *name != "x-amzn-requestid")
            .collect();
        assert_eq!(headers, allowed);
    }
    let other = ask(
        url(UrlAuth::Iam, Some(cors(&["https://b.example"]))),
        Ok(json!({})),
        preflight("https://a.example"),
        Caller::Anonymous,
    )
    .await
    .0;
    assert_eq!((other.status, other.headers.len()), (200, 1), "only the request's id");
}

#[tokio::test]
async fn without_rules_or_without_a_question_options_reaches_the_function() {
    let cases = [
        (None, preflight("https://a.example")),
        (Some(cors(&["*"])), request("OPTIONS", "/", &[], "")),
        (Some(cors(&["*"])), request("OPTIONS", "/", &[("origin", "https://a.example")], "")),
    ];
    for (cors, sent) in cases {
        let (_, seen) = ask(url(UrlAuth::None, cors), Ok(json!({})), sent, Caller::Anonymous).await;
        assert_eq!(seen.events().len(), 1);
    }
}

#[tokio::test]
async fn answers_get_the_headers_beside_those_of_the_function() {
    let given = json!({ "statusCode": 200, "headers": { "access-control-allow-origin": "*" } });
    let ask_from = |origin: &'static str, auth| {
        ask(
            url(auth, Some(cors(&["https://a.example"]))),
            Ok(given.clone()),
            request("GET", "/", &[("origin", origin)], ""),
            Caller::Anonymous,
        )
    };
    let (answer, _) = ask_from("https://a.example", UrlAuth::None).await;
    assert_eq!(answer.all("access-control-allow-origin"), ["*", "https://a.example"]);
    assert_eq!(answer.header("access-control-expose-headers"), Some("x-total"));
    assert_eq!(answer.header("access-control-allow-methods"), None);
    let (answer, _) = ask_from("https://evil.example", UrlAuth::None).await;
    assert_eq!(answer.all("access-control-allow-origin"), ["*"]);
    let (refused, _) = ask_from("https://a.example", UrlAuth::Iam).await;
    assert_eq!(
        (refused.status, refused.header("access-control-allow-origin")),
        (403, Some("https://a.example"))
    );
}
