//! What a mapping is: whose records, to which function, in what batches, and what is done when it fails.
//! Reads no template: who does puts the values here.

use std::time::Duration;

use stackwright_pattern::Pattern;
use stackwright_tables::AwsError;

/// An event source mapping, whole.
///
/// See [`CreateEventSourceMapping`](https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html).
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The function that is invoked.
    pub function_arn: String,
    /// Where its records come from.
    pub source: Source,
    /// `BatchSize`: records of one invocation at most, 1 to 10,000.
    pub batch_size: usize,
    /// `MaximumBatchingWindowInSeconds`: how long the first record of a batch waits for others, up to 300 s. At zero it
    /// waits for none.
    pub window: Duration,
    /// `FilterCriteria`: a record must match one of them. Without any, all are taken.
    pub filters: Vec<Pattern>,
    /// `ReportBatchItemFailures`: the response says which records failed.
    pub reports_failures: bool,
    /// Whether it runs. Its place in a stream stays while it does not.
    pub enabled: bool,
}

/// Where records come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A stream of a table.
    Stream(StreamSource),
    /// A queue.
    Queue(QueueSource),
}

/// A stream, and what only mappings of streams have.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamSource {
    /// The stream's ARN.
    pub arn: String,
    /// Where the mapping begins, the first time.
    pub start: Start,
    /// `MaximumRetryAttempts`, up to 10,000; `None` (-1) is until the records are too old.
    pub retries: Option<u32>,
    /// `MaximumRecordAgeInSeconds`, from a minute to a week; `None` (-1) is the 24 hours that the stream has them.
    pub maximum_age: Option<Duration>,
    /// `BisectBatchOnFunctionError`: a batch that fails is tried again in two halves.
    pub bisects: bool,
    /// `ParallelizationFactor`: batches that run at once, 1 to 10. Changes of one item stay in order.
    pub lanes: usize,
    /// `TumblingWindowInSeconds`: anything but zero is refused, it is not supported.
    pub tumbling_window: Duration,
    /// `DestinationConfig.OnFailure.Destination`: the ARN that gets a record of what was given up.
    pub on_failure: Option<String>,
}

/// A queue, and what only mappings of queues have.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSource {
    /// The queue's ARN.
    pub arn: String,
    /// `ScalingConfig.MaximumConcurrency`: batches that run at once, 2 to 1,000.
    pub maximum_concurrency: Option<usize>,
}

/// Where a mapping begins in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// `TRIM_HORIZON`: at the oldest record.
    TrimHorizon,
    /// `LATEST`: after the newest record.
    Latest,
}

impl Definition {
    /// A mapping of a stream with Lambda's defaults, from the oldest record on.
    #[must_use]
    pub fn of_stream(function_arn: impl Into<String>, stream_arn: impl Into<String>) -> Definition {
        let source = StreamSource {
            arn: stream_arn.into(),
            start: Start::TrimHorizon,
            retries: None,
            maximum_age: None,
            bisects: false,
            lanes: 1,
            tumbling_window: Duration::ZERO,
            on_failure: None,
        };
        Definition::of(function_arn.into(), Source::Stream(source), 100)
    }

    /// A mapping of a queue with Lambda's defaults.
    #[must_use]
    pub fn of_queue(function_arn: impl Into<String>, queue_arn: impl Into<String>) -> Definition {
        let source = QueueSource { arn: queue_arn.into(), maximum_concurrency: None };
        Definition::of(function_arn.into(), Source::Queue(source), 10)
    }

    fn of(function_arn: String, source: Source, batch_size: usize) -> Definition {
        let (window, filters) = (Duration::ZERO, Vec::new());
        Definition {
            function_arn,
            source,
            batch_size,
            window,
            filters,
            reports_failures: false,
            enabled: true,
        }
    }

    /// The ARN of its stream or queue.
    #[must_use]
    pub fn source_arn(&self) -> &str {
        match &self.source {
            Source::Stream(stream) => &stream.arn,
            Source::Queue(queue) => &queue.arn,
        }
    }

    /// Refuses what Lambda refuses.
    pub(crate) fn check(&self) -> Result<(), DefinitionError> {
        within("batchSize", self.batch_size as u64, 1, 10_000)?;
        within("maximumBatchingWindowInSeconds", self.window.as_secs(), 0, 300)?;
        match &self.source {
            Source::Stream(stream) => stream.check(),
            Source::Queue(queue) => queue.check(self),
        }
    }
}

impl StreamSource {
    fn check(&self) -> Result<(), DefinitionError> {
        within("parallelizationFactor", self.lanes as u64, 1, 10)?;
        within("maximumRetryAttempts", self.retries.unwrap_or_default().into(), 0, 10_000)?;
        if let Some(age) = self.maximum_age {
            within("maximumRecordAgeInSeconds", age.as_secs(), 60, 604_800)?;
        }
        match self.tumbling_window.is_zero() {
            true => Ok(()),
            false => Err(DefinitionError::Unsupported("TumblingWindowInSeconds")),
        }
    }
}

impl QueueSource {
    fn check(&self, mapping: &Definition) -> Result<(), DefinitionError> {
        let is_fifo = self.arn.ends_with(".fifo");
        if let Some(maximum) = self.maximum_concurrency {
            within("scalingConfig.maximumConcurrency", maximum as u64, 2, 1000)?;
        }
        if is_fifo && !mapping.window.is_zero() {
            return Err(DefinitionError::WindowOfFifo);
        }
        if is_fifo {
            return within("batchSize", mapping.batch_size as u64, 1, 10);
        }
        match mapping.batch_size > 10 && mapping.window.is_zero() {
            true => Err(DefinitionError::WindowMissing),
            false => Ok(()),
        }
    }
}

fn within(name: &'static str, got: u64, lowest: u64, highest: u64) -> Result<(), DefinitionError> {
    let refused = |bound: &'static str, limit| Err(DefinitionError::OutOfRange { name, got, bound, limit });
    match got {
        got if got < lowest => refused("greater than or equal to", lowest),
        got if got > highest => refused("less than or equal to", highest),
        _ => Ok(()),
    }
}

/// Why a mapping is not made, in Lambda's words where it has some.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DefinitionError {
    /// A number that is too small or too large.
    #[error(
        "1 validation error detected: Value '{got}' at '{name}' failed to satisfy constraint: Member must have value \
         {bound} {limit}"
    )]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// Its value.
        got: u64,
        /// `less than or equal to`, or `greater than or equal to`.
        bound: &'static str,
        /// The last value allowed.
        limit: u64,
    },
    /// More than ten messages need time to be gathered.
    #[error(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    )]
    WindowMissing,
    /// FIFO queues have no window.
    #[error("Batching window is not supported for FIFO queues")]
    WindowOfFifo,
    /// What Lambda knows, and this does not.
    #[error("{0} is not supported here")]
    Unsupported(&'static str),
    /// There is no such stream.
    #[error("Stream not found: {arn}: {source}")]
    NoStream {
        /// The ARN asked for.
        arn: String,
        /// What the tables say.
        source: AwsError,
    },
    /// There is no such queue.
    #[error("Queue not found: {0}")]
    NoQueue(String),
}
