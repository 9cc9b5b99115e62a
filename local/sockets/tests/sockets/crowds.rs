//! Many connections, floods, and clients that do not read.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use stackwright_sockets::{PostError, What};
use tokio_tungstenite::tungstenite::Message;

use crate::{Client, Site, api, eventually, greet, hear, one_way, say};

async fn crowd(site: &Site, size: usize) -> Vec<Client> {
    futures_util::stream::iter(0..size).map(|_| site.connect()).buffered(50).collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_hear_a_broadcast_within_a_second() {
    let site = Site::of(crate::echo()).await;
    let mut clients = crowd(&site, 1_000).await;
    let ids: Vec<_> = site.sockets.connections().into_iter().map(|info| info.id).collect();
    assert_eq!(ids.len(), 1_000);
    let begun = Instant::now();
    for id in &ids {
        site.sockets.post(id, "to all").unwrap();
    }
    for client in &mut clients {
        assert_eq!(hear(client).await, "to all");
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn who_does_not_read_is_not_posted_to_for_ever_and_disturbs_nobody() {
    let site = Site::of(crate::echo()).await;
    let mut slow = site.connect().await;
    let slow_id = site.only();
    let mut quick = site.connect().await;
    let message = "x".repeat(64 * 1024);
    let mut taken = 0;
    // What the machine buffers between the two is some megabytes; what we do is bounded.
    let error = loop {
        match site.sockets.post(&slow_id, message.clone()) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        tokio::task::yield_now().await;
        assert!(taken < 10_000, "nothing bounds what waits");
    };
    let PostError::ClientTooSlow { waiting } = error else { panic!("{error}") };
    assert!(waiting <= 256 * 1024, "{waiting}");
    greet(&mut quick).await;
    for _ in 0..taken {
        assert_eq!(hear(&mut slow).await.len(), message.len());
    }
    greet(&mut slow).await;
}

#[tokio::test]
async fn a_slow_reader_is_still_heard_and_can_be_deleted() {
    let mut site = Site::limited(api([("$default", one_way()), ("$disconnect", one_way())]), |limits| {
        limits.farewell = Duration::from_millis(50);
    })
    .await;
    let mut client = site.connect().await;
    let id = site.only();
    while site.sockets.post(&id, vec![b'x'; 128 * 1024]).is_ok() {
        tokio::task::yield_now().await;
    }
    say(&mut client, &json!({})).await;
    site.run_of("$default").await;
    site.sockets.delete(&id).unwrap();
    site.run_of("$disconnect").await;
    assert!(site.sockets.connections().is_empty());
}

#[tokio::test]
async fn a_flood_of_messages_is_handled_a_few_at_a_time() {
    let mut site = Site::limited(crate::echo(), |limits| limits.in_flight = 3).await;
    let mut client = site.connect().await;
    for _ in 0..8 {
        say(&mut client, &json!({"gate": true, "answer": {"statusCode": 200, "body": "done"}})).await;
    }
    for _ in 0..3 {
        site.run().await;
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(site.runs.try_recv().is_err(), "a fourth message is read");
    site.gate.add_permits(8);
    for _ in 0..8 {
        assert_eq!(hear(&mut client).await, "done");
    }
}

#[tokio::test]
async fn a_flood_of_pings_from_one_who_does_not_read_disturbs_nobody() {
    let site = Site::of(crate::echo()).await;
    let mut client = site.connect().await;
    let flood = async {
        for _ in 0..200_000 {
            client.feed(Message::Ping(vec![b'p'; 125].into())).await.unwrap();
        }
        client.flush().await.unwrap();
    };
    // Answers fill what the machine buffers, and then either side stops or answers are left out.
    let _stuck = tokio::time::timeout(Duration::from_millis(500), flood).await;
    let mut other = site.connect().await;
    greet(&mut other).await;
}

#[tokio::test]
async fn replies_wait_for_a_slow_reader() {
    let site = Site::limited(crate::echo(), |limits| limits.in_flight = 4).await;
    let mut client = site.connect().await;
    let body = "x".repeat(30 * 1024);
    let task = json!({"answer": {"statusCode": 200, "body": body}}).to_string();
    let (mut writer, mut reader) = (&mut client).split();
    const COUNT: usize = 250;
    let send = async {
        for _ in 0..COUNT {
            writer.send(Message::text(task.clone())).await.unwrap();
        }
    };
    let read = async {
        // Long enough for all buffers to be full.
        tokio::time::sleep(Duration::from_millis(200)).await;
        for _ in 0..COUNT {
            assert_eq!(reader.next().await.unwrap().unwrap().len(), body.len());
        }
    };
    tokio::join!(send, read);
    let replied =
        || site.told.lock().unwrap().iter().filter(|told| matches!(told.what, What::Replied { .. })).count();
    eventually(|| (replied() == COUNT).then_some(())).await;
}
