//! The same over a real connection.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::{Router, serve};
use stackwright_rest::{Caller, Rest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::surroundings::*;

/// What a server answers to these bytes, the connection closed afterwards.
async fn talk(sent: &[u8]) -> (String, Seen) {
    let (world, seen) = world(ok);
    let rest = Arc::new(Rest::new(world));
    rest.define("abc", api(&[("/notes", &["ANY"])]));
    let app = Router::new().fallback(move |request: Request| {
        let rest = Arc::clone(&rest);
        async move { rest.answer("abc", "prod", request, Caller::Anonymous).await }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let server = tokio::spawn(async move { serve(listener, app).await });
    client.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    server.abort();
    (String::from_utf8(answer).unwrap(), seen)
}

#[tokio::test]
async fn a_request_and_its_answer_go_over_the_wire() {
    let sent = b"POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    let (answer, seen) = talk(sent).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
    assert_eq!(seen.events()[0]["body"], "hi");
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    let (answer, seen) = talk(b"HEAD /notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert_eq!(seen.events()[0]["httpMethod"], "HEAD");
}

#[tokio::test]
async fn who_sends_too_much_gets_to_read_the_answer() {
    let size = 11 * 1024 * 1024;
    let head = format!(
        "POST /notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
    );
    let sent = [head.as_bytes(), &vec![b'x'; size]].concat();
    let (answer, seen) = talk(&sent).await;
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{answer}");
    assert_eq!(seen.events().len(), 0);
}
