use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use futures_util::StreamExt as _;
use stackwright_objects::Settings;

use crate::client::{Client, settings};

const TRAILER: &str = "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// Puts `hello` with those headers.
async fn check(headers: &[&str], body: &'static str, status: u16, code: &str) {
    let client = Client::new();
    let answer = client.send("PUT /box/a", headers, body).await;
    if status != 200 {
        answer.is(status, code);
        client.get("/box/a").await.is(404, "NoSuchKey");
        return;
    }
    assert_eq!(answer.status, 200, "{}", answer.text);
    client.get("/box/a").await.says(200, "hello");
}

#[tokio::test]
async fn bodies_are_what_their_headers_say() {
    let plain = async |header: &str, status, code| check(&[header], "hello", status, code).await;
    plain("content-md5: XUFAKrxLKna5cZ2REBfFkg==", 200, "").await;
    plain("content-md5: XUFAKrxLKna5cZ2REBfFkA==", 400, "BadDigest").await;
    plain("content-md5: hello", 400, "InvalidDigest").await;
    plain("x-amz-checksum-crc32: NhCmhg==", 200, "").await;
    plain("x-amz-checksum-crc32: NhCmhA==", 400, "BadDigest").await;
    plain("x-amz-checksum-crc32c: mnG7TA==", 200, "").await;
    plain("x-amz-checksum-sha1: qvTGHdzF6KLavt4PO0gs2a6pQ00=", 200, "").await;
    plain("x-amz-checksum-sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", 200, "").await;
    plain("x-amz-checksum-sha256: AAAA", 400, "BadDigest").await;
    let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    plain(&format!("x-amz-content-sha256: {hash}"), 200, "").await;
    plain(&format!("x-amz-content-sha256: {}", hash.replace('2', "3")), 400, "XAmzContentSHA256Mismatch")
        .await;
    plain("x-amz-content-sha256: UNSIGNED-PAYLOAD", 200, "").await;
    plain("content-length: 4", 400, "IncompleteBody").await;
    let two = ["x-amz-checksum-crc32: NhCmhg==", "x-amz-checksum-sha256: AAAA"];
    check(&two, "hello", 400, "InvalidRequest").await;
    check(&["transfer-encoding: chunked"], "hello", 411, "MissingContentLength").await;
}

#[tokio::test]
async fn bodies_in_chunks() {
    let length = "x-amz-decoded-content-length: 5";
    let crc = "x-amz-trailer: x-amz-checksum-crc32";
    let good = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let signed = "3;chunk-signature=a\r\nhel\r\n2;chunk-signature=b\r\nlo\r\n0;chunk-signature=c\r\n\r\n";
    check(&[TRAILER, length, crc], good, 200, "").await;
    check(&[TRAILER, length, crc, "transfer-encoding: chunked"], good, 200, "").await;
    check(&["x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", length], signed, 200, "").await;
    check(&[TRAILER, crc], "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", 400, "BadDigest")
        .await;
    check(&[TRAILER, "x-amz-decoded-content-length: 6"], good, 400, "IncompleteBody").await;
    for broken in ["5\r\nhel", "hello", "5\r\nhello0\r\n\r\n", "5\r\nhello\r\n"] {
        check(&[TRAILER], broken, 400, "IncompleteBody").await;
    }
}

#[tokio::test]
async fn encodings_are_kept_but_for_the_chunks() {
    let client = Client::new();
    let body = "2\r\nhi\r\n0\r\n\r\n";
    for (encoding, kept) in [("aws-chunked", ""), ("aws-chunked,gzip", "gzip"), ("gzip", "gzip")] {
        client.send("PUT /box/a", &[TRAILER, &format!("content-encoding: {encoding}")], body).await;
        assert_eq!(client.get("/box/a").await.header("content-encoding"), kept);
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_not_kept() {
    let client = Client::new();
    let large = "x".repeat(1001);
    client.send("PUT /box/a", &[], large.clone()).await.is(400, "EntityTooLarge");
    client.send("PUT /box/a", &["content-length: 1001"], "").await.is(400, "EntityTooLarge");
    let chunk = format!("3e9\r\n{large}\r\n0\r\n\r\n");
    client.send("PUT /box/a", &[TRAILER], chunk).await.is(400, "EntityTooLarge");
    client.get("/box/a").await.is(404, "NoSuchKey");
    assert_eq!(client.send("PUT /box/a", &[], "x".repeat(1000)).await.status, 200);
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_nothing() {
    let client = Client::new();
    client.put(&[("a", "before")]).await;
    let pieces = [Ok(Bytes::from("new")), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    client.send("PUT /box/a", &["content-length: 6"], body).await.is(400, "IncompleteBody");
    client.get("/box/a").await.says(200, "before");
}

#[tokio::test]
async fn a_client_that_says_no_more_is_not_waited_for() {
    let patience = std::time::Duration::from_millis(10);
    let client = Client::with(Settings { patience, ..settings() });
    let silent = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from("new"))])
        .chain(futures_util::stream::pending());
    client
        .send("PUT /box/a", &["content-length: 6"], Body::from_stream(silent))
        .await
        .is(400, "RequestTimeout");
    client.get("/box/a").await.is(404, "NoSuchKey");
}

#[tokio::test]
async fn who_refuses_early_still_reads_what_is_sent() {
    let sent = Arc::new(AtomicUsize::new(0));
    let body = |sent: &Arc<AtomicUsize>| {
        let sent = Arc::clone(sent);
        let pieces = futures_util::stream::repeat_with(move || {
            sent.fetch_add(100, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 100]))
        });
        Body::from_stream(pieces.take(5))
    };
    let client = Client::new();
    client.send("PUT /none/a", &[], body(&sent)).await.is(404, "NoSuchBucket");
    assert_eq!(sent.swap(0, Ordering::Relaxed), 500);
    // A client that waits to be asked is not asked.
    client.send("PUT /none/a", &["expect: 100-continue"], body(&sent)).await.is(404, "NoSuchBucket");
    assert_eq!(sent.load(Ordering::Relaxed), 0);
}
