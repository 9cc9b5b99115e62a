//! Messages that were received too often, and the way back.

use std::sync::{Arc, Mutex};

use serde_json::json;
use stackwright_queues::Receive;

use crate::bench::{Bench, START, bodies};

const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const JOBS: &str = "arn:aws:sqs:us-east-1:000000000000:jobs";

/// `jobs`, whose messages go to `dead` after two receives; hidden for no time.
fn bench() -> Bench {
    let policy = json!({ "deadLetterTargetArn": DEAD, "maxReceiveCount": 2 }).to_string();
    let bench = Bench::with(&[("VisibilityTimeout", "0"), ("RedrivePolicy", &policy)]);
    bench.define("dead", &[]);
    bench
}

#[tokio::test]
async fn after_so_many_receives_a_message_goes_to_the_dead_letter_queue() {
    let bench = bench();
    let sent = bench.send("a").await;
    for _ in 0..2 {
        assert_eq!(bench.receive("jobs").await.len(), 1);
    }
    assert!(bench.receive("dead").await.is_empty());
    bench.pass(7);
    assert!(bench.receive("jobs").await.is_empty());
    let dead = bench.receive("dead").await;
    assert_eq!(dead[0]["MessageId"], sent["MessageId"]);
    let attributes = &dead[0]["Attributes"];
    assert_eq!(attributes["ApproximateReceiveCount"], "3");
    assert_eq!(attributes["DeadLetterQueueSourceArn"], JOBS);
    assert_eq!(attributes["SentTimestamp"], START.to_string());
}

#[tokio::test]
async fn each_message_that_goes_there_is_told() {
    let bench = bench();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    bench.queues.tell(move |from, to| heard.lock().unwrap().push(format!("{from} {to}")));
    for body in ["a", "b"] {
        bench.send(body).await;
        bench.receive("jobs").await;
        bench.receive("jobs").await;
    }
    assert_eq!(*told.lock().unwrap(), ["jobs dead"]);
    assert!(bench.receive("jobs").await.is_empty());
    assert_eq!(*told.lock().unwrap(), ["jobs dead", "jobs dead"]);
}

#[tokio::test]
async fn others_are_received_past_it() {
    let bench = bench();
    bench.send("a").await;
    bench.receive("jobs").await;
    bench.receive("jobs").await;
    bench.send("b").await;
    assert_eq!(bodies(&bench.receive("jobs").await), ["b"]);
}

#[tokio::test]
async fn without_its_dead_letter_queue_a_queue_keeps_messages() {
    let bench = bench();
    bench.queues.remove("dead").unwrap();
    bench.send("a").await;
    for _ in 0..4 {
        assert_eq!(bench.receive("jobs").await.len(), 1);
    }
}

#[tokio::test]
async fn a_waiting_receiver_of_the_dead_letter_queue_gets_it() {
    let bench = bench();
    bench.send("a").await;
    bench.receive("jobs").await;
    bench.receive("jobs").await;
    let waiting = bench.queues.receive(DEAD, Receive { wait: Some(20), ..Receive::default() });
    let (received, _) = tokio::join!(waiting, bench.receive("jobs"));
    assert_eq!(received.unwrap()[0].body, "a");
}

#[tokio::test]
async fn a_fifo_queues_messages_stay_in_order() {
    let dead = "arn:aws:sqs:us-east-1:000000000000:dead.fifo";
    let policy = json!({ "deadLetterTargetArn": dead, "maxReceiveCount": "1" }).to_string();
    let content = ("ContentBasedDeduplication", "true");
    let bench = Bench::fifo(&[("VisibilityTimeout", "0"), ("RedrivePolicy", &policy), content]);
    bench.define("dead.fifo", &[("FifoQueue", "true")]);
    let sent = bench.send_to_group("a", "1").await;
    bench.send_to_group("a", "2").await;
    bench.receive("jobs.fifo").await;
    bench.receive("jobs.fifo").await;
    let dead = bench.receive("dead.fifo").await;
    assert_eq!(bodies(&dead), ["1", "2"]);
    assert!(dead[0]["Attributes"]["SequenceNumber"].as_str() > sent["SequenceNumber"].as_str());
}

#[tokio::test]
async fn a_move_task_brings_messages_back_where_they_came_from() {
    let bench = bench();
    bench.send("a").await;
    for _ in 0..3 {
        bench.receive("jobs").await;
    }
    let answer = bench.call("StartMessageMoveTask", json!({ "SourceArn": DEAD })).await;
    assert!(answer["TaskHandle"].is_string());
    let received = bench.receive("jobs").await;
    assert_eq!(bodies(&received), ["a"]);
    assert_eq!(received[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(received[0]["Attributes"].get("DeadLetterQueueSourceArn"), None);
}

#[tokio::test]
async fn or_to_another_queue() {
    let bench = bench();
    bench.define("others", &[]);
    bench.call("SendMessage", json!({ "QueueUrl": "dead", "MessageBody": "a" })).await;
    bench.call("StartMessageMoveTask", json!({ "SourceArn": DEAD })).await;
    assert_eq!(bench.attribute("dead", "ApproximateNumberOfMessages").await, "1");
    let request = json!({ "SourceArn": DEAD, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:others" });
    bench.call("StartMessageMoveTask", request).await;
    assert_eq!(bodies(&bench.receive("others").await), ["a"]);
}

#[tokio::test]
async fn moves_that_cannot_be() {
    let bench = bench();
    bench.call("SendMessage", json!({ "QueueUrl": "dead", "MessageBody": "a" })).await;
    let check = async |source: &str, destination: Option<&str>, kind: &str, message: &str| {
        let request = json!({ "SourceArn": source, "DestinationArn": destination });
        let error = bench.try_call("StartMessageMoveTask", request).await.unwrap_err();
        assert_eq!((error.kind.as_str(), error.message.as_str()), (kind, message));
    };
    let wrong = "Source queue must be configured as a Dead Letter Queue.";
    check(JOBS, None, "InvalidParameterValueException", wrong).await;
    let missing = "The resource that you specified for the SourceArn parameter doesn't exist.";
    check("nobody", None, "ResourceNotFoundException", missing).await;
    let missing = "The resource that you specified for the DestinationArn parameter doesn't exist.";
    check(DEAD, Some("nobody"), "ResourceNotFoundException", missing).await;
    assert_eq!(bench.attribute("dead", "ApproximateNumberOfMessages").await, "1");
}

#[tokio::test]
async fn a_dead_letter_queue_knows_its_sources() {
    let bench = bench();
    let request = json!({ "QueueUrl": "dead" });
    let answer = bench.call("ListDeadLetterSourceQueues", request).await;
    assert_eq!(answer, json!({ "queueUrls": ["http://127.0.0.1:4566/000000000000/jobs"] }));
    assert_eq!(bench.call("ListDeadLetterSourceQueues", json!({ "QueueUrl": "jobs" })).await, json!({}));
}

#[tokio::test]
async fn policies_that_no_queue_can_have() {
    let bench = bench();
    bench.define("closed", &[("RedriveAllowPolicy", r#"{"redrivePermission":"denyAll"}"#)]);
    bench.define("dead.fifo", &[("FifoQueue", "true")]);
    let arn = |name: &str| format!("arn:aws:sqs:us-east-1:000000000000:{name}");
    for (target, count, reason) in [
        ("nobody", 3, "Dead letter target does not exist."),
        ("dead.fifo", 3, "Dead-letter queue must be same type of queue as the source."),
        ("closed", 3, "Source queue is not allowed by the RedriveAllowPolicy of the target."),
        ("dead", 0, "Invalid value for maxReceiveCount: must be between 1 and 1000."),
        ("dead", 1001, "Invalid value for maxReceiveCount: must be between 1 and 1000."),
    ] {
        let policy = json!({ "deadLetterTargetArn": arn(target), "maxReceiveCount": count }).to_string();
        let request = json!({ "QueueUrl": "jobs", "Attributes": { "RedrivePolicy": policy } });
        let error = bench.try_call("SetQueueAttributes", request).await.unwrap_err();
        assert_eq!(
            error.message,
            format!("Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}")
        );
    }
}
