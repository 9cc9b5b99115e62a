//! Queues for who is in the same process: by ARN, without JSON.

use stackwright_queues::{Attribute, NewMessage, Receive};

use crate::bench::Bench;

const JOBS: &str = "arn:aws:sqs:us-east-1:000000000000:jobs";

#[tokio::test]
async fn a_message_is_sent_received_shown_again_and_deleted() {
    let bench = Bench::with(&[]);
    let attributes = [("ERROR_CODE".to_owned(), Attribute::string("NO_PERMISSIONS"))].into();
    bench.queues.send(JOBS, NewMessage { attributes, ..NewMessage::from("{}") }).unwrap();
    let received = bench.queues.receive(JOBS, Receive::default()).await.unwrap();
    assert_eq!(received[0].attributes["ERROR_CODE"], Attribute::string("NO_PERMISSIONS"));
    assert_eq!(received[0].system_attributes["SenderId"], "000000000000");
    bench.queues.hide(JOBS, &received[0].receipt_handle, 0).unwrap();
    let again = bench.queues.receive(JOBS, Receive::default()).await.unwrap();
    bench.queues.delete(JOBS, &again[0].receipt_handle).unwrap();
    bench.pass(60);
    assert!(bench.queues.receive(JOBS, Receive::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn messages_can_be_looked_at_and_stay_as_they_are() {
    let bench = Bench::with(&[("MessageRetentionPeriod", "60")]);
    for body in ["a", "b"] {
        bench.queues.send(JOBS, body).unwrap();
    }
    let seen = |most: usize| {
        let seen = bench.queues.look("jobs", most).unwrap().into_iter();
        seen.map(|it| (it.body, it.receives, it.is_hidden)).collect::<Vec<_>>()
    };
    let unreceived = |body: &str| (body.to_owned(), 0, false);
    assert_eq!(seen(10), [unreceived("a"), unreceived("b")]);
    assert_eq!(seen(1), [unreceived("a")]);
    bench.queues.receive(JOBS, Receive::default()).await.unwrap();
    assert_eq!(seen(10), [("a".to_owned(), 1, true), unreceived("b")]);
    // What is too old is gone, even if nobody has thrown it away yet.
    bench.pass(61);
    assert_eq!(seen(10), []);
    assert_eq!(bench.queues.look("nobody", 1).unwrap_err().kind, "QueueDoesNotExist");
}

#[tokio::test]
async fn no_more_than_four_mebibytes_are_looked_at() {
    let bench = Bench::with(&[]);
    let attributes = || [("a".to_owned(), Attribute::string("x".repeat(500_000)))].into();
    for _ in 0..5 {
        let body = NewMessage::from("x".repeat(500_000).as_str());
        bench.queues.send(JOBS, NewMessage { attributes: attributes(), ..body }).unwrap();
    }
    assert_eq!(bench.queues.look("jobs", 5).unwrap().len(), 4);
}

#[tokio::test]
async fn an_event_source_may_take_more_than_ten() {
    let bench = Bench::with(&[]);
    for number in 0..25 {
        bench.queues.send(JOBS, number.to_string()).unwrap();
    }
    let want = Receive { most: 1000, ..Receive::default() };
    assert_eq!(bench.queues.receive(JOBS, want).await.unwrap().len(), 25);
}

#[tokio::test]
async fn an_event_source_may_wait_for_ever_and_stop_waiting() {
    let bench = Bench::with(&[]);
    let want = Receive { wait: Some(i64::MAX), ..Receive::default() };
    {
        let mut waiting = std::pin::pin!(bench.queues.receive(JOBS, want));
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("there is nothing to receive"),
            () = tokio::task::yield_now() => {}
        }
        bench.queues.send(JOBS, "a").unwrap();
    }
    // What waited has gone, and has taken nothing along.
    assert_eq!(bench.receive("jobs").await[0]["Attributes"]["ApproximateReceiveCount"], "1");
}

#[tokio::test]
async fn queues_of_other_places_are_not_there() {
    let bench = Bench::with(&[]);
    for arn in [
        "arn:aws:sqs:eu-west-1:000000000000:jobs",
        "arn:aws:sqs:us-east-1:000000000000:nobody",
        "arn:aws:sns:us-east-1:000000000000:jobs",
        "jobs",
    ] {
        assert_eq!(bench.queues.send(arn, "a").unwrap_err().kind, "QueueDoesNotExist", "{arn}");
    }
}
