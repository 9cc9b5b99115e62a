//! Event source mappings: queues and streams that feed functions.
//!
//! Source: [CreateEventSourceMapping](https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).

use stackwright_template::{Expr, LogicalId, Resource};

use super::{duplicates, event_pattern, given, is_true, whole};
use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;

/// What only streams have.
const OF_STREAMS: [&str; 7] = [
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "StartingPosition",
    "TumblingWindowInSeconds",
];
/// In seconds, of a queue and of a function that do not say.
const DEFAULT_VISIBILITY: i64 = 30;
const DEFAULT_TIMEOUT: i64 = 3;
/// A batch of more messages from a queue needs time to gather, and one from a FIFO queue cannot be had.
const MOST_AT_ONCE: i64 = 10;

/// Every mapping.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.of_type("AWS::Lambda::EventSourceMapping") {
        let mut mapping = Mapping { id, resource, index, findings };
        mapping.filters();
        match mapping.source() {
            Some(Source::Stream) => mapping.stream(),
            Some(Source::Queue(queue, properties)) => mapping.queue(queue, properties),
            None => mapping.table_itself(),
        }
    }
    let key = |mapping| Some(vec![given(mapping, "EventSourceArn")?, given(mapping, "FunctionName")?]);
    duplicates(index.of_type("AWS::Lambda::EventSourceMapping"), key, |id, _, first| {
        let message = format!("`{id}` and `{first}` feed the same function from the same source");
        let hint = "Lambda takes one mapping for a source and a function; put the filters together";
        findings.push(Finding::of_resource(id, "Properties.EventSourceArn", message).hint(hint));
    });
}

enum Source<'t> {
    Stream,
    Queue(LogicalId, &'t Resource),
}

struct Mapping<'i, 't, 'f> {
    id: LogicalId,
    resource: &'t Resource,
    index: &'i Index<'t>,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Mapping<'_, 't, '_> {
    fn report(&mut self, property: &str, message: String, hint: &str) {
        let finding = Finding::of_resource(self.id, format!("Properties.{property}"), message);
        self.findings.push(finding.maybe_hint(Some(hint.to_owned()).filter(|hint| !hint.is_empty())));
    }

    fn source(&self) -> Option<Source<'t>> {
        let Expr::GetAtt(id, attribute) = given(self.resource, "EventSourceArn")? else { return None };
        let source = self.index.resources.get(id)?;
        match (source.kind.as_str(), attribute.as_ref()) {
            ("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable", "StreamArn") => Some(Source::Stream),
            ("AWS::Kinesis::Stream", "Arn") => Some(Source::Stream),
            ("AWS::SQS::Queue", "Arn") => Some(Source::Queue(*id, source)),
            _ => None,
        }
    }

    fn filters(&mut self) {
        let criteria = given(self.resource, "FilterCriteria").and_then(|criteria| criteria.field("Filters"));
        let (start, entry) = (Place::Start("Properties"), EntryKind::Resource.entry(self.id));
        let (criteria_place, filters) = (start.field("FilterCriteria"), criteria.and_then(Expr::as_list));
        let list = criteria_place.field("Filters");
        for (at, filter) in filters.unwrap_or_default().iter().enumerate() {
            if let Some(pattern @ Expr::Text(_)) = filter.field("Pattern") {
                event_pattern::of_filter(entry, pattern, &list.item(at).field("Pattern"), self.findings);
            }
        }
    }

    /// A table has an ARN and its stream another.
    fn table_itself(&mut self) {
        let Some(Expr::GetAtt(id, attribute)) = given(self.resource, "EventSourceArn") else { return };
        let table = self.index.resources.get(id).is_some_and(|source| source.kind == "AWS::DynamoDB::Table");
        if table && attribute == "Arn" {
            let message = format!("`{}` reads the table `{id}` itself, not its stream", self.id);
            self.report("EventSourceArn", message, &format!("write `!GetAtt {id}.StreamArn`"));
        }
    }

    fn stream(&mut self) {
        if given(self.resource, "StartingPosition").is_none() {
            let message = format!("`{}` reads a stream and needs `StartingPosition`", self.id);
            self.report("StartingPosition", message, "LATEST, or TRIM_HORIZON for all that is still there");
        }
        let endless = |name| given(self.resource, name).is_none_or(|value| whole(value) == Some(-1));
        if endless("MaximumRetryAttempts") && endless("MaximumRecordAgeInSeconds") {
            let message = format!(
                "`{}` retries for ever: a record that fails holds up its shard until it expires",
                self.id
            );
            self.report(
                "MaximumRetryAttempts",
                message,
                "set MaximumRetryAttempts, and a DestinationConfig for what fails",
            );
        }
    }

    fn queue(&mut self, queue: LogicalId, properties: &Resource) {
        for name in OF_STREAMS.into_iter().filter(|name| given(self.resource, name).is_some()) {
            let message = format!("`{}` reads a queue; `{name}` is for streams", self.id);
            let hint = match name {
                "MaximumRetryAttempts" | "DestinationConfig" => "set the queue's RedrivePolicy",
                _ => "leave it out",
            };
            self.report(name, message, hint);
        }
        self.batch(properties);
        self.visibility(queue, properties);
        self.dead_letters(queue, properties);
    }

    /// A message that fails comes back until it expires, unless the queue itself holds what failed elsewhere.
    fn dead_letters(&mut self, queue: LogicalId, properties: &Resource) {
        if given(properties, "RedrivePolicy").is_some() || self.takes_dead_letters(queue) {
            return;
        }
        let message =
            format!("`{}` reads `{queue}`, where a message that fails comes back until it is lost", self.id);
        let hint = format!("give `{queue}` a RedrivePolicy with a queue for what fails");
        self.report("EventSourceArn", message, &hint);
    }

    fn takes_dead_letters(&self, queue: LogicalId) -> bool {
        self.index.of_type("AWS::SQS::Queue").any(|(_, other)| {
            let target = given(other, "RedrivePolicy").and_then(|policy| policy.field("deadLetterTargetArn"));
            target.and_then(|target| self.index.referred(target)).is_some_and(|(id, _)| id == queue)
        })
    }

    fn batch(&mut self, queue: &Resource) {
        let Some(size) = given(self.resource, "BatchSize").and_then(whole) else { return };
        if size <= MOST_AT_ONCE {
            return;
        }
        if is_true(queue.property("FifoQueue")) {
            let message = format!("a FIFO queue gives batches of {MOST_AT_ONCE} at most, not {size}");
            self.report("BatchSize", message, "");
        } else if given(self.resource, "MaximumBatchingWindowInSeconds").is_none_or(|it| whole(it) == Some(0))
        {
            let message =
                format!("a batch of {size} messages, more than {MOST_AT_ONCE}, needs time to gather");
            self.report("BatchSize", message, "set MaximumBatchingWindowInSeconds to 1 at least");
        }
    }

    /// Lambda refuses a queue that hands a message out again while the function may still be at it.
    fn visibility(&mut self, queue: LogicalId, properties: &Resource) {
        let Some((function, called)) =
            given(self.resource, "FunctionName").and_then(|name| self.index.referred(name))
        else {
            return;
        };
        if called.kind != "AWS::Lambda::Function" {
            return;
        }
        let seconds = |resource, name, default| match given(resource, name) {
            Some(value) => whole(value),
            None => Some(default),
        };
        let visibility = seconds(properties, "VisibilityTimeout", DEFAULT_VISIBILITY);
        let timeout = seconds(called, "Timeout", DEFAULT_TIMEOUT);
        if let (Some(visibility), Some(timeout)) = (visibility, timeout)
            && visibility < timeout
        {
            let message = format!(
                "`{queue}` hides a message for {visibility} s, but `{function}` may take {timeout} s over it"
            );
            let hint = format!(
                "set VisibilityTimeout of `{queue}` to {timeout} at least; AWS advises {}",
                timeout * 6
            );
            self.report("EventSourceArn", message, &hint);
        }
    }
}
