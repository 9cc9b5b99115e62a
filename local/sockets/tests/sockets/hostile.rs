//! Clients that break the rules of the protocol: each is told with a code, and disturbs nobody else.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{LONG, Site, api, eventually, greet, one_way, two_way};

/// A connection by hand, and what came with the handshake's answer.
pub(crate) async fn handshake(site: &Site, path: &str) -> (TcpStream, Vec<u8>) {
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    loop {
        let mut byte = [0];
        stream.read_exact(&mut byte).await.unwrap();
        response.push(byte[0]);
        if response.ends_with(b"\r\n\r\n") {
            assert!(response.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&response));
            return (stream, Vec::new());
        }
    }
}

/// A frame as clients send them, with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    let mut bytes = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
    bytes.extend_from_slice(payload);
    bytes
}

/// The code of the close frame that the server sends; nothing else may come before.
async fn code(stream: &mut TcpStream) -> u16 {
    let mut head = [0; 4];
    tokio::time::timeout(LONG, stream.read_exact(&mut head)).await.unwrap().unwrap();
    assert_eq!(head[0], 0x88, "{head:?}");
    u16::from_be_bytes([head[2], head[3]])
}

#[tokio::test]
async fn broken_rules_have_codes() {
    let mut site = Site::of(api([("$disconnect", one_way()), ("$default", two_way())])).await;
    let mut check = async |bytes: &[u8], expected: u16| {
        let (mut stream, _) = handshake(&site, "/prod").await;
        stream.write_all(bytes).await.unwrap();
        assert_eq!(code(&mut stream).await, expected, "{bytes:x?}");
        stream.shutdown().await.unwrap();
        let told = site.run_of("$disconnect").await["requestContext"]["disconnectStatusCode"].take();
        assert_eq!(told, expected, "{bytes:x?}");
    };
    // Unmasked, reserved bits and opcodes.
    check(&[0x81, 2, b'h', b'i'], 1002).await;
    check(&frame(0xc1, b"hi"), 1002).await;
    check(&frame(0x83, b"hi"), 1002).await;
    check(&frame(0x8b, b"hi"), 1002).await;
    // A continuation of nothing, and a message inside another.
    check(&frame(0x80, b"hi"), 1002).await;
    check(&[frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002).await;
    // Control frames that are fragmented or long, and a close frame of one byte.
    check(&frame(0x09, b"hi"), 1002).await;
    check(&[0x89, 0xfe, 0, 126, 0, 0, 0, 0].iter().copied().chain([b'x'; 126]).collect::<Vec<_>>(), 1002)
        .await;
    check(&frame(0x88, &[3]), 1002).await;
    // No text.
    check(&frame(0x81, &[0xff, 0xfe]), 1007).await;
    check(&[frame(0x01, &[0xc3]), frame(0x80, &[0x28])].concat(), 1007).await;
    check(&frame(0x88, &[3, 232, 0xff]), 1007).await;
    // Lengths that are announced, and that nobody is to wait for.
    check(&[0x81, 0xfe, 0x80, 1, 0, 0, 0, 0], 1009).await;
    check(&[0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 1009).await;
    check(&[0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], 1009).await;
    check(&frame(0x82, b"binary"), 1003).await;
}

#[tokio::test]
async fn characters_may_be_split_between_frames() {
    let mut site = Site::of(api([("$default", one_way())])).await;
    let (mut stream, _) = handshake(&site, "/prod").await;
    stream
        .write_all(&[frame(0x01, &[0xc3]), frame(0x89, b"?"), frame(0x80, &[0xa4])].concat())
        .await
        .unwrap();
    assert_eq!(site.run().await.event["body"], "ä");
    let mut pong = [0; 3];
    stream.read_exact(&mut pong).await.unwrap();
    assert_eq!(pong, [0x8a, 1, b'?']);
}

#[tokio::test]
async fn a_close_frame_with_a_code_that_may_not_be_sent_is_a_broken_rule() {
    let mut site = Site::of(api([("$disconnect", one_way())])).await;
    for forbidden in [999_u16, 1004, 1005, 1006, 1015] {
        let (mut stream, _) = handshake(&site, "/prod").await;
        stream.write_all(&frame(0x88, &forbidden.to_be_bytes())).await.unwrap();
        assert_eq!(code(&mut stream).await, 1002, "{forbidden}");
        let told = site.run_of("$disconnect").await["requestContext"]["disconnectStatusCode"].take();
        assert_eq!(told, 1002, "{forbidden}");
    }
}

#[tokio::test]
async fn frames_may_come_byte_by_byte() {
    let mut site = Site::of(api([("$default", one_way())])).await;
    let (mut stream, _) = handshake(&site, "/prod").await;
    for byte in frame(0x81, b"slowly") {
        stream.write_all(&[byte]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(site.run().await.event["body"], "slowly");
}

#[tokio::test]
async fn half_a_frame_and_half_a_message_are_idle_like_others() {
    let mut site = Site::limited(api([("$disconnect", one_way())]), |limits| {
        limits.idle = Duration::from_millis(60);
        limits.farewell = Duration::from_millis(20);
    })
    .await;
    let halves: [Vec<u8>; 3] = [vec![0x81], vec![0x81, 0x84, 0, 0, 0, 0, b'h'], frame(0x01, b"half")];
    for half in halves {
        let (mut stream, _) = handshake(&site, "/prod").await;
        stream.write_all(&half).await.unwrap();
        assert_eq!(code(&mut stream).await, 1001, "{half:x?}");
        site.run_of("$disconnect").await;
    }
}

#[tokio::test]
async fn a_client_that_shuts_its_half_is_gone() {
    let mut site = Site::of(api([("$disconnect", one_way())])).await;
    for rest in [vec![], vec![0x81], frame(0x01, b"half")] {
        let (mut stream, _) = handshake(&site, "/prod").await;
        stream.write_all(&rest).await.unwrap();
        stream.shutdown().await.unwrap();
        let told = site.run_of("$disconnect").await["requestContext"]["disconnectStatusCode"].take();
        assert_eq!(told, 1006);
    }
}

#[tokio::test]
async fn both_sides_may_close_at_once() {
    let mut site = Site::of(api([("$disconnect", one_way())])).await;
    for _ in 0..20 {
        let (mut stream, _) = handshake(&site, "/prod").await;
        let id = site.only();
        let close = frame(0x88, &1000_u16.to_be_bytes());
        let (deleted, written) = tokio::join!(async { site.sockets.delete(&id) }, stream.write_all(&close));
        written.unwrap();
        deleted.unwrap();
        assert_eq!(code(&mut stream).await, 1000);
        site.run_of("$disconnect").await;
        assert!(site.sockets.connections().is_empty());
    }
    assert!(site.runs.try_recv().is_err(), "`$disconnect` runs once");
}

#[tokio::test]
async fn what_is_sent_after_a_close_frame_is_not_heard() {
    let mut site = Site::of(api([("$disconnect", one_way()), ("$default", one_way())])).await;
    let (mut stream, _) = handshake(&site, "/prod").await;
    let bytes = [frame(0x88, &1000_u16.to_be_bytes()), frame(0x81, b"unheard")].concat();
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(code(&mut stream).await, 1000);
    let context = site.run().await.event["requestContext"].take();
    assert_eq!(context["routeKey"], "$disconnect");
    assert!(site.runs.try_recv().is_err());
}

#[tokio::test]
async fn the_code_is_heard_even_by_who_goes_on_sending() {
    let site = Site::of(api([])).await;
    let (mut stream, _) = handshake(&site, "/prod").await;
    // Far more than the machine buffers, after a frame that is refused by its head.
    let head = [0x81, 0xff, 0, 0, 0, 0, 0, 80, 0, 0, 0, 0, 0, 0];
    stream.write_all(&head).await.unwrap();
    stream.write_all(&vec![b'x'; 5 * 1024 * 1024]).await.unwrap();
    assert_eq!(code(&mut stream).await, 1009);
}

#[tokio::test]
async fn clients_that_vanish_leave_nothing_behind() {
    let site = Site::of(crate::echo()).await;
    let mut others = site.connect().await;
    for _ in 0..50 {
        let (mut stream, _) = handshake(&site, "/prod").await;
        stream.write_all(&frame(0x81, b"{\"wait\":5}")).await.unwrap();
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    eventually(|| (site.sockets.connections().len() == 1).then_some(())).await;
    greet(&mut others).await;
}
