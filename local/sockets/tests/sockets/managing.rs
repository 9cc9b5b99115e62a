//! `@connections`, over HTTP and as calls.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use stackwright_sockets::{PostError, What};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{Site, api, connect, greet, hear, one_way, percent};

/// An answer over HTTP: status, headers as sent, body.
struct Answer {
    status: u16,
    headers: String,
    body: String,
}

async fn call(site: &Site, method: &str, path: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (headers, body) = response.split_once("\r\n\r\n").unwrap();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, headers: headers.to_owned(), body: body.to_owned() }
}

fn path(id: &str) -> String {
    format!("/prod/@connections/{}", percent(id))
}

#[tokio::test]
async fn a_message_is_posted() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let answer = call(&site, "POST", &path(&site.only()), "{\"ä\":1}").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(hear(&mut client).await, "{\"ä\":1}");
    let size = site.hears(|what| match what {
        What::Posted { size } => Some(*size),
        _ => None,
    });
    assert_eq!(size.await, 8);
}

#[tokio::test]
async fn ids_need_not_be_percent_encoded() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let path = format!("/prod/@connections/{}", site.only());
    assert_eq!(call(&site, "POST", &path, "hello").await.status, 200);
    assert_eq!(hear(&mut client).await, "hello");
}

#[tokio::test]
async fn a_connection_is_described() {
    let moment = SystemTime::UNIX_EPOCH + Duration::from_millis(1_707_503_008_941);
    let site = Site::hosted(crate::echo(), |_| {}, |host| host.at(move || moment)).await;
    let (mut client, _) = connect(site.address, "/prod", &[("user-agent", "tests")]).await.unwrap();
    let answer = call(&site, "GET", &path(&site.only()), "").await;
    assert_eq!(answer.status, 200);
    let identity = json!({"sourceIp": "127.0.0.1", "userAgent": "tests"});
    let mut body: Value = serde_json::from_str(&answer.body).unwrap();
    let last = body["lastActiveAt"].take();
    assert_eq!(body["connectedAt"], "2024-02-09T18:23:28.941Z");
    assert_eq!(body["identity"], identity);
    tokio::time::sleep(Duration::from_millis(5)).await;
    greet(&mut client).await;
    let later: Value = serde_json::from_str(&call(&site, "GET", &path(&site.only()), "").await.body).unwrap();
    assert!(later["lastActiveAt"].as_str() > last.as_str(), "{last} {later}");
}

#[tokio::test]
async fn a_connection_is_deleted() {
    let mut site = Site::of(api([("$disconnect", one_way())])).await;
    let mut client = site.connect().await;
    let id = site.only();
    let answer = call(&site, "DELETE", &path(&id), "").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(crate::closing(&mut client).await.0, 1000);
    assert_eq!(site.run_of("$disconnect").await["requestContext"]["connectionId"], id);
    assert_eq!(call(&site, "DELETE", &path(&id), "").await.status, 410);
}

#[tokio::test]
async fn what_is_gone_is_gone() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let id = site.only();
    client.close(None).await.unwrap();
    while futures_util::StreamExt::next(&mut client).await.is_some() {}
    for method in ["POST", "GET", "DELETE"] {
        for id in [id.as_str(), "L0SM9cOFvHcCIhw="] {
            let answer = call(&site, method, &path(id), "").await;
            assert_eq!((answer.status, answer.body.as_str()), (410, ""), "{method}");
            assert!(answer.headers.contains("x-amzn-errortype: GoneException"), "{}", answer.headers);
        }
    }
    assert_eq!(site.sockets.post(&id, "hello"), Err(PostError::Gone));
    assert_eq!(site.sockets.delete(&id), Err(PostError::Gone));
    assert!(site.sockets.connection(&id).is_none());
}

#[tokio::test]
async fn what_cannot_be_an_id_is_a_bad_request() {
    let site = Site::of(crate::echo()).await;
    let answer = call(&site, "POST", "/prod/@connections/missing", "").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (400, r#"{"message":"Invalid connectionId: missing"}"#)
    );
    assert!(answer.headers.contains("x-amzn-errortype: BadRequestException"));
}

#[tokio::test]
async fn a_connection_is_one_of_its_own_api_and_stage() {
    let mut both = crate::echo();
    both.stages.insert("test".to_owned(), stackwright_sockets::Stage::default());
    let site = Site::of(both).await;
    let mut client = site.connect().await;
    let id = site.only();
    assert_eq!(call(&site, "POST", &format!("/test/@connections/{id}"), "hello").await.status, 410);
    let target = stackwright_sockets::Target { stage: "prod".to_owned(), connection: id.clone() };
    let request = axum::extract::Request::new(axum::body::Body::empty());
    assert_eq!(site.sockets.management("another", &target, request).await.status(), 410);
    // By its id alone it is found all the same.
    site.sockets.post(&id, "hello").unwrap();
    assert_eq!(hear(&mut client).await, "hello");
}

#[tokio::test]
async fn other_methods_are_none_of_its() {
    let site = Site::of(crate::echo()).await;
    let _client = site.connect().await;
    let answer = call(&site, "PUT", &path(&site.only()), "").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Missing Authentication Token"}"#));
}

#[tokio::test]
async fn a_posted_message_has_128_kilobytes_at_most() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let id = site.only();
    let largest = "x".repeat(128 * 1024);
    assert_eq!(call(&site, "POST", &path(&id), &largest).await.status, 200);
    assert_eq!(hear(&mut client).await, largest);
    for size in [128 * 1024 + 1, 4 * 1024 * 1024] {
        let answer = call(&site, "POST", &path(&id), &"x".repeat(size)).await;
        assert_eq!((answer.status, answer.body.as_str()), (413, r#"{"message":"Message too long"}"#));
        assert!(answer.headers.contains("x-amzn-errortype: PayloadTooLargeException"));
    }
    let error = site.sockets.post(&id, largest + "x").unwrap_err();
    assert_eq!(error.to_string(), "the message has 131073 bytes, of 131072 allowed");
    greet(&mut client).await;
}

#[tokio::test]
async fn messages_to_clients_are_split_into_frames_within_the_limit() {
    let site = Site::limited(crate::echo(), |limits| limits.frame = 4).await;
    let (mut stream, rest) = crate::hostile::handshake(&site, "/prod").await;
    assert!(rest.is_empty());
    let check = async |stream: &mut TcpStream, message: &[u8], frames: &[u8]| {
        site.sockets.post(&site.only(), message.to_vec()).unwrap();
        let mut bytes = vec![0; frames.len()];
        stream.read_exact(&mut bytes).await.unwrap();
        assert_eq!(bytes, frames, "{message:?}");
    };
    check(&mut stream, b"", &[0x81, 0]).await;
    check(&mut stream, b"abcd", &[0x81, 4, b'a', b'b', b'c', b'd']).await;
    check(&mut stream, b"abcde", &[0x01, 4, b'a', b'b', b'c', b'd', 0x80, 1, b'e']).await;
    check(&mut stream, b"12345678", &[0x01, 4, b'1', b'2', b'3', b'4', 0x80, 4, b'5', b'6', b'7', b'8'])
        .await;
    check(&mut stream, &[0xff], &[0x82, 1, 0xff]).await;
}

#[tokio::test]
async fn nothing_is_posted_to_a_connection_inside_its_own_connect() {
    let mut site = Site::of(api([("$connect", one_way())])).await;
    let task = percent(&json!({"wait": 100}).to_string());
    let address = site.address;
    let connecting =
        tokio::spawn(async move { connect(address, &format!("/prod?task={task}"), &[]).await.unwrap().0 });
    let event = site.run_of("$connect").await;
    let id = event["requestContext"]["connectionId"].as_str().unwrap();
    for method in ["POST", "GET", "DELETE"] {
        assert_eq!(call(&site, method, &path(id), "too early").await.status, 410, "{method}");
    }
    let mut client = connecting.await.unwrap();
    assert_eq!(call(&site, "POST", &path(id), "in time").await.status, 200);
    assert_eq!(hear(&mut client).await, "in time");
}
