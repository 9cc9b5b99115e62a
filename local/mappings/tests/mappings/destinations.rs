//! The record of a batch that was given up.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_mappings::{Condition, Event};

use crate::stage::{FUNCTION, Options, QUEUE, Reply, Stage};

fn to_queue(it: &mut Options) {
    it.stream.retries = Some(1);
    it.stream.on_failure = Some(QUEUE.to_owned());
}

fn number(stage: &Stage, place: usize) -> Value {
    stage.calls()[0].payload["Records"][place]["dynamodb"]["SequenceNumber"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_failure_record_is_as_lambda_writes_it() {
    let stage = Stage::run(&[Reply::Badly], to_queue, &["a", "b"]).await;
    let failures = stage.failures();
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].destination.as_str(), failures[0].function_arn.as_str()), (QUEUE, FUNCTION));
    let stream_arn = stage.tables.stream_arn("notes").unwrap();
    let shard =
        stage.tables.changes("notes", stackwright_tables::Position::Latest).unwrap().shard_id().to_owned();
    let expected = json!({
        "requestContext": {
            "requestId": "request-2",
            "functionArn": FUNCTION,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2019-11-14T00:13:19.100Z",
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": number(&stage, 0),
            "endSequenceNumber": number(&stage, 1),
            "approximateArrivalOfFirstRecord": "2019-11-14T00:13:19Z",
            "approximateArrivalOfLastRecord": "2019-11-14T00:13:19Z",
            "batchSize": 2,
            "streamArn": stream_arn,
        },
    });
    assert_eq!(failures[0].body, expected);
}

#[tokio::test(start_paused = true)]
async fn a_record_of_age_says_so() {
    let aging = |it: &mut Options| {
        it.stream.maximum_age = Some(Duration::from_secs(60));
        it.stream.on_failure = Some(QUEUE.to_owned());
    };
    let stage = Stage::run(&[Reply::Badly], aging, &["a"]).await;
    let body = &stage.failures()[0].body;
    assert_eq!(body["requestContext"]["condition"], "RecordAgeExceeded");
    assert_eq!(body["timestamp"], "2019-11-14T00:14:19.000Z");
}

#[tokio::test(start_paused = true)]
async fn records_that_the_function_reported_are_no_error_of_it() {
    let reporting = |it: &mut Options| {
        to_queue(it);
        it.mapping.reports_failures = true;
    };
    let stage = Stage::run(&[Reply::Reporting("b")], reporting, &["a", "b"]).await;
    let body = &stage.failures()[0].body;
    assert_eq!(body["responseContext"], json!({"statusCode": 200, "executedVersion": "$LATEST"}));
    assert_eq!(body["DDBStreamBatchInfo"]["startSequenceNumber"], number(&stage, 1));
    assert_eq!(body["DDBStreamBatchInfo"]["batchSize"], 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_destination_what_is_given_up_is_only_told() {
    let stage = Stage::run(&[Reply::Badly], |it| it.stream.retries = Some(0), &["a"]).await;
    assert!(stage.failures().is_empty());
    let condition = Condition::RetryAttemptsExhausted;
    let told = Event::GivenUp { records: 1, condition, destination: None };
    assert!(stage.events().contains(&told), "{:?}", stage.events());
    assert_eq!(told.to_string(), "1 record given up: RetryAttemptsExhausted");
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_refuses_does_not_hold_up_the_stream() {
    let stage = Stage::new(&[Reply::Badly]);
    stage.refuse("sqs:SendMessage is not allowed");
    stage.define(|it| {
        to_queue(it);
        it.mapping.batch_size = 1;
    });
    stage.put(&["a", "b"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "a | a | b | b");
    let (destination, error) = (QUEUE.to_owned(), "sqs:SendMessage is not allowed".to_owned());
    assert!(stage.events().contains(&Event::NotDelivered { destination, error }));
}
