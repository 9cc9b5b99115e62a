//! The events that functions get, field for field.

use std::time::{Duration, SystemTime};

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use stackwright_sockets::{Api, Host, Stage};

use crate::{Site, api, connect, greet, one_way, two_way};

fn all_routes() -> Api {
    api(["$connect", "$disconnect", "$default"].map(|key| (key, two_way())))
}

/// A host whose clock and numbers can be told in advance.
fn known(host: Host) -> Host {
    let numbers = std::sync::atomic::AtomicU64::new(0);
    let number = move || u128::from(numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_707_503_008_941);
    host.numbering(number).at(move || moment)
}

async fn site(api: Api) -> Site {
    Site::hosted(api, |_| {}, known).await
}

/// What all contexts of the first connection have.
fn context(route: &str, kind: &str, request: &str) -> Value {
    json!({
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": request,
        "requestTime": "09/Feb/2024:18:23:28 +0000",
        "messageDirection": "IN",
        "stage": "prod",
        "connectedAt": 1_707_503_008_941_u64,
        "requestTimeEpoch": 1_707_503_008_941_u64,
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "tests"},
        "requestId": request,
        "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "connectionId": "AQAAAAAAAAAAAAA=",
        "apiId": "a1b2c3d4e5",
    })
}

#[tokio::test]
async fn connect_has_the_clients_headers_and_parameters() {
    let mut site = site(all_routes()).await;
    let headers = [("user-agent", "tests"), ("x-own", "one"), ("x-own", "two"), ("cookie", "a=b")];
    connect(site.address, "/prod?a=1&b=x%20y&a=2&c", &headers).await.unwrap();
    let mut event = site.run_of("$connect").await;
    let key = event["headers"]["Sec-WebSocket-Key"].take();
    let domain = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
    let trace = "Root=1-65c66da0-000000000000000000000000";
    let expected = json!({
        "headers": {
            "Host": domain, "Cookie": "a=b", "User-Agent": "tests", "Sec-WebSocket-Key": null,
            "Sec-WebSocket-Version": "13", "X-Amzn-Trace-Id": trace, "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https", "x-own": "two",
        },
        "multiValueHeaders": {
            "Host": [domain], "Cookie": ["a=b"], "User-Agent": ["tests"], "Sec-WebSocket-Key": [key],
            "Sec-WebSocket-Version": ["13"], "X-Amzn-Trace-Id": [trace], "X-Forwarded-For": ["127.0.0.1"],
            "X-Forwarded-Port": ["443"], "X-Forwarded-Proto": ["https"], "x-own": ["one", "two"],
        },
        "queryStringParameters": {"a": "2", "b": "x y", "c": ""},
        "multiValueQueryStringParameters": {"a": ["1", "2"], "b": ["x y"], "c": [""]},
        "requestContext": context("$connect", "CONNECT", "AgAAAAAAAAAAAAA="),
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn fields_for_parameters_are_there_only_if_there_are_any() {
    let mut site = site(all_routes()).await;
    connect(site.address, "/prod", &[]).await.unwrap();
    let event = site.run_of("$connect").await;
    let fields: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"]);
    assert_eq!(event["requestContext"]["identity"], json!({"sourceIp": "127.0.0.1"}));
}

#[tokio::test]
async fn a_message_has_its_text_and_nothing_of_the_handshake() {
    let mut site = site(all_routes()).await;
    let (mut client, _) = connect(site.address, "/prod?a=1", &[("user-agent", "tests")]).await.unwrap();
    client.send("{\"ä\": 1}".into()).await.unwrap();
    let mut context = context("$default", "MESSAGE", "AwAAAAAAAAAAAAA=");
    context["messageId"] = "BAAAAAAAAAAAAAA=".into();
    let expected = json!({"requestContext": context, "body": "{\"ä\": 1}", "isBase64Encoded": false});
    assert_eq!(site.run_of("$default").await, expected);
}

#[tokio::test]
async fn disconnect_has_a_few_headers_and_how_it_ended() {
    let mut site = site(all_routes()).await;
    let (mut client, _) = connect(site.address, "/prod?a=1", &[("user-agent", "tests")]).await.unwrap();
    client.close(None).await.unwrap();
    let event = site.run_of("$disconnect").await;
    let mut context = context("$disconnect", "DISCONNECT", "AwAAAAAAAAAAAAA=");
    context["disconnectStatusCode"] = 1005.into();
    context["disconnectReason"] = "Client-side close frame status not set".into();
    let domain = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
    let expected = json!({
        "headers": {"Host": domain, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""},
        "multiValueHeaders": {"Host": [domain], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""]},
        "requestContext": context,
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn stage_variables_are_in_all_events_if_there_are_any() {
    let mut api = all_routes();
    let variables = [("tenant".to_owned(), "blue".to_owned())].into();
    api.stages.insert("prod".to_owned(), Stage { variables });
    let mut site = site(api).await;
    let mut client = site.connect().await;
    greet(&mut client).await;
    client.close(None).await.unwrap();
    for route in ["$connect", "$default", "$disconnect"] {
        assert_eq!(site.run_of(route).await["stageVariables"], json!({"tenant": "blue"}), "{route}");
    }
}

#[tokio::test]
async fn ids_have_api_gateways_shape() {
    let mut site = Site::of(api([("$default", one_way())])).await;
    let mut client = site.connect().await;
    client.send("hi".into()).await.unwrap();
    let context = site.run().await.event["requestContext"].take();
    for field in ["connectionId", "requestId", "extendedRequestId", "messageId"] {
        let id = context[field].as_str().unwrap();
        assert!(id.len() == 16 && id.ends_with('='), "{field} is {id}");
    }
    assert_eq!(context["requestId"], context["extendedRequestId"]);
    assert_eq!(context["connectionId"], site.only());
}
