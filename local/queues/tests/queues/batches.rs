//! Ten at once, each for itself.

use serde_json::{Value, json};

use crate::bench::{Bench, bodies};

#[tokio::test]
async fn each_entry_of_a_batch_is_sent() {
    let bench = Bench::with(&[]);
    let entries = json!([{ "Id": "one", "MessageBody": "a" }, { "Id": "two", "MessageBody": "b" }]);
    let answer = bench.call("SendMessageBatch", json!({ "QueueUrl": "jobs", "Entries": entries })).await;
    assert_eq!(
        answer,
        json!({
            "Successful": [
                { "Id": "one", "MessageId": "id-1", "MD5OfMessageBody": "0cc175b9c0f1b6a831c399e269772661" },
                { "Id": "two", "MessageId": "id-2", "MD5OfMessageBody": "92eb5ffee6ae2fec3ad71c777531578f" },
            ],
            "Failed": [],
        })
    );
    assert_eq!(bodies(&bench.receive("jobs").await), ["a", "b"]);
}

#[tokio::test]
async fn a_bad_entry_fails_alone() {
    let bench = Bench::with(&[]);
    let entries = json!([{ "Id": "bad", "MessageBody": "\u{1}" }, { "Id": "good", "MessageBody": "b" }]);
    let answer = bench.call("SendMessageBatch", json!({ "QueueUrl": "jobs", "Entries": entries })).await;
    assert_eq!(answer["Successful"][0]["Id"], "good");
    let failed = &answer["Failed"][0];
    assert_eq!((&failed["Id"], &failed["SenderFault"]), (&json!("bad"), &json!(true)));
    assert_eq!(failed["Code"], "InvalidMessageContents");
}

#[tokio::test]
async fn messages_are_hidden_and_deleted_in_batches() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    bench.send("b").await;
    let received = bench.receive("jobs").await;
    let entry =
        |id: &str, index: usize| json!({ "Id": id, "ReceiptHandle": received[index]["ReceiptHandle"] });
    let mut shown = entry("x", 0);
    shown["VisibilityTimeout"] = json!(0);
    let request = json!({ "QueueUrl": "jobs", "Entries": [shown] });
    let answer = bench.call("ChangeMessageVisibilityBatch", request).await;
    assert_eq!(answer, json!({ "Successful": [{ "Id": "x" }], "Failed": [] }));
    assert_eq!(bodies(&bench.receive("jobs").await), ["a"]);
    let request =
        json!({ "QueueUrl": "jobs", "Entries": [entry("y", 1), { "Id": "z", "ReceiptHandle": "?" }] });
    let answer = bench.call("DeleteMessageBatch", request).await;
    assert_eq!(answer["Successful"], json!([{ "Id": "y" }]));
    assert_eq!(answer["Failed"][0]["Code"], "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn batches_that_fail_as_a_whole() {
    let bench = Bench::with(&[]);
    let check = async |entries: Value, kind: &str, message: &str| {
        let request = json!({ "QueueUrl": "jobs", "Entries": entries });
        let error = bench.try_call("SendMessageBatch", request).await.unwrap_err();
        assert_eq!((error.kind.as_str(), error.message.as_str()), (kind, message));
        assert_eq!(error.query_error, format!("AWS.SimpleQueueService.{kind};Sender"));
        assert!(bench.receive("jobs").await.is_empty());
    };
    let entry = |id: &str| json!({ "Id": id, "MessageBody": "a" });
    check(
        json!([]),
        "EmptyBatchRequest",
        "There should be at least one SendMessageBatchRequestEntry in the request.",
    )
    .await;
    let eleven: Vec<_> = (0..11).map(|number| entry(&number.to_string())).collect();
    check(
        json!(eleven),
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 11.",
    )
    .await;
    check(json!([entry("a"), entry("a")]), "BatchEntryIdsNotDistinct", "Id a repeated.").await;
    let id = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 \
              letters long.";
    check(json!([entry("a b")]), "InvalidBatchEntryId", id).await;
    check(json!([entry("")]), "InvalidBatchEntryId", id).await;
    let long = "x".repeat(600_000);
    let large = |id: &str| json!({ "Id": id, "MessageBody": long });
    check(
        json!([large("a"), large("b")]),
        "BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
    )
    .await;
}
