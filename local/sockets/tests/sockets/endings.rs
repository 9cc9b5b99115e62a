//! How connections end: what the client is told, what `$disconnect` is told.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stackwright_sockets::What;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::{Api, Client, LONG, Site, api, closing, greet, one_way, say, two_way};

fn watched() -> Api {
    api([("$disconnect", one_way()), ("$default", two_way())])
}

/// What `$disconnect` is told.
async fn told(site: &mut Site) -> (u64, String) {
    let context = site.run_of("$disconnect").await["requestContext"].take();
    let reason = context["disconnectReason"].as_str().unwrap().to_owned();
    (context["disconnectStatusCode"].as_u64().unwrap(), reason)
}

async fn end_of(site: &mut Site, end: impl AsyncFnOnce(Client)) -> (u64, String) {
    let mut client = site.connect().await;
    greet(&mut client).await;
    end(client).await;
    told(site).await
}

#[tokio::test]
async fn a_client_closes_with_or_without_a_code() {
    let mut site = Site::of(watched()).await;
    let mut check = async |code: Option<u16>, reason: &'static str, expected: (u64, &str)| {
        let end = async |mut client: Client| {
            let frame = code.map(|code| CloseFrame { code: code.into(), reason: reason.into() });
            client.close(frame.clone()).await.unwrap();
            // The close frame comes back as it was.
            match client.next().await.unwrap().unwrap() {
                Message::Close(answer) => assert_eq!(answer, frame),
                other => panic!("{other:?}"),
            }
            assert!(client.next().await.is_none());
        };
        let told = end_of(&mut site, end).await;
        assert_eq!(told, (expected.0, expected.1.to_owned()));
    };
    check(None, "", (1005, "Client-side close frame status not set")).await;
    check(Some(1000), "", (1000, "")).await;
    check(Some(1001), "", (1001, "")).await;
    check(Some(1000), "bye", (1000, "bye")).await;
    check(Some(4711), "own code", (4711, "own code")).await;
}

#[tokio::test]
async fn a_client_vanishes() {
    let mut site = Site::of(watched()).await;
    let told = end_of(&mut site, async |client| drop(client)).await;
    assert_eq!(told, (1006, "Connection closed abnormally".to_owned()));
}

#[tokio::test]
async fn a_deleted_connection_is_closed_normally() {
    let mut site = Site::of(watched()).await;
    let sockets = site.sockets.clone();
    let told = end_of(&mut site, async |mut client| {
        let id = sockets.connections()[0].id.clone();
        sockets.post(&id, "last words").unwrap();
        sockets.delete(&id).unwrap();
        assert_eq!(crate::hear(&mut client).await, "last words");
        assert_eq!(closing(&mut client).await, (1000, "Connection Closed Normally".to_owned()));
    });
    assert_eq!(told.await, (1000, "Connection Closed Normally".to_owned()));
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let mut site = Site::limited(watched(), |limits| limits.idle = Duration::from_millis(60)).await;
    let told = end_of(&mut site, async |mut client| {
        assert_eq!(closing(&mut client).await, (1001, "Going away".to_owned()));
    });
    assert_eq!(told.await, (1001, "Going away".to_owned()));
}

#[tokio::test]
async fn what_either_side_sends_keeps_a_connection_from_being_idle() {
    let site = Site::limited(watched(), |limits| limits.idle = Duration::from_millis(400)).await;
    let mut client = site.connect().await;
    let id = site.only();
    for turn in 0..6 {
        tokio::time::sleep(Duration::from_millis(80)).await;
        match turn % 3 {
            0 => greet(&mut client).await,
            1 => client.send(Message::Ping("?".into())).await.unwrap(),
            _ => site.sockets.post(&id, "still there?").unwrap(),
        }
        if turn % 3 == 2 {
            assert_eq!(crate::hear(&mut client).await, "still there?");
        }
    }
    assert_eq!(closing(&mut client).await.0, 1001);
}

#[tokio::test]
async fn an_old_connection_is_closed_however_lively_it_is() {
    let mut site = Site::limited(watched(), |limits| limits.lifetime = Duration::from_millis(80)).await;
    let told = end_of(&mut site, async |mut client| {
        let (mut writer, mut reader) = (&mut client).split();
        let talk = async {
            loop {
                if writer.send(Message::text("{}")).await.is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let end = async {
            loop {
                if let Message::Close(frame) = reader.next().await.unwrap().unwrap() {
                    return frame.unwrap().code.into();
                }
            }
        };
        let code: u16 = tokio::select! { code = end => code, () = talk => unreachable!() };
        assert_eq!(code, 1001);
    });
    assert_eq!(told.await.0, 1001);
}

#[tokio::test]
async fn binary_messages_are_not_taken() {
    let mut site = Site::of(watched()).await;
    let told = end_of(&mut site, async |mut client| {
        client.send(Message::binary(vec![0, 159, 146, 150])).await.unwrap();
        assert_eq!(closing(&mut client).await.0, 1003);
    });
    assert_eq!(told.await.0, 1003);
}

#[tokio::test]
async fn the_end_is_told_after_disconnect_has_run() {
    let site = Site::of(watched()).await;
    let mut client = site.connect().await;
    client.close(None).await.unwrap();
    let (closing, failure) = site
        .hears(|what| match what {
            What::Disconnected { closing, failure, .. } => Some((closing.clone(), failure.clone())),
            _ => None,
        })
        .await;
    assert_eq!((closing.code, failure), (1005, None));
}

#[tokio::test]
async fn a_message_in_the_hands_of_a_function_survives_its_connection() {
    let site = Site::of(watched()).await;
    let mut client = site.connect().await;
    say(&mut client, &json!({"wait": 50, "answer": {"statusCode": 200, "body": "too late"}})).await;
    drop(client);
    let failure = site.hears(|what| match what {
        What::Message { failure, .. } => Some(failure.clone()),
        _ => None,
    });
    assert_eq!(failure.await, None);
    assert!(!site.told.lock().unwrap().iter().any(|told| matches!(told.what, What::Replied { .. })));
}

#[tokio::test]
async fn a_refused_connection_is_not_disconnected() {
    let mut site = Site::of(api([("$connect", one_way()), ("$disconnect", one_way())])).await;
    site.try_connect(&json!({"answer": {"statusCode": 403}})).await.unwrap_err();
    site.try_connect(&Value::Null).await.unwrap().close(None).await.unwrap();
    let routes = [site.run().await, site.run().await, site.run().await]
        .map(|run| run.event["requestContext"]["routeKey"].as_str().unwrap().to_owned());
    assert_eq!(routes, ["$connect", "$connect", "$disconnect"]);
}

#[tokio::test]
async fn shutting_down_closes_everything_and_lets_nobody_in() {
    let mut site = Site::of(watched()).await;
    let mut clients = vec![site.connect().await, site.connect().await];
    let sockets = site.sockets.clone();
    let stopping = tokio::spawn(async move { sockets.shutdown().await });
    for client in &mut clients {
        assert_eq!(closing(client).await, (1001, "Going away".to_owned()));
        while client.next().await.is_some() {}
    }
    stopping.await.unwrap();
    assert!(site.sockets.connections().is_empty());
    assert_eq!(site.try_connect(&Value::Null).await.unwrap_err().status, 503);
    assert!(site.runs.try_recv().is_err(), "no `$disconnect`");
}

#[tokio::test]
async fn disconnect_does_not_wait_for_a_client_to_answer_a_close_frame() {
    let mut site = Site::limited(watched(), |limits| limits.farewell = LONG).await;
    let _client = site.connect().await;
    let id = site.only();
    site.sockets.delete(&id).unwrap();
    assert_eq!(told(&mut site).await.0, 1000);
    assert!(site.sockets.connections().is_empty());
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_ever_for_such_a_client() {
    let site = Site::limited(watched(), |limits| limits.farewell = Duration::from_millis(50)).await;
    let _client = site.connect().await;
    tokio::time::timeout(LONG, site.sockets.shutdown()).await.unwrap();
}
