//! What is expected of every trigger on a table's stream, asked of Lambda, SQS and CloudWatch.

use serde_json::{Value, json};

use crate::holds::holds;
use crate::stack::Stack;

/// The filter of a trigger on new and changed items.
pub(crate) const INSERTED_OR_MODIFIED: &str = r#"{"eventName":["INSERT","MODIFY"]}"#;

/// Checks the trigger of the function `id` on the stream, with that filter, and its queue of failures; answers the
/// queue's ARN.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, id: &str, stream: &str, filter: &str, queue: &str) -> String {
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
        "FilterCriteria": { "Filters": [{ "Pattern": filter }] },
        "DestinationConfig": { "OnFailure": { "Destination": failures } },
    });
    holds(&mappings, &json!({ "EventSourceMappings": [expected] }));
    check_alarms(stack, function, &failures);
    failures
}

/// Checks what becomes of events that the function `id` fails at: two more attempts within an hour, then its queue of
/// failures, watched; answers the queue's ARN.
#[track_caller]
pub(crate) fn check_asynchronous(stack: &Stack<'_>, id: &str) -> String {
    let function = stack.physical(id);
    let failures = check_queue(stack, &format!("{id}AsyncFailures"));
    let ask =
        ["lambda", "get-function-event-invoke-config", "--qualifier", "$LATEST", "--function-name", function];
    let config = stack.ask(&ask);
    let expected = json!({
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 3600,
        "DestinationConfig": { "OnFailure": { "Destination": failures } },
    });
    holds(&config, &expected);
    let alarms = Alarms::ask(stack);
    alarms.check("Errors", json!({ "Name": "FunctionName", "Value": function }));
    alarms.check_queue(&failures);
    failures
}

fn check_queue(stack: &Stack<'_>, id: &str) -> String {
    queue(stack, id, &json!({}))
}

/// Checks a queue, and that it has these attributes; answers its ARN.
#[track_caller]
pub(crate) fn queue(stack: &Stack<'_>, id: &str, attributes: &Value) -> String {
    let url = stack.physical(id);
    let answer = stack.ask(&["sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All"]);
    let expected = json!({ "MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true" });
    holds(&answer["Attributes"], &expected);
    holds(&answer["Attributes"], attributes);
    answer["Attributes"]["QueueArn"].as_str().expect("the ARN of the queue").to_owned()
}

/// Errors, records that wait too long, and failures that somebody should look at raise alarms.
#[track_caller]
fn check_alarms(stack: &Stack<'_>, function: &str, failures: &str) {
    let alarms = Alarms::ask(stack);
    alarms.check("Errors", json!({ "Name": "FunctionName", "Value": function }));
    alarms.check("IteratorAge", json!({ "Name": "FunctionName", "Value": function }));
    alarms.check_queue(failures);
}

/// The alarms there are.
struct Alarms(Value);

impl Alarms {
    fn ask(stack: &Stack<'_>) -> Self {
        Self(stack.ask(&["cloudwatch", "describe-alarms"])["MetricAlarms"].clone())
    }

    /// Checks that one alarm watches the metric of that dimension.
    #[track_caller]
    fn check(&self, metric: &str, dimension: Value) {
        let watches =
            |alarm: &&Value| alarm["MetricName"] == metric && alarm["Dimensions"] == json!([dimension]);
        let count = self.0.as_array().expect("a list of alarms").iter().filter(watches).count();
        assert_eq!(count, 1, "alarms on {metric} of {dimension}: {:#}", self.0);
    }

    #[track_caller]
    fn check_queue(&self, arn: &str) {
        let name = arn.rsplit(':').next().unwrap_or_default();
        self.check("ApproximateNumberOfMessagesVisible", json!({ "Name": "QueueName", "Value": name }));
    }
}
