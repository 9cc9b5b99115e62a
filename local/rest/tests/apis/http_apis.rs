//! HTTP APIs: routes, stages, events, answers, who may ask, other origins.

use std::time::Duration;

use axum::body::{Body, Bytes};
use serde_json::{Value, json};
use stackwright_rest::http::{Authorization, Authorizer, HttpApi, PayloadVersion, Route, Stage};
use stackwright_rest::{Caller, Cors, Failure, HttpApis, Settings, Source};

use crate::surroundings::*;

const KEYS: [&str; 7] = [
    "GET /notes",
    "ANY /notes/{id}",
    "GET /notes/new",
    "PUT /{proxy+}",
    "ANY /files/{proxy+}",
    "GET /files/{name}",
    "$default",
];

fn api(keys: &[&str], version: PayloadVersion) -> HttpApi {
    let mut api = HttpApi::new("us-east-1", "000000000000");
    api.stages.insert("$default".to_owned(), Stage::default());
    let variables = [("table".to_owned(), "notes".to_owned())].into();
    api.stages.insert("dev".to_owned(), Stage { variables });
    api.routes = keys.iter().map(|key| Route::new(*key, FUNCTION, version)).collect();
    api
}

async fn ask(
    api: HttpApi,
    given: Result<Value, Failure>,
    sent: axum::extract::Request,
    caller: Caller,
) -> (Answer, Seen) {
    let (world, seen) = world(move |_| given.clone());
    let settings = Settings { body: 20, integration: Duration::from_millis(30), ..Settings::of_apis() };
    let apis = HttpApis::with(world, settings);
    apis.define("abc", api);
    (Answer::of(apis.answer("abc", sent, caller).await).await, seen)
}

/// The key of the route that a request takes.
async fn check(keys: &[&str], method: &str, path: &str, expected: Option<&str>) {
    let sent = request(method, path, &[], "");
    let (answer, seen) = ask(api(keys, PayloadVersion::Two), Ok(json!({})), sent, Caller::Anonymous).await;
    let events = seen.events();
    let key = events.first().map(|event| event["routeKey"].as_str().unwrap());
    assert_eq!(key, expected, "{method} {path}");
    if expected.is_none() {
        assert_eq!((answer.status, answer.body.as_str()), (404, r#"{"message":"Not Found"}"#));
    }
}

#[tokio::test]
async fn the_most_specific_route_of_the_method_is_taken() {
    check(&KEYS, "GET", "/notes", Some("GET /notes")).await;
    check(&KEYS, "GET", "/notes/new", Some("GET /notes/new")).await;
    check(&KEYS, "POST", "/notes/new", Some("ANY /notes/{id}")).await;
    check(&KEYS, "PUT", "/notes/5", Some("ANY /notes/{id}")).await;
    check(&KEYS, "PUT", "/notes/5/6", Some("PUT /{proxy+}")).await;
    check(&KEYS, "GET", "/files/a", Some("GET /files/{name}")).await;
    check(&KEYS, "PUT", "/files/a", Some("ANY /files/{proxy+}")).await;
    check(&KEYS, "GET", "/files/a/", Some("ANY /files/{proxy+}")).await;
    check(&KEYS, "POST", "/notes", Some("$default")).await;
    check(&KEYS, "GET", "/notes/", Some("$default")).await;
    check(&KEYS, "GET", "/", Some("$default")).await;
    check(&["GET /notes"], "POST", "/notes", None).await;
    check(&["GET /notes"], "GET", "/notes/", None).await;
    check(&["GET /"], "GET", "/", Some("GET /")).await;
    check(&["ANY /a", "GET /a"], "GET", "/a", Some("GET /a")).await;
}

#[tokio::test]
async fn a_stage_is_named_by_the_path_or_the_default() {
    for (path, stage, found) in [
        ("/notes", "$default", Some("/notes")),
        ("/dev/notes", "dev", Some("/dev/notes")),
        ("/dev/notes?x=1", "dev", Some("/dev/notes")),
        ("/devil", "$default", None),
        ("/$default/notes", "$default", None),
    ] {
        let sent = request("GET", path, &[], "");
        let (_, seen) =
            ask(api(&["GET /notes"], PayloadVersion::Two), Ok(json!({})), sent, Caller::Anonymous).await;
        assert_eq!(seen.answered()[0].stage.as_deref(), Some(stage), "{path}");
        let events = seen.events();
        assert_eq!(events.first().map(|event| event["rawPath"].as_str().unwrap()), found, "{path}");
    }
    let mut staged = api(&["GET /notes", "GET /"], PayloadVersion::Two);
    staged.stages.remove("$default");
    for (path, status) in [("/notes", 404), ("/dev/notes", 200), ("/dev", 200), ("/dev/", 200)] {
        let (answer, _) =
            ask(staged.clone(), Ok(json!({})), request("GET", path, &[], ""), Caller::Anonymous).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[tokio::test]
async fn an_event_of_version_2_has_route_parameters_and_variables() {
    let sent = request(
        "PUT",
        "/dev/notes/a%20b?q=1&q=2",
        &[("cookie", "c=1"), ("content-type", "text/plain")],
        "hi",
    );
    let (_, seen) =
        ask(api(&["ANY /notes/{id}"], PayloadVersion::Two), Ok(json!({})), sent, Caller::Anonymous).await;
    let expected = json!({
        "version": "2.0",
        "routeKey": "ANY /notes/{id}",
        "rawPath": "/dev/notes/a%20b",
        "rawQueryString": "q=1&q=2",
        "cookies": ["c=1"],
        "headers": {
            "content-type": "text/plain",
            "host": "abc.execute-api.us-east-1.amazonaws.com",
            "x-amzn-trace-id": "Root=1-65c66da0-e1506fd59e7b434fbd424f8f",
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": { "q": "1,2" },
        "pathParameters": { "id": "a b" },
        "stageVariables": { "table": "notes" },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc",
            "domainName": "abc.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abc",
            "http": {
                "method": "PUT",
                "path": "/dev/notes/a%20b",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "",
            },
            "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
            "routeKey": "ANY /notes/{id}",
            "stage": "dev",
            "time": "09/Feb/2024:18:23:28 +0000",
            "timeEpoch": 1_707_503_008_942_u64,
        },
        "body": "hi",
        "isBase64Encoded": false,
    });
    assert_eq!(seen.events()[0], expected);
}

#[tokio::test]
async fn an_event_of_version_1_is_nearly_that_of_a_rest_api() {
    let sent = request("PUT", "/dev/notes/5?q=1&q=2", &[("content-type", "image/png")], "hi");
    let (_, seen) = ask(
        api(&["ANY /notes/{id}"], PayloadVersion::One),
        Ok(json!({ "statusCode": 200 })),
        sent,
        Caller::Anonymous,
    )
    .await;
    let event = seen.events().remove(0);
    let fields = ["version", "resource", "path", "httpMethod", "body", "isBase64Encoded"]
        .map(|field| event[field].clone());
    assert_eq!(
        fields,
        [json!("1.0"), json!("/notes/{id}"), json!("/dev/notes/5"), json!("PUT"), json!("aGk="), json!(true)]
    );
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "q": ["1", "2"] }));
    assert_eq!([&event["queryStringParameters"]["q"], &event["pathParameters"]["id"]], ["2", "5"]);
    let context = &event["requestContext"];
    assert_eq!(
        [&context["resourcePath"], &context["stage"], &context["identity"]["sourceIp"]],
        ["/notes/{id}", "dev", "127.0.0.1"]
    );
}

#[tokio::test]
async fn functions_are_invoked_for_their_route() {
    for (key, path, source) in [
        ("ANY /notes/{id}", "/notes/5", "abc/$default/GET/notes/{id}"),
        ("GET /notes", "/dev/notes", "abc/dev/GET/notes"),
        ("$default", "/notes", "abc/$default/$default"),
    ] {
        let (_, seen) = ask(
            api(&[key], PayloadVersion::Two),
            Ok(json!({})),
            request("GET", path, &[], ""),
            Caller::Anonymous,
        )
        .await;
        let arn = format!("arn:aws:execute-api:us-east-1:000000000000:{source}");
        assert_eq!(seen.invocations()[0].source_arn, Some(arn), "{key}");
    }
}

#[tokio::test]
async fn answers_become_responses() {
    let (one, two) = (PayloadVersion::One, PayloadVersion::Two);
    let internal = r#"{"message":"Internal Server Error"}"#;
    let unavailable = r#"{"message":"Service Unavailable"}"#;
    let error = Failure::FunctionError(Bytes::from_static(b"{}"));
    let cases = [
        (two, Ok(json!({ "a": 1 })), 200, r#"{"a":1}"#),
        (two, Ok(json!({ "statusCode": 201, "body": "x" })), 201, "x"),
        (two, Ok(json!({ "statusCode": "x" })), 500, internal),
        (one, Ok(json!({ "statusCode": 201, "body": "aGk=", "isBase64Encoded": true })), 201, "hi"),
        (one, Ok(json!({ "a": 1 })), 500, internal),
        (one, Ok(json!("x")), 500, internal),
        (two, Err(error), 500, internal),
        (two, Err(Failure::NotPermitted), 500, internal),
        (two, Err(Failure::Throttled), 503, unavailable),
        (two, Ok(json!("hang")), 503, unavailable),
        (two, Err(Failure::TooLarge), 413, r#"{"message":"Request Entity Too Large"}"#),
    ];
    for (version, given, status, body) in cases {
        let sent = request("GET", "/", &[], "");
        let (answer, seen) = ask(api(&["$default"], version), given.clone(), sent, Caller::Anonymous).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{given:?}");
        assert_eq!(answer.header("apigw-requestid"), Some("4VBv1Z57Q0A9Qk8="));
        assert_eq!(seen.answered()[0].reason.is_some(), status >= 400, "{given:?}");
    }
    let sent = request("POST", "/", &[], Body::from("x".repeat(21)));
    let (answer, _) = ask(api(&["$default"], two), Ok(json!({})), sent, Caller::Anonymous).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn headers_of_both_versions_are_sent() {
    let given =
        json!({ "statusCode": 200, "headers": { "X-A": "1" }, "multiValueHeaders": { "X-B": ["2", "3"] } });
    let (answer, _) = ask(
        api(&["$default"], PayloadVersion::One),
        Ok(given),
        request("GET", "/", &[], ""),
        Caller::Anonymous,
    )
    .await;
    assert_eq!((answer.header("x-a"), answer.all("x-b")), (Some("1"), vec!["2", "3"]));
    let given = json!({ "statusCode": 200, "headers": { "X-A": "1" }, "cookies": ["c=1"] });
    let (answer, _) = ask(
        api(&["$default"], PayloadVersion::Two),
        Ok(given),
        request("GET", "/", &[], ""),
        Caller::Anonymous,
    )
    .await;
    assert_eq!((answer.header("x-a"), answer.all("set-cookie")), (Some("1"), vec!["c=1"]));
}

#[tokio::test]
async fn iam_lets_in_who_signed_and_may() {
    let mut api = api(&["ANY /{proxy+}"], PayloadVersion::Two);
    api.routes[0].authorization = Authorization::Iam;
    for (path, caller, status) in [
        ("/dev/notes", Caller::Signed(identity()), 200),
        ("/forbidden", Caller::Signed(identity()), 403),
        ("/notes", Caller::Anonymous, 403),
    ] {
        let (answer, seen) = ask(api.clone(), Ok(json!({})), request("GET", path, &[], ""), caller).await;
        assert_eq!(answer.status, status, "{path}");
        match status {
            200 => {
                let arn = "arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/notes";
                assert_eq!(seen.permissions()[0].resource, arn);
                assert_eq!(seen.events()[0]["requestContext"]["authorizer"]["iam"]["accessKey"], "ASIALOCAL");
            }
            _ => assert_eq!(answer.body, r#"{"message":"Forbidden"}"#),
        }
    }
}

/// What an API answers whose authoriser says this, and what was asked.
async fn authorized(
    simple: bool,
    payload: PayloadVersion,
    said: Result<Value, Failure>,
    headers: &[(&str, &str)],
) -> (Answer, Seen) {
    let (world, seen) = world(move |event| if event["type"] == "REQUEST" { said.clone() } else { ok(event) });
    let mut api = api(&["GET /notes/{id}"], PayloadVersion::Two);
    api.routes[0].authorization = Authorization::Function(Authorizer {
        id: "a1".to_owned(),
        function: "authorizer".to_owned(),
        payload,
        simple,
        identity: vec![Source::parse("$request.header.Authorization").unwrap()],
        remembered: Duration::ZERO,
    });
    let apis = HttpApis::new(world);
    apis.define("abc", api);
    let sent = request("GET", "/notes/5", headers, "");
    (Answer::of(apis.answer("abc", sent, Caller::Anonymous).await).await, seen)
}

#[tokio::test]
async fn functions_decide_simply_or_by_policy() {
    let policy = |says: &str| Ok(json!({ "principalId": "ada", "policyDocument": { "says": says } }));
    let (one, two) = (PayloadVersion::One, PayloadVersion::Two);
    let cases = [
        (true, two, Ok(json!({ "isAuthorized": true, "context": { "level": 3 } })), 200),
        (true, two, Ok(json!({ "isAuthorized": false })), 403),
        (true, two, policy("allow"), 500),
        (false, two, policy("allow"), 200),
        (false, one, policy("allow"), 200),
        (false, one, policy("deny"), 403),
        (false, one, policy("nothing"), 403),
        (false, one, Err(Failure::NotPermitted), 500),
    ];
    for (simple, version, said, status) in cases {
        let (answer, seen) = authorized(simple, version, said.clone(), &[("authorization", "t")]).await;
        assert_eq!(answer.status, status, "{said:?}");
        let asked = &seen.events()[0];
        let arn = "arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/notes/5";
        match version {
            PayloadVersion::One => {
                assert_eq!([&asked["methodArn"], &asked["authorizationToken"]], [arn, "t"])
            }
            PayloadVersion::Two => {
                assert_eq!(
                    (asked["routeArn"].as_str(), &asked["identitySource"]),
                    (Some(arn), &json!(["t"]))
                );
            }
        }
    }
    let (_, seen) = authorized(
        true,
        two,
        Ok(json!({ "isAuthorized": true, "context": { "level": 3 } })),
        &[("authorization", "t")],
    )
    .await;
    assert_eq!(seen.events()[1]["requestContext"]["authorizer"], json!({ "lambda": { "level": 3 } }));
    let (answer, seen) = authorized(true, two, Ok(json!({})), &[]).await;
    assert_eq!(
        (answer.status, answer.body.as_str(), seen.events().len()),
        (401, r#"{"message":"Unauthorized"}"#, 0)
    );
}

fn cors(origins: &[&str]) -> Cors {
    Cors {
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        methods: vec!["GET".to_owned()],
        headers: vec!["content-type".to_owned()],
        ..Cors::default()
    }
}

#[tokio::test]
async fn the_api_answers_preflights_and_replaces_the_functions_headers() {
    let asking = [("origin", "https://a.example"), ("access-control-request-method", "GET")];
    for (origins, allowed) in [
        (&["*"][..], Some("*")),
        (&["https://a.example"], Some("https://a.example")),
        (&["https://b.example"], None),
    ] {
        let mut api = api(&["$default"], PayloadVersion::Two);
        api.cors = Some(cors(origins));
        let (answer, seen) =
            ask(api.clone(), Ok(json!({})), request("OPTIONS", "/", &asking, ""), Caller::Anonymous).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin"), seen.events().len()),
            (204, allowed, 0)
        );
        let given = json!({ "statusCode": 200, "headers": { "access-control-allow-origin": "x", "access-control-max-age": "1" } });
        let (answer, _) = ask(api, Ok(given), request("GET", "/", &asking, ""), Caller::Anonymous).await;
        assert_eq!(answer.all("access-control-allow-origin"), allowed.into_iter().collect::<Vec<_>>());
        assert_eq!(answer.header("access-control-max-age"), None);
    }
    let given = json!({ "statusCode": 200, "headers": { "access-control-allow-origin": "x" } });
    let (answer, _) = ask(
        api(&["$default"], PayloadVersion::Two),
        Ok(given),
        request("OPTIONS", "/", &asking, ""),
        Caller::Anonymous,
    )
    .await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("x")));
}
