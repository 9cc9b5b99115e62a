//! [`Changes`]: the stream of a table, and the [`StreamTrigger`] that runs a function on it.
//!
//! There is no way to a trigger that retries for ever or drops what it cannot handle without saying so.

use stackwright_cfn::dynamodb::TableHandle;
use stackwright_cfn::lambda as l1;
use stackwright_cfn::lambda::event_source_mapping as types;
use stackwright_core::{Arn, Construct, Declared, LogicalId, Problem, Scope, Value};

use super::Adjustments;
use super::alarm::Alarm;
use super::event_source::{Batches, event_source_options};
use super::queue::{Queue, QueueHandle};
use crate::grant::Grant;
use crate::trigger::{Trigger, Wiring};

/// The changes of a streaming table.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    table: TableHandle,
}

impl Changes {
    pub(crate) const fn of(table: TableHandle) -> Self {
        Self { table }
    }

    /// The ARN of the stream.
    #[must_use]
    pub fn arn(self) -> Value<Arn> {
        Value::from_expr(self.table.stream_arn().into_expr())
    }

    /// Every change.
    #[must_use]
    pub fn all(self) -> StreamTrigger {
        StreamTrigger::new(self)
    }

    /// New items.
    #[must_use]
    pub fn inserted(self) -> StreamTrigger {
        self.of_kinds(&["INSERT"])
    }

    /// Items that got another content.
    #[must_use]
    pub fn modified(self) -> StreamTrigger {
        self.of_kinds(&["MODIFY"])
    }

    /// New items, and items that got another content.
    #[must_use]
    pub fn inserted_or_modified(self) -> StreamTrigger {
        self.of_kinds(&["INSERT", "MODIFY"])
    }

    /// Items that are gone, deleted or expired.
    #[must_use]
    pub fn removed(self) -> StreamTrigger {
        self.of_kinds(&["REMOVE"])
    }

    fn of_kinds(self, kinds: &'static [&'static str]) -> StreamTrigger {
        StreamTrigger { kinds, ..self.all() }
    }
}

/// From where a new trigger reads the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartAt {
    /// The oldest record there is: nothing is missed.
    TrimHorizon,
    /// What changes from now on.
    Latest,
}

/// Runs a function on batches of stream records.
///
/// By default: from the oldest record, 100 a batch, 3 retries, failing batches halved, single failed records
/// reported by the function, and what still fails described in a queue of its own, with alarms.
///
/// Source: [AWS::Lambda::EventSourceMapping](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html).
#[derive(Debug)]
pub struct StreamTrigger {
    source: Changes,
    /// `INSERT`, `MODIFY` and `REMOVE`, as far as they are wanted; all if none is named.
    pub kinds: &'static [&'static str],
    /// Event filter patterns as JSON; of the kinds wanted, a record that matches any is let through.
    pub filters: Vec<String>,
    /// The most records in a batch, 1 to 10,000.
    pub batch_size: u32,
    /// For how many seconds to gather a batch, 0 to 300.
    pub window_seconds: u32,
    /// How often a failing batch is tried again, 0 to 10,000.
    pub retries: u32,
    /// Whether a failing batch is halved, to find the record that fails.
    pub bisect: bool,
    /// After how many seconds a record is given up, 60 to 604,800; never by default.
    pub maximum_age_seconds: Option<u32>,
    /// How many batches of a shard are handled at once, 1 to 10.
    pub parallel: u32,
    /// From where to read.
    pub start_at: StartAt,
    /// Where failures are described; a queue of its own by default.
    pub failures_to: Option<QueueHandle>,
    adjustments: Adjustments<l1::EventSourceMapping>,
}

event_source_options!(StreamTrigger);

impl StreamTrigger {
    fn new(source: Changes) -> Self {
        Self {
            source,
            kinds: &[],
            filters: Vec::new(),
            batch_size: 100,
            window_seconds: 0,
            retries: 3,
            bisect: true,
            maximum_age_seconds: None,
            parallel: 1,
            start_at: StartAt::TrimHorizon,
            failures_to: None,
            adjustments: Adjustments::default(),
        }
    }

    /// Trying a failing batch again this often.
    #[must_use]
    pub const fn retry(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }

    /// Never halving a failing batch.
    #[must_use]
    pub const fn whole_batches(mut self) -> Self {
        self.bisect = false;
        self
    }

    /// Giving up records older than this.
    #[must_use]
    pub const fn maximum_age(mut self, seconds: u32) -> Self {
        self.maximum_age_seconds = Some(seconds);
        self
    }

    /// Handling this many batches of a shard at once; records of one item stay in order.
    #[must_use]
    pub const fn parallel(mut self, batches: u32) -> Self {
        self.parallel = batches;
        self
    }

    /// Reading from here on.
    #[must_use]
    pub const fn start_at(mut self, position: StartAt) -> Self {
        self.start_at = position;
        self
    }

    /// Describing failures in this queue instead of one of its own.
    #[must_use]
    pub const fn failures_to(mut self, queue: QueueHandle) -> Self {
        self.failures_to = Some(queue);
        self
    }

    /// Reading the stream takes these four; `ListStreams` is checked against the stream too.
    fn reading(&self) -> Grant {
        let actions = [
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
        ];
        Grant::new(actions, self.source.arn())
    }

    /// What the mapping lets through: a pattern by itself says all, so each names the kinds.
    fn patterns(&self) -> Vec<String> {
        if self.kinds.is_empty() {
            return self.filters.clone();
        }
        let kinds: Vec<String> = self.kinds.iter().map(|kind| format!("\"{kind}\"")).collect();
        let kinds = format!("\"eventName\":[{}]", kinds.join(","));
        match self.filters.as_slice() {
            [] => vec![format!("{{{kinds}}}")],
            filters => filters.iter().map(|pattern| narrowed(pattern, &kinds)).collect(),
        }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        if !self.kinds.is_empty() && self.filters.iter().any(|pattern| pattern.contains("\"eventName\"")) {
            let problem =
                Problem::new("the kinds of changes are named by the trigger, and by a filter of it");
            scope.report(problem.hint("give the filter to `changes.all()`, or without `eventName`"));
        }
    }

    fn mapping(self, function: Value<Arn>, failures: QueueHandle) -> l1::EventSourceMapping {
        let start = match self.start_at {
            StartAt::TrimHorizon => types::StartingPosition::TrimHorizon,
            StartAt::Latest => types::StartingPosition::Latest,
        };
        let batches = Batches {
            source: self.source.arn(),
            size: self.batch_size,
            window_seconds: self.window_seconds,
            filters: self.patterns(),
        };
        let mut mapping = batches
            .mapping(function)
            .starting_position(start)
            .maximum_retry_attempts(self.retries)
            .bisect_batch_on_function_error(self.bisect)
            .parallelization_factor(self.parallel)
            .destination_config(
                types::DestinationConfig::new()
                    .on_failure(types::OnFailure::new().destination(failures.arn())),
            );
        if let Some(seconds) = self.maximum_age_seconds {
            mapping = mapping.maximum_record_age_in_seconds(seconds);
        }
        self.adjustments.apply(mapping)
    }
}

/// The pattern with one field more. What is no object is left as it is, for the checks to tell of.
fn narrowed(pattern: &str, field: &str) -> String {
    match pattern.trim_start().strip_prefix('{').map(str::trim_start) {
        Some(rest) if rest.starts_with('}') => format!("{{{field}{rest}"),
        Some(rest) => format!("{{{field},{rest}"),
        None => pattern.to_owned(),
    }
}

impl Trigger for StreamTrigger {
    fn attach(self: Box<Self>, wiring: &mut Wiring<'_, '_>) {
        let name = format!("On{}", LogicalId::from(self.source.table));
        let reading = self.reading();
        let (function, policy, alarms) = (wiring.function, wiring.policy, wiring.alarms);
        let failures = wiring.scope.part(name, |scope: &mut Scope<'_>| {
            self.check(scope);
            let failures = self.failures_to.unwrap_or_else(|| scope.part("Failures", Queue::new()));
            Declared::from(self.mapping(function.arn(), failures)).after(policy).declare(scope);
            alarms.declare(scope, "FailuresAlarm", Alarm::waiting_messages(failures.name()));
            alarms.declare(scope, "AgeAlarm", Alarm::iterator_age(function.name()));
            failures
        });
        wiring.grants.extend([reading, failures.send()]);
    }
}
