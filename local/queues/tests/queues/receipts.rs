//! Receipt handles: which still count, and what they can do.

use serde_json::json;

use crate::bench::Bench;

#[tokio::test]
async fn a_handle_counts_until_the_message_is_received_again() {
    let bench = Bench::with(&[("VisibilityTimeout", "5")]);
    bench.send("a").await;
    let first = bench.receive("jobs").await;
    bench.pass(5);
    let second = bench.receive("jobs").await;
    assert_ne!(first[0]["ReceiptHandle"], second[0]["ReceiptHandle"]);
    bench.delete("jobs", &first[0]).await;
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessagesNotVisible").await, "1");
    bench.delete("jobs", &second[0]).await;
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessagesNotVisible").await, "0");
}

#[tokio::test]
async fn a_visible_message_can_still_be_deleted() {
    let bench = Bench::with(&[("VisibilityTimeout", "5")]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    bench.pass(5);
    bench.delete("jobs", &received[0]).await;
    assert!(bench.receive("jobs").await.is_empty());
}

#[tokio::test]
async fn a_message_can_be_hidden_for_longer_or_shown_at_once() {
    let bench = Bench::with(&[("VisibilityTimeout", "5")]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    bench.pass(4);
    bench.hide("jobs", &received[0], 5).await.unwrap();
    bench.pass(4);
    assert!(bench.receive("jobs").await.is_empty());
    bench.hide("jobs", &received[0], 0).await.unwrap();
    assert_eq!(bench.receive("jobs").await.len(), 1);
}

#[tokio::test]
async fn a_message_is_hidden_for_twelve_hours_at_most() {
    let bench = Bench::with(&[("VisibilityTimeout", "43200")]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    bench.pass(100);
    let error = bench.hide("jobs", &received[0], 43_101).await.unwrap_err();
    assert_eq!(
        error.message,
        "Value 43101 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is \
         beyond the limit [43200 seconds]"
    );
    bench.hide("jobs", &received[0], 43_100).await.unwrap();
}

#[tokio::test]
async fn a_message_that_is_gone_cannot_be_hidden() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    bench.delete("jobs", &received[0]).await;
    let error = bench.hide("jobs", &received[0], 5).await.unwrap_err();
    assert_eq!(error.query_error, "InvalidParameterValue;Sender");
    assert!(
        error.message.ends_with("Message does not exist or is not available for visibility timeout change.")
    );
}

#[tokio::test]
async fn a_handle_is_of_one_queue() {
    let bench = Bench::with(&[]);
    bench.define("others", &[]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    for handle in [received[0]["ReceiptHandle"].clone(), json!("bm9uc2Vuc2U="), json!("%"), json!("")] {
        let request = json!({ "QueueUrl": "others", "ReceiptHandle": handle });
        let error = bench.try_call("DeleteMessage", request).await.unwrap_err();
        assert_eq!((error.status, error.kind.as_str()), (404, "ReceiptHandleIsInvalid"), "{handle}");
        assert_eq!(error.body["__type"], "com.amazonaws.sqs#ReceiptHandleIsInvalid");
    }
}
