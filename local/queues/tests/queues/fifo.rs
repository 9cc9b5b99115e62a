//! FIFO queues: order within groups, and nothing twice.

use serde_json::{Value, json};

use crate::bench::{Bench, bodies};

const BY_CONTENT: (&str, &str) = ("ContentBasedDeduplication", "true");

#[tokio::test]
async fn while_a_group_is_in_flight_its_next_message_waits() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    for (group, body) in [("a", "a1"), ("a", "a2"), ("b", "b1")] {
        bench.send_to_group(group, body).await;
    }
    let first = bench.receive_up_to(1, "jobs.fifo").await;
    assert_eq!(bodies(&first), ["a1"]);
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["b1"]);
    assert!(bench.receive("jobs.fifo").await.is_empty());
    bench.delete("jobs.fifo", &first[0]).await;
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["a2"]);
}

#[tokio::test]
async fn one_receive_may_take_several_of_a_group_in_order() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    for body in ["1", "2", "3"] {
        bench.send_to_group("a", body).await;
    }
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_message_that_comes_back_comes_before_later_ones() {
    let bench = Bench::fifo(&[BY_CONTENT, ("VisibilityTimeout", "5")]);
    bench.send_to_group("a", "1").await;
    bench.receive("jobs.fifo").await;
    bench.send_to_group("a", "2").await;
    assert!(bench.receive("jobs.fifo").await.is_empty());
    bench.pass(5);
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["1", "2"]);
}

#[tokio::test]
async fn one_of_two_given_back_waits_for_the_other() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    bench.send_to_group("a", "1").await;
    bench.send_to_group("a", "2").await;
    let both = bench.receive("jobs.fifo").await;
    bench.hide("jobs.fifo", &both[0], 0).await.unwrap();
    assert!(bench.receive("jobs.fifo").await.is_empty());
    bench.hide("jobs.fifo", &both[1], 0).await.unwrap();
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["1", "2"]);
}

#[tokio::test]
async fn a_delayed_message_does_not_hold_back_earlier_ones() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    bench.send_to_group("a", "1").await;
    bench.define("jobs.fifo", &[("FifoQueue", "true"), BY_CONTENT, ("DelaySeconds", "5")]);
    bench.send_to_group("a", "2").await;
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["1"]);
}

#[tokio::test]
async fn sequence_numbers_have_twenty_digits_and_grow() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    let numbers = [bench.send_to_group("a", "1").await, bench.send_to_group("b", "2").await]
        .map(|sent| sent["SequenceNumber"].as_str().unwrap().to_owned());
    assert!(numbers.iter().all(|number| number.len() == 20));
    assert!(numbers[0] < numbers[1]);
    assert_eq!(bench.receive("jobs.fifo").await[0]["Attributes"]["SequenceNumber"], *numbers[0]);
}

#[tokio::test]
async fn the_same_content_is_not_taken_twice_in_five_minutes() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    let first = bench.send_to_group("a", "1").await;
    bench.pass(299);
    assert_eq!(bench.send_to_group("a", "1").await, first);
    let received = bench.receive("jobs.fifo").await;
    assert_eq!(received.len(), 1);
    let of_body = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    assert_eq!(received[0]["Attributes"]["MessageDeduplicationId"], of_body);
    bench.delete("jobs.fifo", &received[0]).await;
    bench.pass(1);
    assert_ne!(bench.send_to_group("a", "1").await, first);
    assert_eq!(bench.receive("jobs.fifo").await.len(), 1);
}

fn with_id(group: &str, id: &str, body: &str) -> Value {
    json!({
        "QueueUrl": "jobs.fifo", "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": id,
    })
}

#[tokio::test]
async fn an_id_of_the_senders_counts_instead_of_the_content() {
    let bench = Bench::fifo(&[BY_CONTENT]);
    for (id, body) in [("x", "1"), ("y", "1"), ("x", "2")] {
        bench.call("SendMessage", with_id("a", id, body)).await;
    }
    assert_eq!(bodies(&bench.receive("jobs.fifo").await), ["1", "1"]);
}

#[tokio::test]
async fn ids_are_told_apart_by_queue_or_by_group() {
    for (scope, expected) in [("queue", 1), ("messageGroup", 2)] {
        let bench = Bench::fifo(&[("DeduplicationScope", scope)]);
        bench.call("SendMessage", with_id("a", "x", "1")).await;
        bench.call("SendMessage", with_id("b", "x", "1")).await;
        assert_eq!(bench.receive("jobs.fifo").await.len(), expected, "{scope}");
    }
}

#[tokio::test]
async fn a_handle_ends_with_the_time_its_message_is_hidden() {
    let bench = Bench::fifo(&[BY_CONTENT, ("VisibilityTimeout", "5")]);
    bench.send_to_group("a", "1").await;
    let received = bench.receive("jobs.fifo").await;
    bench.pass(5);
    let request = json!({ "QueueUrl": "jobs.fifo", "ReceiptHandle": received[0]["ReceiptHandle"] });
    let error = bench.try_call("DeleteMessage", request).await.unwrap_err();
    assert!(error.message.ends_with("Reason: The receipt handle has expired."), "{error}");
}

#[tokio::test]
async fn what_a_fifo_queue_demands() {
    let bench = Bench::fifo(&[]);
    let check = async |request: Value, code: &str, message: &str| {
        let error = bench.try_call("SendMessage", request).await.unwrap_err();
        assert_eq!((error.query_error.as_str(), error.message.as_str()), (code, message));
    };
    let bare = json!({ "QueueUrl": "jobs.fifo", "MessageBody": "a" });
    check(bare, "MissingParameter;Sender", "The request must contain the parameter MessageGroupId.").await;
    check(
        json!({ "QueueUrl": "jobs.fifo", "MessageBody": "a", "MessageGroupId": "a" }),
        "InvalidParameterValue;Sender",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    )
    .await;
    let mut late = with_id("a", "x", "1");
    late["DelaySeconds"] = json!(5);
    check(
        late,
        "InvalidParameterValue;Sender",
        "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for \
         this queue type.",
    )
    .await;
}
