//! What SQS refuses, and how it says so.

use serde_json::{Value, json};

use crate::bench::Bench;

/// An action on `jobs`, and the error it must end with: its type, its code in the older protocol, its message.
async fn check(action: &str, more: Value, kind: &str, code: &str, message: &str) {
    let bench = Bench::with(&[]);
    let mut request = json!({ "QueueUrl": "jobs" });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let error = bench.try_call(action, request).await.unwrap_err();
    assert_eq!(error.body, json!({ "__type": kind, "message": message }));
    assert_eq!(error.query_error, format!("{code};Sender"));
    assert_eq!(error.status, 400);
}

async fn parameter(action: &str, more: Value, message: &str) {
    let kind = "com.amazon.coral.service#InvalidParameterValueException";
    check(action, more, kind, "InvalidParameterValue", message).await;
}

#[tokio::test]
async fn queues_that_are_not_there() {
    let bench = Bench::new();
    for url in [json!("http://127.0.0.1:4566/000000000000/nobody"), json!(""), json!(null)] {
        let request = json!({ "QueueUrl": url, "MessageBody": "a", "ReceiptHandle": "x" });
        for action in ["SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "GetQueueAttributes"] {
            let error = bench.try_call(action, request.clone()).await.unwrap_err();
            assert_eq!(
                error.body,
                json!({
                    "__type": "com.amazonaws.sqs#QueueDoesNotExist",
                    "message": "The specified queue does not exist.",
                })
            );
            assert_eq!(error.query_error, "AWS.SimpleQueueService.NonExistentQueue;Sender");
        }
    }
}

#[tokio::test]
async fn messages_that_say_nothing_or_what_xml_cannot() {
    let missing = "com.amazon.coral.service#MissingRequiredParameterException";
    for body in [json!({}), json!({ "MessageBody": "" })] {
        let message = "The request must contain the parameter MessageBody.";
        check("SendMessage", body, missing, "MissingParameter", message).await;
    }
    for body in ["\u{0}", "a\u{b}", "\u{fffe}"] {
        check(
            "SendMessage",
            json!({ "MessageBody": body }),
            "com.amazonaws.sqs#InvalidMessageContents",
            "InvalidMessageContents",
            "Invalid characters found in the message body. Valid unicode characters are #x9 | #xA | #xD | #x20 to \
             #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
        )
        .await;
    }
}

#[tokio::test]
async fn messages_that_are_too_large_with_their_attributes() {
    let message = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.";
    parameter("SendMessage", json!({ "MessageBody": "x".repeat(1_048_577) }), message).await;
    let attributes = json!({ "name": { "DataType": "String", "StringValue": "value" } });
    let body = "x".repeat(1_048_576 - 14);
    parameter("SendMessage", json!({ "MessageBody": body, "MessageAttributes": attributes }), message).await;
    let bench = Bench::with(&[]);
    bench.send(&"x".repeat(1_048_576)).await;
    bench.define("jobs", &[("MaximumMessageSize", "1024")]);
    let request = json!({ "QueueUrl": "jobs", "MessageBody": "x".repeat(1025) });
    let error = bench.try_call("SendMessage", request).await.unwrap_err();
    assert!(error.message.ends_with("Message must be shorter than 1024 bytes."));
}

#[tokio::test]
async fn numbers_out_of_their_range() {
    parameter(
        "ReceiveMessage",
        json!({ "MaxNumberOfMessages": 11 }),
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    )
    .await;
    parameter(
        "ReceiveMessage",
        json!({ "WaitTimeSeconds": 21 }),
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    )
    .await;
    parameter(
        "ReceiveMessage",
        json!({ "VisibilityTimeout": 43_201 }),
        "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
    )
    .await;
    parameter(
        "SendMessage",
        json!({ "MessageBody": "a", "DelaySeconds": 901 }),
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    )
    .await;
}

async fn attribute(name: &str, attribute: Value, message: &str) {
    let attributes = json!({ name: attribute });
    parameter("SendMessage", json!({ "MessageBody": "a", "MessageAttributes": attributes }), message).await;
}

#[tokio::test]
async fn attributes_that_no_message_can_have() {
    let untyped = "The message attribute 'x' must contain a non-empty message attribute type.";
    attribute("x", json!({ "StringValue": "a" }), untyped).await;
    attribute("x", json!({ "DataType": "", "StringValue": "a" }), untyped).await;
    attribute(
        "x",
        json!({ "DataType": "String", "StringValue": "" }),
        "The message attribute 'x' must contain a non-empty message attribute value for message attribute type \
         'String'.",
    )
    .await;
    attribute(
        "x",
        json!({ "DataType": "Boolean", "StringValue": "a" }),
        "The type of message (user) attribute 'x' is invalid. You must use only the following supported type prefixes: \
         Binary, Number, String.",
    )
    .await;
    attribute(
        "x",
        json!({ "DataType": "Number", "StringValue": "a" }),
        "Can't cast the value of message (user) attribute 'x' to a number.",
    )
    .await;
    for name in ["a b", ".a", "a.", "a..b", "AWS.a", "amazon.a", ""] {
        let message = format!(
            "Message (user) attribute name '{name}' is invalid. A name has 1 to 256 alphanumeric characters, \
             underscores, hyphens and single periods between them, and does not start with AWS. or Amazon."
        );
        attribute(name, json!({ "DataType": "String", "StringValue": "a" }), &message).await;
    }
}

#[tokio::test]
async fn more_than_ten_attributes() {
    let attributes: serde_json::Map<_, _> = (0..11)
        .map(|number| (format!("a{number}"), json!({ "DataType": "String", "StringValue": "a" })))
        .collect();
    parameter(
        "SendMessage",
        json!({ "MessageBody": "a", "MessageAttributes": attributes }),
        "Number of message attributes [11] exceeds the allowed maximum [10].",
    )
    .await;
}

#[tokio::test]
async fn lists_as_values_are_not_supported_by_sqs_either() {
    check(
        "SendMessage",
        json!({
            "MessageBody": "a",
            "MessageAttributes": { "x": { "DataType": "String", "StringListValues": ["a"] } },
        }),
        "com.amazonaws.sqs#UnsupportedOperation",
        "AWS.SimpleQueueService.UnsupportedOperation",
        "Message attribute list values in SendMessage operation are not supported.",
    )
    .await;
}

#[tokio::test]
async fn what_a_standard_queue_does_not_take() {
    parameter(
        "SendMessage",
        json!({ "MessageBody": "a", "MessageDeduplicationId": "x" }),
        "Value x for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not \
         valid for this queue type",
    )
    .await;
}

#[tokio::test]
async fn unknown_names_are_told() {
    let kind = "com.amazonaws.sqs#InvalidAttributeName";
    let code = "InvalidAttributeName";
    let unknown = "Unknown Attribute Colour.";
    let asked = json!({ "AttributeNames": ["Colour"] });
    check("GetQueueAttributes", asked.clone(), kind, code, unknown).await;
    check("ReceiveMessage", asked, kind, code, unknown).await;
    check("SetQueueAttributes", json!({ "Attributes": { "Colour": "red" } }), kind, code, unknown).await;
}

#[tokio::test]
async fn actions_that_are_not_there() {
    let kind = "com.amazon.coral.service#UnknownOperationException";
    let message = "The action PaintQueue is not valid for this endpoint.";
    check("PaintQueue", json!({}), kind, "InvalidAction", message).await;
    let kind = "com.amazonaws.sqs#UnsupportedOperation";
    let code = "AWS.SimpleQueueService.UnsupportedOperation";
    for action in ["AddPermission", "RemovePermission", "ListMessageMoveTasks", "CancelMessageMoveTask"] {
        check(action, json!({}), kind, code, &format!("{action} is not supported here")).await;
    }
}

#[tokio::test]
async fn requests_of_another_form() {
    let bench = Bench::with(&[]);
    for request in
        [json!([]), json!("a"), json!({ "QueueUrl": 5 }), json!({ "QueueUrl": "jobs", "MessageBody": 5 })]
    {
        let error = bench.try_call("SendMessage", request.clone()).await.unwrap_err();
        assert_eq!(error.body["__type"], "com.amazon.coral.service#SerializationException", "{request}");
        assert_eq!((error.status, error.query_error.as_str()), (400, "MalformedInput;Sender"));
    }
}
