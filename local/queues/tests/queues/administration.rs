//! Queues made, found, changed, tagged and emptied.

use serde_json::{Value, json};

use crate::bench::{Bench, START, definition};

const URL: &str = "http://127.0.0.1:4566/000000000000/";

#[tokio::test]
async fn a_queue_has_the_attributes_that_aws_gives_it() {
    let bench = Bench::with(&[]);
    let request = json!({ "QueueUrl": "jobs", "AttributeNames": ["All"] });
    let seconds = (START / 1000).to_string();
    assert_eq!(
        bench.call("GetQueueAttributes", request).await["Attributes"],
        json!({
            "QueueArn": "arn:aws:sqs:us-east-1:000000000000:jobs",
            "ApproximateNumberOfMessages": "0",
            "ApproximateNumberOfMessagesDelayed": "0",
            "ApproximateNumberOfMessagesNotVisible": "0",
            "CreatedTimestamp": seconds,
            "LastModifiedTimestamp": seconds,
            "DelaySeconds": "0",
            "MaximumMessageSize": "1048576",
            "MessageRetentionPeriod": "345600",
            "ReceiveMessageWaitTimeSeconds": "0",
            "SqsManagedSseEnabled": "true",
            "VisibilityTimeout": "30",
        })
    );
    assert_eq!(bench.call("GetQueueAttributes", json!({ "QueueUrl": "jobs" })).await, json!({}));
}

#[tokio::test]
async fn a_fifo_queue_has_four_more() {
    let bench = Bench::fifo(&[]);
    for (name, value) in [
        ("FifoQueue", "true"),
        ("ContentBasedDeduplication", "false"),
        ("DeduplicationScope", "queue"),
        ("FifoThroughputLimit", "perQueue"),
    ] {
        assert_eq!(bench.attribute("jobs.fifo", name).await, value);
    }
}

#[tokio::test]
async fn made_twice_a_queue_must_be_the_same() {
    let bench = Bench::new();
    let create = |attributes: Value| json!({ "QueueName": "jobs", "Attributes": attributes });
    let url = json!({ "QueueUrl": format!("{URL}jobs") });
    assert_eq!(bench.call("CreateQueue", create(json!({ "DelaySeconds": "5" }))).await, url);
    assert_eq!(bench.call("CreateQueue", create(json!({ "DelaySeconds": "5" }))).await, url);
    assert_eq!(bench.call("CreateQueue", create(json!({}))).await, url);
    let error = bench.try_call("CreateQueue", create(json!({ "DelaySeconds": "6" }))).await.unwrap_err();
    assert_eq!(
        (error.kind.as_str(), error.query_error.as_str()),
        ("QueueNameExists", "QueueAlreadyExists;Sender")
    );
    assert_eq!(
        error.message,
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    );
}

/// What a queue of this name and these attributes is refused with.
async fn check_refused(name: &str, attributes: Value, kind: &str, message: &str) {
    let request = json!({ "QueueName": name, "Attributes": attributes });
    let error = Bench::new().try_call("CreateQueue", request).await.unwrap_err();
    assert_eq!((error.kind.as_str(), error.message.as_str()), (kind, message), "{name}");
}

#[tokio::test]
async fn queues_that_cannot_be() {
    let kind = "InvalidParameterValueException";
    let name = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    for wrong in ["", "a b", "a.b", ".fifo", "jobs.fifo", &"x".repeat(81)] {
        check_refused(wrong, json!({}), kind, name).await;
    }
    let ending = "The name of a FIFO queue can only end with .fifo";
    check_refused("jobs", json!({ "FifoQueue": "true" }), kind, ending).await;
    let unknown = "InvalidAttributeName";
    check_refused("jobs", json!({ "Colour": "red" }), unknown, "Unknown Attribute Colour.").await;
    check_refused("jobs", json!({ "FifoQueue": "false" }), unknown, "Unknown Attribute FifoQueue.").await;
    for (attribute, value) in [
        ("DelaySeconds", "901"),
        ("VisibilityTimeout", "-1"),
        ("MessageRetentionPeriod", "59"),
        ("MaximumMessageSize", "1048577"),
        ("ReceiveMessageWaitTimeSeconds", "x"),
        ("RedrivePolicy", "{}"),
        ("RedriveAllowPolicy", r#"{"redrivePermission":"some"}"#),
        ("SqsManagedSseEnabled", "yes"),
    ] {
        let message = format!("Invalid value for the parameter {attribute}.");
        check_refused("jobs", json!({ attribute: value }), "InvalidAttributeValue", &message).await;
    }
}

#[tokio::test]
async fn attributes_are_set_one_by_one() {
    let bench = Bench::with(&[("DelaySeconds", "5")]);
    bench.pass(3);
    let request = json!({ "QueueUrl": "jobs", "Attributes": { "VisibilityTimeout": "7" } });
    bench.call("SetQueueAttributes", request).await;
    assert_eq!(bench.attribute("jobs", "VisibilityTimeout").await, "7");
    assert_eq!(bench.attribute("jobs", "DelaySeconds").await, "5");
    assert_eq!(bench.attribute("jobs", "LastModifiedTimestamp").await, (START / 1000 + 3).to_string());
    assert_eq!(bench.attribute("jobs", "CreatedTimestamp").await, (START / 1000).to_string());
}

#[tokio::test]
async fn defined_anew_a_queue_keeps_its_messages() {
    let bench = Bench::with(&[("DelaySeconds", "5")]);
    bench.call("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": "a", "DelaySeconds": 0 })).await;
    bench.define("jobs", &[("VisibilityTimeout", "7")]);
    assert_eq!(bench.attribute("jobs", "DelaySeconds").await, "0");
    assert_eq!(bench.receive("jobs").await.len(), 1);
    assert_eq!(bench.queues.names().unwrap(), ["jobs"]);
}

#[tokio::test]
async fn a_definition_is_checked() {
    let bench = Bench::new();
    let error = bench.queues.define(definition("jobs", &[("DelaySeconds", "soon")])).unwrap_err();
    assert_eq!(error.message, "Invalid value for the parameter DelaySeconds.");
}

#[tokio::test]
async fn queues_are_found_by_name_and_listed_in_pages() {
    let bench = Bench::new();
    for name in ["b", "a", "bc", "bd"] {
        bench.define(name, &[]);
    }
    let url = bench.call("GetQueueUrl", json!({ "QueueName": "b" })).await;
    assert_eq!(url, json!({ "QueueUrl": format!("{URL}b") }));
    let page = bench.call("ListQueues", json!({ "QueueNamePrefix": "b", "MaxResults": 2 })).await;
    assert_eq!(page["QueueUrls"], json!([format!("{URL}b"), format!("{URL}bc")]));
    let request = json!({ "QueueNamePrefix": "b", "MaxResults": 2, "NextToken": page["NextToken"] });
    let page = bench.call("ListQueues", request).await;
    assert_eq!(page, json!({ "QueueUrls": [format!("{URL}bd")] }));
    assert_eq!(bench.call("ListQueues", json!({ "QueueNamePrefix": "x" })).await, json!({}));
}

#[tokio::test]
async fn a_deleted_queue_takes_its_messages_along() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    bench.call("DeleteQueue", json!({ "QueueUrl": "jobs" })).await;
    assert_eq!(bench.try_call("GetQueueUrl", json!({ "QueueName": "jobs" })).await.unwrap_err().status, 400);
    bench.define("jobs", &[]);
    assert!(bench.receive("jobs").await.is_empty());
}

#[tokio::test]
async fn a_queue_is_purged_once_a_minute() {
    let bench = Bench::with(&[]);
    bench.send("a").await;
    bench.send("b").await;
    bench.receive_up_to(1, "jobs").await;
    let request = json!({ "QueueUrl": "jobs" });
    bench.call("PurgeQueue", request.clone()).await;
    bench.pass(59);
    assert!(bench.receive("jobs").await.is_empty());
    let error = bench.try_call("PurgeQueue", request.clone()).await.unwrap_err();
    assert_eq!((error.status, error.kind.as_str()), (403, "PurgeQueueInProgress"));
    assert_eq!(error.message, "Only one PurgeQueue operation on jobs is allowed every 60 seconds.");
    bench.pass(1);
    bench.call("PurgeQueue", request).await;
}

#[tokio::test]
async fn tags_come_and_go() {
    let bench = Bench::new();
    let request = json!({ "QueueName": "jobs", "tags": { "team": "blue", "cost": "low" } });
    bench.call("CreateQueue", request).await;
    bench.call("TagQueue", json!({ "QueueUrl": "jobs", "Tags": { "cost": "high" } })).await;
    bench.call("UntagQueue", json!({ "QueueUrl": "jobs", "TagKeys": ["team"] })).await;
    let tags = bench.call("ListQueueTags", json!({ "QueueUrl": "jobs" })).await;
    assert_eq!(tags, json!({ "Tags": { "cost": "high" } }));
}

#[test]
fn a_request_names_its_resource() {
    let bench = Bench::new();
    let arn = "arn:aws:sqs:us-east-1:000000000000:jobs";
    for (request, resource) in [
        (json!({ "QueueUrl": format!("{URL}jobs") }), arn),
        (json!({ "QueueName": "jobs" }), arn),
        (json!({ "SourceArn": arn }), arn),
        (json!({ "QueueNamePrefix": "j" }), "*"),
    ] {
        assert_eq!(bench.queues.resource(&request), resource);
    }
}
