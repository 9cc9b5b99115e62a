//! Handshakes: held, accepted, refused.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::{Value, json};
use stackwright_sockets::{Integration, Route, What};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{Site, api, connect, greet, hear, one_way, say, two_way};

#[tokio::test]
async fn without_a_connect_route_everybody_may_enter() {
    let mut site = Site::of(api([("$default", two_way())])).await;
    let mut client = site.connect().await;
    greet(&mut client).await;
    assert_eq!(site.run().await.event["requestContext"]["routeKey"], "$default");
}

#[tokio::test]
async fn the_handshake_is_held_until_connect_has_answered() {
    let mut site = Site::of(api([("$connect", one_way()), ("$default", two_way())])).await;
    let begun = Instant::now();
    let mut client = site.try_connect(&json!({"wait": 50})).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(50));
    let run = site.run().await;
    assert_eq!(run.source, "arn:aws:execute-api:eu-west-1:000000000000:a1b2c3d4e5/prod/$connect");
    greet(&mut client).await;
    let connected = site.hears(|what| match what {
        What::Connected { duration } => Some(*duration),
        _ => None,
    });
    assert!(connected.await >= Duration::from_millis(50));
}

#[tokio::test]
async fn connect_decides_with_its_status() {
    let site = Site::of(api([("$connect", one_way())])).await;
    let check = async |task: Value, status: u16| {
        let got = site.try_connect(&task).await.map_or_else(|refusal| refusal.status, |_| 101);
        assert_eq!(got, status, "{task}");
    };
    check(json!({"answer": {"statusCode": 200}}), 101).await;
    check(json!({"answer": {"statusCode": "201"}}), 101).await;
    check(json!({"answer": {"statusCode": 299, "body": "ignored"}}), 101).await;
    check(json!({"answer": {"statusCode": 302}}), 302).await;
    check(json!({"answer": {"statusCode": 400}}), 400).await;
    check(json!({"answer": {"statusCode": 418}}), 418).await;
    check(json!({"answer": {"statusCode": 503}}), 503).await;
    check(json!({"fail": "boom"}), 502).await;
    check(json!({"answer": null}), 502).await;
    check(json!({"answer": {}}), 502).await;
    check(json!({"answer": "fine"}), 502).await;
    check(json!({"refuse": "no permission"}), 500).await;
}

#[tokio::test]
async fn a_connect_that_takes_too_long_has_failed() {
    let site = Site::limited(api([("$connect", one_way())]), |limits| {
        limits.integration = Duration::from_millis(30);
    });
    let refusal = site.await.try_connect(&json!({"hang": true})).await.unwrap_err();
    assert_eq!(refusal.status, 502);
    let body: Value = serde_json::from_str(&refusal.body).unwrap();
    assert_eq!(body["message"], "Internal server error");
}

#[tokio::test]
async fn a_refusal_has_a_body_on_two_way_routes_only() {
    let task = json!({"answer": {"statusCode": 400, "body": "who are you?"}});
    let site = Site::of(api([("$connect", two_way())])).await;
    assert_eq!(site.try_connect(&task).await.unwrap_err().body, "who are you?");
    let site = Site::of(api([("$connect", one_way())])).await;
    assert_eq!(site.try_connect(&task).await.unwrap_err().body, "");
}

#[tokio::test]
async fn refusals_are_told() {
    let site = Site::of(api([("$connect", one_way())])).await;
    site.try_connect(&json!({"fail": "boom"})).await.unwrap_err();
    let (status, reason) = site
        .hears(|what| match what {
            What::Refused { status, reason, .. } => Some((*status, reason.clone())),
            _ => None,
        })
        .await;
    assert_eq!((status, reason.as_str()), (502, "the function failed: boom"));
    assert!(site.sockets.connections().is_empty());
}

#[tokio::test]
async fn requests_that_are_turned_away_at_the_door_are_told_too() {
    let site = Site::limited(api([]), |limits| limits.connections_per_second = 0).await;
    let check = async |path: &str, status: u16, reason: &str| {
        connect(site.address, path, &[]).await.unwrap_err();
        let told = site.told.lock().unwrap().pop().unwrap();
        assert_eq!((told.api.as_str(), told.connection), (crate::API, None));
        let What::Refused { status: got, reason: why, .. } = told.what else { panic!("{:?}", told.what) };
        assert_eq!((got, why.as_str()), (status, reason), "{path}");
    };
    check("/test", 403, "there is no such API or stage").await;
    check("/prod", 429, "0 connections a second are allowed").await;
}

#[tokio::test]
async fn mocks_and_routes_without_integration() {
    let check = async |integration: Option<Integration>, status: u16| {
        let site = Site::of(api([("$connect", Route { integration, ..Route::default() })])).await;
        let got = site.try_connect(&Value::Null).await.map_or_else(|refusal| refusal.status, |_| 101);
        assert_eq!(got, status);
    };
    check(Some(Integration::Mock { status: 200, body: None }), 101).await;
    check(Some(Integration::Mock { status: 403, body: None }), 403).await;
    check(None, 500).await;
}

#[tokio::test]
async fn a_subprotocol_is_agreed_on_only_if_the_function_says_so() {
    let site = Site::of(api([("$connect", one_way())])).await;
    let agreed = async |headers: Value| {
        let task = json!({"answer": {"statusCode": 200, "headers": headers}}).to_string();
        let path = format!("/prod?task={}", crate::percent(&task));
        // The client library refuses what it did not ask for, and a missing answer, so it speaks by hand.
        let response = raw(&site, &upgrade(&path, "Sec-WebSocket-Protocol: chat, other\r\n")).await;
        let line = response.lines().find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
        (response.starts_with("HTTP/1.1 101 "), line.map(str::to_owned))
    };
    assert_eq!(agreed(json!({"Sec-WebSocket-Protocol": "chat"})).await, (true, Some("chat".to_owned())));
    assert_eq!(agreed(json!({})).await, (true, None));
}

#[tokio::test]
async fn unknown_apis_and_stages_are_forbidden() {
    let site = Site::of(api([])).await;
    let check = async |path: &str| {
        let refusal = connect(site.address, path, &[]).await.unwrap_err();
        assert_eq!((refusal.status, refusal.body.as_str()), (403, r#"{"message":"Forbidden"}"#), "{path}");
    };
    check("/test").await;
    check("/").await;
    check("/prod/more").await;
    site.sockets.remove(crate::API);
    check("/prod").await;
}

#[tokio::test]
async fn what_is_no_handshake_is_answered_clearly() {
    let site = Site::of(api([])).await;
    let check = async |request: String, status: u16, words: &str| {
        let response = raw(&site, &request).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{request}{response}");
        assert!(response.contains(words), "{request}{response}");
    };
    let good = upgrade("/prod", "");
    check(good.clone(), 101, "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").await;
    check(good.replace("GET", "POST"), 405, "GET request").await;
    check("GET /prod HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 426, "upgrade: websocket").await;
    check(good.replace("Connection: Upgrade", "Connection: close"), 426, "not ask to be upgraded").await;
    check(good.replace(": websocket", ": h2c"), 426, "not ask to be upgraded").await;
    check(good.replace("Version: 13", "Version: 8"), 426, "sec-websocket-version: 13").await;
    check(good.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"), 400, "Sec-WebSocket-Key").await;
    check(good.replace("Sec-WebSocket-Key", "X"), 400, "Sec-WebSocket-Key").await;
}

#[tokio::test]
async fn the_header_connection_may_list_more() {
    let site = Site::of(api([])).await;
    let request = upgrade("/prod", "").replace("Connection: Upgrade", "Connection: keep-alive, upgrade");
    assert!(raw(&site, &request).await.starts_with("HTTP/1.1 101 "));
}

#[tokio::test]
async fn no_more_connections_are_opened_in_a_second_than_allowed() {
    let site = Site::limited(api([]), |limits| limits.connections_per_second = 3).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(site.try_connect(&Value::Null).await.map_or_else(|refusal| refusal.status, |_| 101));
    }
    assert_eq!(statuses[..3], [101; 3]);
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS.as_u16()), "{statuses:?}");
}

#[tokio::test]
async fn messages_that_come_with_the_handshake_are_not_lost() {
    let mut site = Site::of(api([("$connect", one_way()), ("$default", two_way())])).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let mut request = upgrade("/prod?task=%7B%22wait%22%3A20%7D", "").into_bytes();
    // A masked text frame, `hi`, with a mask of zeros.
    request.extend_from_slice(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    stream.write_all(&request).await.unwrap();
    assert_eq!(site.run_of("$default").await["body"], "hi");
}

#[tokio::test]
async fn a_client_that_leaves_during_connect_is_disconnected_after_it() {
    let mut site = Site::of(api([("$connect", one_way()), ("$disconnect", one_way())])).await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(upgrade("/prod?task=%7B%22wait%22%3A50%7D", "").as_bytes()).await.unwrap();
    let connect = site.run_of("$connect").await;
    drop(stream);
    let disconnect = site.run_of("$disconnect").await;
    let id = |event: &Value| event["requestContext"]["connectionId"].clone();
    assert_eq!(id(&disconnect), id(&connect));
    assert_eq!(disconnect["requestContext"]["disconnectStatusCode"], 1006);
    assert!(site.sockets.connections().is_empty());
}

#[tokio::test]
async fn connections_have_ids_of_their_own() {
    let site = Site::of(crate::echo()).await;
    let (mut one, mut two) = (site.connect().await, site.connect().await);
    let ids: Vec<_> = site.sockets.connections().into_iter().map(|info| info.id).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    site.sockets.post(&ids[0], "for one").unwrap();
    site.sockets.post(&ids[1], "for two").unwrap();
    let mut heard = [hear(&mut one).await, hear(&mut two).await];
    heard.sort();
    assert_eq!(heard, ["for one", "for two"]);
    say(&mut one, &json!({})).await;
}

/// A handshake by hand, with the key of RFC 6455's example.
fn upgrade(path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

/// What the server answers to bytes, as far as the end of what it says at once.
async fn raw(site: &Site, request: &str) -> String {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    loop {
        let mut part = [0; 4096];
        let size = tokio::time::timeout(crate::LONG, stream.read(&mut part)).await.unwrap().unwrap();
        response.extend_from_slice(&part[..size]);
        let text = String::from_utf8_lossy(&response);
        if size == 0 || text.contains("}") || (text.contains("\r\n\r\n") && text.starts_with("HTTP/1.1 101"))
        {
            return text.into_owned();
        }
    }
}
