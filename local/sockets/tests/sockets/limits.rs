//! How much may be sent.

use futures_util::SinkExt as _;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::{Client, Site, api, closing, greet, hear, one_way, say};

const KILOBYTE: usize = 1024;

/// Sends one message in frames of these sizes.
async fn send(client: &mut Client, sizes: &[usize]) {
    for (index, size) in sizes.iter().enumerate() {
        let kind = if index == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message(vec![b'x'; *size], OpCode::Data(kind), index + 1 == sizes.len());
        // A server that has closed already is what some of these tests are about.
        let _closed = client.send(Message::Frame(frame)).await;
    }
}

#[tokio::test]
async fn frames_and_messages_have_limits() {
    let check = async |sizes: &[usize], is_taken: bool| {
        let mut site = Site::of(api([("$default", one_way()), ("$disconnect", one_way())])).await;
        let mut client = site.connect().await;
        send(&mut client, sizes).await;
        if is_taken {
            let event = site.run_of("$default").await;
            assert_eq!(event["body"].as_str().unwrap().len(), sizes.iter().sum::<usize>());
        } else {
            assert_eq!(closing(&mut client).await.0, 1009, "{sizes:?}");
            drop(client);
            let code = site.run_of("$disconnect").await["requestContext"]["disconnectStatusCode"].take();
            assert_eq!(code, 1009, "{sizes:?}");
        }
    };
    let frame = 32 * KILOBYTE;
    check(&[frame], true).await;
    check(&[frame + 1], false).await;
    check(&[1, frame, 1], true).await;
    check(&[1, frame + 1], false).await;
    check(&[frame; 4], true).await;
    check(&[frame, frame, frame, frame, 1], false).await;
    check(&[frame; 12], false).await;
    check(&[64 * KILOBYTE, 64 * KILOBYTE], false).await;
    check(&[10 * 1024 * KILOBYTE], false).await;
}

#[tokio::test]
async fn an_answer_has_a_messages_size_at_most() {
    let site = Site::limited(crate::echo(), |limits| limits.message = 1000).await;
    let mut client = site.connect().await;
    let answer = |size: usize| json!({"answer": {"statusCode": 200, "body": "x".repeat(size)}});
    say(&mut client, &answer(900)).await;
    assert_eq!(hear(&mut client).await.len(), 900);
    let site = Site::limited(crate::echo(), |limits| limits.message = 128).await;
    let mut client = site.connect().await;
    let task =
        json!({"answer": {"statusCode": 200, "isBase64Encoded": false, "body": "ü".repeat(30)}}).to_string();
    assert!(task.len() <= 128);
    client.send(Message::text(task)).await.unwrap();
    assert_eq!(hear(&mut client).await.chars().count(), 30);
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_an_error_to_its_client() {
    use stackwright_sockets::{Integration, Route};
    let mock = Integration::Mock { status: 200, body: Some("x".repeat(128 * KILOBYTE + 1)) };
    let route = Route { integration: Some(mock), is_two_way: true, ..Route::default() };
    let site = Site::of(api([("$default", crate::two_way()), ("long", route)])).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"action": "long"})).await;
    assert!(hear(&mut client).await.starts_with(r#"{"message": "Message too long", "connectionId":""#));
    greet(&mut client).await;
}

#[tokio::test]
async fn pings_are_answered() {
    use futures_util::StreamExt as _;
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    client.send(Message::Ping("are you there?".into())).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("are you there?".into()));
}
