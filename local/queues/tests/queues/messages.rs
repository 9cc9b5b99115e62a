//! Sent, received, deleted; delays, time to live, attributes and digests.

use serde_json::json;

use crate::bench::{Bench, START, bodies};

#[tokio::test]
async fn a_message_is_received_as_it_was_sent() {
    let bench = Bench::with(&[]);
    let sent = bench.send("This is a test message").await;
    assert_eq!(sent, json!({ "MessageId": "id-1", "MD5OfMessageBody": "fafb00f5732ab283681e124bf8747ed1" }));
    let received = bench.receive("jobs").await;
    assert_eq!(received.len(), 1);
    assert_eq!(received[0]["MessageId"], "id-1");
    assert_eq!(received[0]["Body"], "This is a test message");
    assert_eq!(received[0]["MD5OfBody"], "fafb00f5732ab283681e124bf8747ed1");
    assert_eq!(
        received[0]["Attributes"],
        json!({
            "SenderId": "AIDAEXAMPLE",
            "SentTimestamp": START.to_string(),
            "ApproximateReceiveCount": "1",
            "ApproximateFirstReceiveTimestamp": START.to_string(),
        })
    );
}

#[tokio::test]
async fn the_queue_is_found_by_the_end_of_its_url() {
    let bench = Bench::with(&[]);
    for url in
        ["http://127.0.0.1:4566/000000000000/jobs", "https://sqs.eu-west-1.amazonaws.com/1/jobs", "jobs"]
    {
        bench.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": url })).await;
    }
    assert_eq!(bench.receive("jobs").await.len(), 3);
}

#[tokio::test]
async fn messages_come_in_the_order_in_which_they_were_sent() {
    let bench = Bench::with(&[]);
    for body in ["a", "b", "c", "d"] {
        bench.send(body).await;
    }
    assert_eq!(bodies(&bench.receive_up_to(3, "jobs").await), ["a", "b", "c"]);
    assert_eq!(bodies(&bench.receive_up_to(3, "jobs").await), ["d"]);
}

#[tokio::test]
async fn without_a_number_one_message_is_received() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    bench.send("b").await;
    let answer = bench.call("ReceiveMessage", json!({ "QueueUrl": "jobs" })).await;
    assert_eq!(answer["Messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_empty_queue_answers_without_messages() {
    let bench = Bench::with(&[]);
    assert_eq!(bench.call("ReceiveMessage", json!({ "QueueUrl": "jobs" })).await, json!({}));
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_time_is_over() {
    let bench = Bench::with(&[("VisibilityTimeout", "5")]);
    bench.send("a").await;
    assert_eq!(bench.receive("jobs").await.len(), 1);
    bench.pass(4);
    assert!(bench.receive("jobs").await.is_empty());
    bench.pass(1);
    let again = bench.receive("jobs").await;
    assert_eq!(again[0]["Attributes"]["ApproximateReceiveCount"], "2");
    assert_eq!(again[0]["Attributes"]["ApproximateFirstReceiveTimestamp"], START.to_string());
}

#[tokio::test]
async fn a_receiver_says_how_long_it_hides() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    let request = json!({ "QueueUrl": "jobs", "VisibilityTimeout": 2 });
    bench.call("ReceiveMessage", request).await;
    bench.pass(2);
    assert_eq!(bench.receive("jobs").await.len(), 1);
}

#[tokio::test]
async fn a_deleted_message_does_not_come_back() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    let received = bench.receive("jobs").await;
    bench.delete("jobs", &received[0]).await;
    bench.pass(60);
    assert!(bench.receive("jobs").await.is_empty());
    // Nor is deleting it again an error.
    bench.delete("jobs", &received[0]).await;
}

#[tokio::test]
async fn a_delay_is_the_messages_or_the_queues() {
    let bench = Bench::with(&[("DelaySeconds", "10")]);
    bench.send("late").await;
    bench.call("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "now", "DelaySeconds": 0 })).await;
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessagesDelayed").await, "1");
    assert_eq!(bodies(&bench.receive("jobs").await), ["now"]);
    bench.pass(10);
    assert_eq!(bodies(&bench.receive("jobs").await), ["late"]);
}

#[tokio::test]
async fn a_message_is_forgotten_when_it_is_too_old() {
    let bench = Bench::with(&[("MessageRetentionPeriod", "60")]);
    bench.send("a").await;
    bench.pass(59);
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessages").await, "1");
    bench.pass(1);
    assert!(bench.receive("jobs").await.is_empty());
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessages").await, "0");
}

/// The digests are those that boto3's moto and the AWS CLI's users have seen from AWS for the same attributes.
#[tokio::test]
async fn attributes_come_along_with_a_digest() {
    let bench = Bench::with(&[]);
    let attributes = json!({
        "timestamp": { "DataType": "Number.java.lang.Long", "StringValue": "1493147359900" },
    });
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "derp", "MessageAttributes": attributes });
    let sent = bench.call("SendMessage", request).await;
    assert_eq!(sent["MD5OfMessageAttributes"], "2e2e4876d8e0bd6b8c2c8f556831c349");
    let received = bench.receive("jobs").await;
    assert_eq!(received[0]["MessageAttributes"], attributes);
    assert_eq!(received[0]["MD5OfMessageAttributes"], "2e2e4876d8e0bd6b8c2c8f556831c349");
}

#[tokio::test]
async fn a_digest_covers_text_and_bytes_in_the_order_of_names() {
    let bench = Bench::with(&[]);
    let attributes = json!({
        "z": { "DataType": "String", "StringValue": "é" },
        "a": { "DataType": "Binary.png", "BinaryValue": "AAEC" },
    });
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "a", "MessageAttributes": attributes });
    let sent = bench.call("SendMessage", request).await;
    let mut bytes = Vec::new();
    let mut part = |text: &[u8]| {
        bytes.extend([0, 0, 0, u8::try_from(text.len()).unwrap()]);
        bytes.extend(text);
    };
    part(b"a");
    part(b"Binary.png");
    bytes.push(2);
    let mut part = |text: &[u8]| {
        bytes.extend([0, 0, 0, u8::try_from(text.len()).unwrap()]);
        bytes.extend(text);
    };
    part(&[0, 1, 2]);
    part(b"z");
    part(b"String");
    bytes.push(1);
    bytes.extend([0, 0, 0, 2]);
    bytes.extend("é".as_bytes());
    assert_eq!(sent["MD5OfMessageAttributes"], format!("{:x}", md5::compute(bytes)));
}

#[tokio::test]
async fn a_trace_header_has_a_digest_of_its_own() {
    let bench = Bench::with(&[]);
    let trace = json!({ "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-2-3" } });
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "a", "MessageSystemAttributes": trace });
    let sent = bench.call("SendMessage", request).await;
    assert_eq!(sent["MD5OfMessageSystemAttributes"].as_str().map(str::len), Some(32));
    assert_eq!(sent.get("MD5OfMessageAttributes"), None);
    assert_eq!(bench.receive("jobs").await[0]["Attributes"]["AWSTraceHeader"], "Root=1-2-3");
}

/// Sends `color`, `column` and `size`, and says which of them come for the names asked for.
async fn check_selection(asked: &[&str], expected: &[&str]) {
    let bench = Bench::with(&[]);
    let attribute = json!({ "DataType": "String", "StringValue": "x" });
    let attributes = json!({ "color": attribute, "column": attribute, "size": attribute });
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "a", "MessageAttributes": attributes });
    bench.call("SendMessage", request).await;
    let request = json!({ "QueueUrl": "jobs", "MessageAttributeNames": asked });
    let answer = bench.call("ReceiveMessage", request).await;
    let message = &answer["Messages"][0];
    let names = message.get("MessageAttributes").map(|it| it.as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(names.unwrap_or_default(), expected, "{asked:?}");
    assert_eq!(message.get("MD5OfMessageAttributes").is_some(), !expected.is_empty(), "{asked:?}");
    assert_eq!(message.get("Attributes"), None, "{asked:?}");
}

#[tokio::test]
async fn a_receiver_gets_the_attributes_it_asks_for() {
    check_selection(&[], &[]).await;
    check_selection(&["All"], &["color", "column", "size"]).await;
    check_selection(&[".*"], &["color", "column", "size"]).await;
    check_selection(&["col.*"], &["color", "column"]).await;
    check_selection(&["size", "color"], &["color", "size"]).await;
    check_selection(&["colour"], &[]).await;
}

#[tokio::test]
async fn system_attributes_are_asked_for_by_either_parameter() {
    let bench = Bench::with(&[("VisibilityTimeout", "0")]);
    bench.send("a").await;
    for parameter in ["AttributeNames", "MessageSystemAttributeNames"] {
        let request = json!({ "QueueUrl": "jobs", parameter: ["SentTimestamp"] });
        let answer = bench.call("ReceiveMessage", request).await;
        assert_eq!(answer["Messages"][0]["Attributes"], json!({ "SentTimestamp": START.to_string() }));
    }
}

#[tokio::test]
async fn a_standard_queue_keeps_a_group_without_minding_it() {
    let bench = Bench::with(&[]);
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "a", "MessageGroupId": "tenant" });
    bench.call("SendMessage", request.clone()).await;
    bench.call("SendMessage", request).await;
    assert_eq!(bench.receive_up_to(1, "jobs").await.len(), 1);
    assert_eq!(bench.receive("jobs").await[0]["Attributes"]["MessageGroupId"], "tenant");
}

#[tokio::test]
async fn a_queue_counts_its_messages() {
    let bench = Bench::with(&[]);
    for body in ["a", "b", "c"] {
        bench.send(body).await;
    }
    bench.receive_up_to(1, "jobs").await;
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessages").await, "2");
    assert_eq!(bench.attribute("jobs", "ApproximateNumberOfMessagesNotVisible").await, "1");
}
