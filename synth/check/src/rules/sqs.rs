//! SQS queues: FIFO queues and their names, dead-letter queues.
//!
//! Source: [dead-letter queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html).
//! Whether a queue fits the function it feeds is the concern of `event_source`.

use stackwright_template::{Expr, LogicalId, Resource};

use super::{given, is_true, text, whole};
use crate::finding::Finding;
use crate::index::Index;

/// Every queue.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, queue) in index.of_type("AWS::SQS::Queue") {
        let Some(fifo) = fifo(queue) else { continue };
        name(id, queue, fifo, findings);
        dead_letters(index, id, queue, fifo, findings);
        if !fifo && is_true(queue.property("ContentBasedDeduplication")) {
            let message = format!("`{id}` is no FIFO queue and cannot have `ContentBasedDeduplication`");
            let place = "Properties.ContentBasedDeduplication";
            findings.push(Finding::of_resource(id, place, message).hint("set FifoQueue: true"));
        }
    }
}

/// Whether it is a FIFO queue; `None` if that is not known here.
pub(super) fn fifo(queue: &Resource) -> Option<bool> {
    match given(queue, "FifoQueue") {
        None => Some(false),
        Some(value) if value.is_intrinsic() => None,
        value => Some(is_true(value)),
    }
}

fn name(id: LogicalId, queue: &Resource, fifo: bool, findings: &mut Vec<Finding>) {
    let Some(name) = text(queue, "QueueName") else { return };
    let message = match (fifo, name.ends_with(".fifo")) {
        (true, false) => format!("`{id}` is a FIFO queue: its name must end in `.fifo`, not be {name:?}"),
        (false, true) => format!("`{id}` is named like a FIFO queue, but `FifoQueue` is not set"),
        _ => return,
    };
    findings.push(Finding::of_resource(id, "Properties.QueueName", message));
}

fn dead_letters(
    index: &Index<'_>,
    id: LogicalId,
    queue: &Resource,
    is_fifo: bool,
    findings: &mut Vec<Finding>,
) {
    let Some(policy @ Expr::Map(_)) = given(queue, "RedrivePolicy") else { return };
    let place = "Properties.RedrivePolicy";
    for name in
        ["deadLetterTargetArn", "maxReceiveCount"].into_iter().filter(|name| policy.field(name).is_none())
    {
        let message = format!("the redrive policy of `{id}` needs `{name}`");
        findings.push(Finding::of_resource(id, place, message));
    }
    if let Some(count) = policy.field("maxReceiveCount").and_then(whole).filter(|count| *count < 1) {
        let message = format!("`{id}` is to give a message up after {count} receives; it takes 1 at least");
        findings.push(Finding::of_resource(id, format!("{place}.maxReceiveCount"), message));
    }
    let target = policy.field("deadLetterTargetArn").and_then(|target| index.referred(target));
    let Some((dead, properties)) = target.filter(|(_, target)| target.kind == "AWS::SQS::Queue") else {
        return;
    };
    if fifo(properties).is_some_and(|fifo| fifo != is_fifo) {
        let kind = if is_fifo { "a FIFO queue" } else { "no FIFO queue" };
        let message =
            format!("`{id}` is {kind}, so `{dead}`, which takes its dead letters, must be {kind} too");
        findings.push(Finding::of_resource(id, place, message));
    }
}
