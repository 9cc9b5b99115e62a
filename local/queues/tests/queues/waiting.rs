//! Long polls: they end with a message, or with their time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::Bench;

/// Receives from `jobs` within 20 s while something else happens; answers what came, which must be at once.
async fn check(bench: &Bench, meanwhile: impl AsyncFnOnce(), expected: usize) {
    let began = Instant::now();
    let request = json!({ "QueueUrl": "jobs", "WaitTimeSeconds": 20, "MaxNumberOfMessages": 10 });
    let later = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        meanwhile().await;
    };
    let (answer, ()) = tokio::join!(bench.call("ReceiveMessage", request), later);
    assert_eq!(answer.get("Messages").and_then(Value::as_array).map_or(0, Vec::len), expected);
    assert!(began.elapsed() < Duration::from_secs(2), "waited {:?}", began.elapsed());
}

#[tokio::test]
async fn a_message_sent_meanwhile_is_received_at_once() {
    let bench = Bench::with(&[]);
    check(&bench, async || drop(bench.send("a").await), 1).await;
}

#[tokio::test]
async fn so_is_one_that_is_given_back() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    check(&bench, async || drop(bench.hide("jobs", &received[0], 0).await.unwrap()), 1).await;
}

#[tokio::test]
async fn of_several_waiting_one_gets_the_message() {
    let bench = Bench::with(&[]);
    let request = |wait: u64| json!({ "QueueUrl": "jobs", "WaitTimeSeconds": wait });
    let (one, other, _) = tokio::join!(
        bench.call("ReceiveMessage", request(1)),
        bench.call("ReceiveMessage", request(1)),
        async {
            tokio::task::yield_now().await;
            bench.send("a").await
        },
    );
    assert_eq!(usize::from(one != json!({})) + usize::from(other != json!({})), 1);
}

#[tokio::test]
async fn without_a_message_it_ends_with_its_time() {
    let bench = Bench::with(&[("ReceiveMessageWaitTimeSeconds", "1")]);
    let began = Instant::now();
    assert!(bench.receive("jobs").await.is_empty());
    let waited = began.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(2)).contains(&waited), "waited {waited:?}");
    // Zero of the receiver's counts more than the queue's one.
    let request = json!({ "QueueUrl": "jobs", "WaitTimeSeconds": 0 });
    bench.call("ReceiveMessage", request).await;
    assert!(began.elapsed() - waited < Duration::from_millis(500));
}

#[tokio::test]
async fn a_queue_deleted_meanwhile_ends_the_wait() {
    let bench = Bench::with(&[]);
    let request = json!({ "QueueUrl": "jobs", "WaitTimeSeconds": 20 });
    let (answer, ()) = tokio::join!(bench.try_call("ReceiveMessage", request), async {
        tokio::task::yield_now().await;
        bench.queues.remove("jobs").unwrap();
    });
    assert_eq!(answer.unwrap_err().kind, "QueueDoesNotExist");
}
