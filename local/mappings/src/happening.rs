//! What happens to batches, for who shows it or waits for it.
//! Changes nothing: a mapping goes on whether or not anybody listens.

use std::fmt;
use std::time::Duration;

use crate::failure::Condition;

/// Something that happened in a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// The mapping's id.
    pub mapping: String,
    /// The function it invokes.
    pub function_arn: String,
    /// The stream or queue it reads.
    pub source_arn: String,
    /// What happened.
    pub event: Event,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// So many records matched no filter; those of a queue are deleted.
    Filtered(usize),
    /// A batch of so many records goes to the function, for the nth time if it is the same batch.
    Sent {
        /// Its size.
        records: usize,
        /// 1 at first.
        attempt: u32,
    },
    /// The function has handled a batch.
    Handled {
        /// Its size.
        records: usize,
        /// From sending to the answer.
        duration: Duration,
    },
    /// The function has failed with a batch, or with some of its records.
    Failed {
        /// The batch's size.
        records: usize,
        /// The records that will come again or be given up.
        failed: usize,
        /// Why.
        error: String,
        /// From sending to the answer.
        duration: Duration,
    },
    /// The function was not run at all. No retry is used up.
    NotRun(String),
    /// The same records will be sent again after this time.
    Retried(Duration),
    /// A batch that failed was cut into these two.
    Bisected(usize, usize),
    /// So many records will not be sent again.
    GivenUp {
        /// Their number.
        records: usize,
        /// Why.
        condition: Condition,
        /// Who gets a record of it, if anybody.
        destination: Option<String>,
    },
    /// A destination did not take a record.
    NotDelivered {
        /// The destination's ARN.
        destination: String,
        /// Why.
        error: String,
    },
    /// The source cannot be read; it is tried again.
    Blocked(String),
    /// The stream ended: it was disabled, or its table deleted.
    Ended,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Filtered(count) => write!(f, "{} matched no filter", records(*count)),
            Event::Sent { records: count, attempt: 1 } => write!(f, "{} sent", records(*count)),
            Event::Sent { records: count, attempt } => write!(f, "{} sent, try {attempt}", records(*count)),
            Event::Handled { records: count, duration } => {
                write!(f, "{} handled in {}", records(*count), milliseconds(*duration))
            }
            Event::Failed { records: count, failed, error, duration } => {
                write!(f, "{failed} of {} failed in {}: {error}", records(*count), milliseconds(*duration))
            }
            Event::NotRun(error) => write!(f, "the function was not run: {error}"),
            Event::Retried(wait) => write!(f, "tried again in {}", milliseconds(*wait)),
            Event::Bisected(first, second) => write!(f, "batch cut into {first} and {second}"),
            Event::GivenUp { records: count, condition, destination: None } => {
                write!(f, "{} given up: {condition}", records(*count))
            }
            Event::GivenUp { records: count, condition, destination: Some(destination) } => {
                write!(f, "{} given up: {condition}, told to {destination}", records(*count))
            }
            Event::NotDelivered { destination, error } => {
                write!(f, "{destination} did not get the failure record: {error}")
            }
            Event::Blocked(problem) => write!(f, "{problem}"),
            Event::Ended => f.write_str("the stream ended"),
        }
    }
}

fn records(count: usize) -> String {
    match count {
        1 => "1 record".to_owned(),
        count => format!("{count} records"),
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
