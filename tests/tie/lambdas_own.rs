//! What Lambda does in a function's name, and so with its role: logs, traces, reading what triggers it, telling of
//! what failed.
//!
//! It follows from how the function is wired in the template, not from who wired it.

use std::collections::BTreeSet;

use handler_calls::Call;
use stackwright::{Expr, ResourceEntry};

use crate::function::Function;
use crate::named::{part, resource};

/// Source: [logs](https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html).
const LOGS: &[&str] = &["logs:CreateLogStream", "logs:PutLogEvents"];
/// Source: [X-Ray](https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html).
const TRACES: &[&str] = &["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
/// Source: [DynamoDB](https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html).
const STREAM: &[&str] =
    &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
/// Source: [SQS](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
const QUEUE: &[&str] = &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const DESTINATION: &[&str] = &["sqs:SendMessage"];

impl Function<'_> {
    /// What Lambda needs the function's role for.
    pub(crate) fn lambdas_own(&self) -> BTreeSet<Call> {
        let mut own = BTreeSet::new();
        own.extend(self.log_group().into_iter().flat_map(|group| calls(LOGS, group)));
        if self.is_traced() {
            own.extend(calls(TRACES, &Expr::text("*")));
        }
        for mapping in self.wired("AWS::Lambda::EventSourceMapping") {
            own.extend(reading(mapping.property("EventSourceArn").unwrap()));
            own.extend(destinations(mapping));
        }
        own.extend(self.wired("AWS::Lambda::EventInvokeConfig").flat_map(destinations));
        own
    }

    fn log_group(&self) -> Option<&Expr> {
        self.property("LoggingConfig")?.field("LogGroup")
    }

    fn is_traced(&self) -> bool {
        let mode = self.property("TracingConfig").and_then(|tracing| tracing.field("Mode"));
        mode == Some(&Expr::text("Active"))
    }
}

fn reading(source: &Expr) -> Vec<Call> {
    calls(if part(source) == "stream" { STREAM } else { QUEUE }, source)
}

/// Where failures and successes are described.
fn destinations(entry: &ResourceEntry) -> Vec<Call> {
    let outcomes = entry.property("DestinationConfig").and_then(Expr::as_map).unwrap_or_default();
    let queues = outcomes.iter().filter_map(|(_, outcome)| outcome.field("Destination"));
    queues.flat_map(|queue| calls(DESTINATION, queue)).collect()
}

fn calls(actions: &[&str], on: &Expr) -> Vec<Call> {
    // A log group is named by its `Ref`, which says nothing about parts.
    actions.iter().map(|action| Call::new(action, &resource(on)).part(part(on))).collect()
}
