//! What is expected of every trigger on a table's stream, asked of Lambda, SQS and CloudWatch.

use serde_json::{Value, json};

use crate::holds::holds;
use crate::stack::Stack;

/// Checks the trigger of the function `id` on the stream, and its queue of failures; answers the queue's ARN.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, id: &str, stream: &str, queue: &str) -> String {
    let function = stack.physical(id);
    let failures = check_queue(stack, queue);
    let mappings = stack.ask(&["lambda", "list-event-source-mappings", "--function-name", function]);
    let expected = json!({
        "EventSourceArn": stream,
        "State": "Enabled",
        "BatchSize": 100,
        "StartingPosition": "TRIM_HORIZON",
        "BisectBatchOnFunctionError": true,
        "MaximumRetryAttempts": 3,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": { "Filters": [{ "Pattern": "{\"eventName\":[\"INSERT\",\"MODIFY\"]}" }] },
        "DestinationConfig": { "OnFailure": { "Destination": failures } },
    });
    holds(&mappings, &json!({ "EventSourceMappings": [expected] }));
    check_alarms(stack, function, &failures);
    failures
}

#[track_caller]
fn check_queue(stack: &Stack<'_>, id: &str) -> String {
    let url = stack.physical(id);
    let answer = stack.ask(&["sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All"]);
    let expected = json!({ "MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true" });
    holds(&answer["Attributes"], &expected);
    answer["Attributes"]["QueueArn"].as_str().expect("the ARN of the queue").to_owned()
}

/// Errors, records that wait too long, and failures that somebody should look at raise alarms.
#[track_caller]
fn check_alarms(stack: &Stack<'_>, function: &str, failures: &str) {
    let queue = failures.rsplit(':').next().unwrap_or_default();
    let answer = stack.ask(&["cloudwatch", "describe-alarms"]);
    let alarms = answer["MetricAlarms"].as_array().expect("a list of alarms");
    let watched = |metric: &str, dimension: Value| {
        let watches =
            |alarm: &&Value| alarm["MetricName"] == metric && alarm["Dimensions"] == json!([dimension]);
        assert_eq!(alarms.iter().filter(watches).count(), 1, "alarms on {metric} of {dimension}: {answer:#}");
    };
    watched("Errors", json!({ "Name": "FunctionName", "Value": function }));
    watched("IteratorAge", json!({ "Name": "FunctionName", "Value": function }));
    watched("ApproximateNumberOfMessagesVisible", json!({ "Name": "QueueName", "Value": queue }));
}
