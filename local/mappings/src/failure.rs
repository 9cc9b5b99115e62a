//! The record of a batch that was given up, as Lambda sends it to a destination.
//! Goes nowhere by itself, and holds no item: who gets it reads the stream.
//!
//! Source: [on-failure destinations](https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html).

use std::fmt;
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::batch::Batch;
use crate::moment;

/// A failure record on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The mapping's id.
    pub mapping: String,
    /// The function that failed; its role is who sends this.
    pub function_arn: String,
    /// The ARN of the queue or topic that gets it.
    pub destination: String,
    /// The message.
    pub body: Value,
}

/// Why records were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The function failed at every try.
    RetryAttemptsExhausted,
    /// They were older than the mapping's maximum, or than the 24 hours of the stream.
    RecordAgeExceeded,
}

impl fmt::Display for Condition {
    /// The word in the record.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What a failure record says besides the batch.
pub(crate) struct Circumstances<'a> {
    pub(crate) function_arn: &'a str,
    pub(crate) stream_arn: &'a str,
    pub(crate) shard_id: &'a str,
    pub(crate) condition: Condition,
    /// For batches that were never sent.
    pub(crate) fresh_id: &'a dyn Fn() -> String,
    pub(crate) now: SystemTime,
}

pub(crate) fn body(batch: &Batch, of: &Circumstances<'_>) -> Value {
    let request_id = batch.last.as_ref().map_or_else(of.fresh_id, |last| last.request_id.clone());
    let mut body = json!({
        "requestContext": {
            "requestId": request_id,
            "functionArn": of.function_arn,
            "condition": of.condition.to_string(),
            "approximateInvokeCount": batch.invokes,
        },
        "version": "1.0",
        "timestamp": moment::to_the_millisecond(of.now),
        "DDBStreamBatchInfo": batch_info(batch, of),
    });
    if let Some(last) = &batch.last {
        let mut context = json!({ "statusCode": 200, "executedVersion": "$LATEST" });
        if last.is_function_error {
            context["functionError"] = json!("Unhandled");
        }
        body["responseContext"] = context;
    }
    body
}

fn batch_info(batch: &Batch, of: &Circumstances<'_>) -> Value {
    let (first, last) = (&batch.records[0], &batch.records[batch.records.len() - 1]);
    json!({
        "shardId": of.shard_id,
        "startSequenceNumber": first.id,
        "endSequenceNumber": last.id,
        "approximateArrivalOfFirstRecord": moment::to_the_second(first.created),
        "approximateArrivalOfLastRecord": moment::to_the_second(last.created),
        "batchSize": batch.records.len(),
        "streamArn": of.stream_arn,
    })
}
