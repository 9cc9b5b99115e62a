//! Where requests go, and which go nowhere.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use futures_util::stream;
use stackwright_rest::{Caller, Rest, Settings};

use crate::surroundings::*;

const UNKNOWN: &str = r#"{"message":"Missing Authentication Token"}"#;
const RESOURCES: [(&str, &[&str]); 6] = [
    ("/", &["GET"]),
    ("/notes", &["GET", "POST"]),
    ("/notes/{id}", &["ANY", "GET"]),
    ("/files", &[]),
    ("/files/{proxy+}", &["ANY"]),
    ("/head", &["HEAD", "OPTIONS"]),
];

/// The resource that a request reaches, or what it is told instead.
async fn check(method: &str, path: &str, expected: Result<&str, (u16, &str)>) {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api(&RESOURCES));
    let response = rest.answer("abc", "prod", request(method, path, &[], ""), Caller::Anonymous).await;
    let answer = Answer::of(response).await;
    let found = match seen.events().first() {
        Some(event) => Ok(event["resource"].as_str().unwrap().to_owned()),
        None => Err((answer.status, answer.body)),
    };
    let expected = expected.map(str::to_owned).map_err(|(status, body)| (status, body.to_owned()));
    assert_eq!(found, expected, "{method} {path}");
}

#[tokio::test]
async fn requests_reach_their_resource() {
    check("GET", "/", Ok("/")).await;
    check("POST", "/notes", Ok("/notes")).await;
    check("POST", "/notes/", Ok("/notes")).await;
    check("GET", "/notes/5", Ok("/notes/{id}")).await;
    check("PATCH", "/notes/5", Ok("/notes/{id}")).await;
    check("PURGE", "/notes/5", Ok("/notes/{id}")).await;
    check("GET", "/files/a/b", Ok("/files/{proxy+}")).await;
    check("HEAD", "/head", Ok("/head")).await;
    check("OPTIONS", "/head", Ok("/head")).await;
}

#[tokio::test]
async fn unknown_paths_and_methods_ask_for_a_token() {
    for (method, path) in [
        ("GET", "/none"),
        ("GET", "/notes/5/6"),
        ("DELETE", "/notes"),
        ("HEAD", "/notes"),
        ("OPTIONS", "/notes"),
        ("GET", "/files"),
        ("GET", "/files/"),
        ("POST", "/"),
        ("get", "/notes"),
        ("GET", "/Notes"),
    ] {
        check(method, path, Err((403, UNKNOWN))).await;
    }
}

#[tokio::test]
async fn what_is_no_stage_of_an_api_is_forbidden() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api(&RESOURCES));
    let mut closed = api(&RESOURCES);
    closed.default_endpoint = false;
    rest.define("closed", closed);
    rest.define("gone", api(&RESOURCES));
    rest.remove("gone");
    for (id, stage) in [("none", "prod"), ("abc", "dev"), ("closed", "prod"), ("gone", "prod")] {
        let answer = rest.answer(id, stage, request("GET", "/", &[], ""), Caller::Anonymous).await;
        let answer = Answer::of(answer).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (403, r#"{"message":"Forbidden"}"#),
            "{id}/{stage}"
        );
        assert_eq!(answer.header("x-amzn-errortype"), Some("ForbiddenException"));
    }
    assert_eq!(seen.events().len(), 0);
    assert_eq!(seen.answered().len(), 4);
}

#[tokio::test]
async fn everything_answered_is_told() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api(&RESOURCES));
    rest.answer("abc", "prod", request("GET", "/notes?x=1", &[], ""), Caller::Anonymous).await;
    let told = seen.answered().remove(0);
    assert_eq!((told.api.as_str(), told.stage.as_deref()), ("abc", Some("prod")));
    assert_eq!((told.method.as_str(), told.path.as_str(), told.status), ("GET", "/notes", 200));
    assert_eq!(told.reason, None);
}

#[tokio::test]
async fn the_listener_says_who_sends() {
    let (world, seen) = world(ok);
    let rest = Rest::new(world);
    rest.define("abc", api(&RESOURCES));
    let mut sent = request("GET", "/notes", &[], "");
    sent.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 1))));
    rest.answer("abc", "prod", sent, Caller::Anonymous).await;
    let event = seen.events().remove(0);
    assert_eq!(event["requestContext"]["identity"]["sourceIp"], "203.0.113.7");
    assert_eq!(event["headers"]["X-Forwarded-For"], "203.0.113.7");
}

/// What is answered to a body, with room for ten bytes and 30 ms.
async fn answer_to(body: Body) -> (u16, String) {
    let (world, seen) = world(ok);
    let settings = Settings { body: 10, reading: Duration::from_millis(30), ..Settings::of_apis() };
    let rest = Rest::with(world, settings);
    rest.define("abc", api(&RESOURCES));
    let answer = rest.answer("abc", "prod", request("POST", "/notes", &[], body), Caller::Anonymous).await;
    let answer = Answer::of(answer).await;
    assert_eq!(seen.events().len(), usize::from(answer.status == 200));
    (answer.status, answer.body)
}

#[tokio::test]
async fn bodies_have_an_end_in_size_and_time() {
    let too_long = (413, r#"{"message":"Request Too Long"}"#.to_owned());
    assert_eq!(answer_to("0123456789".into()).await.0, 200);
    assert_eq!(answer_to("01234567890".into()).await, too_long);
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789")));
    assert_eq!(answer_to(Body::from_stream(endless)).await, too_long);
    let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    assert_eq!(answer_to(silent).await, (408, r#"{"message":"Request Timeout"}"#.to_owned()));
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("gone"))]);
    assert_eq!(answer_to(Body::from_stream(broken)).await, (400, r#"{"message":"Bad Request"}"#.to_owned()));
}
