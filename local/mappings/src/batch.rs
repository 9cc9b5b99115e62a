//! A batch of a stream after a failure: what is tried again, in which parts, and what is given up.
//! Invokes nothing and waits for nothing: the lane does.

use std::time::{Duration, SystemTime};

use crate::definition::StreamSource;
use crate::record::Record;

/// A record is never older in a stream.
const OLDEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Records that go to a function together, and how that went so far.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// In order; never none.
    pub(crate) records: Vec<Record>,
    /// Tries that failed and count as such.
    pub(crate) failures: u32,
    /// Times that the function was run with these records.
    pub(crate) invokes: u32,
    /// Times in a row that it was not run.
    pub(crate) refusals: u32,
    pub(crate) last: Option<Last>,
}

/// The latest answer of the function.
#[derive(Clone, Debug)]
pub(crate) struct Last {
    pub(crate) request_id: String,
    /// Not if it answered, and said which records failed.
    pub(crate) is_function_error: bool,
}

/// What becomes of a batch that failed.
#[derive(Debug)]
pub(crate) enum Next {
    Retry(Batch),
    Halves(Batch, Batch),
    GiveUp(Batch),
}

impl Batch {
    pub(crate) fn new(records: Vec<Record>) -> Batch {
        Batch { records, failures: 0, invokes: 0, refusals: 0, last: None }
    }

    /// The part of it from a place on; what stays is the part before.
    pub(crate) fn split_off(&mut self, place: usize) -> Batch {
        let records = self.records.split_off(place);
        Batch { records, last: self.last.clone(), ..*self }
    }

    /// Takes out the records that are too old: those at the beginning.
    pub(crate) fn split_aged(self, now: SystemTime, source: &StreamSource) -> (Option<Batch>, Option<Batch>) {
        let oldest = oldest(source);
        let is_over = |record: &Record| now.duration_since(record.created).is_ok_and(|age| age >= oldest);
        let aged = self.records.iter().take_while(|record| is_over(record)).count();
        let mut aged_part = self;
        let rest = aged_part.split_off(aged);
        (aged_part.unless_empty(), rest.unless_empty())
    }

    fn unless_empty(self) -> Option<Batch> {
        (!self.records.is_empty()).then_some(self)
    }

    /// How long its first record may still be tried.
    pub(crate) fn time_left(&self, now: SystemTime, source: &StreamSource) -> Duration {
        let age = now.duration_since(self.records[0].created).unwrap_or_default();
        oldest(source).saturating_sub(age)
    }

    /// What is done after a try failed. The records before its first are handled: it was cut there if `is_rest`.
    pub(crate) fn after_failure(mut self, is_rest: bool, source: &StreamSource) -> Next {
        match (source.bisects, is_rest) {
            // The cut at the record that failed is the bisection.
            (true, true) => Next::Retry(self),
            (true, false) if self.records.len() > 1 => {
                let second = self.split_off(self.records.len() / 2);
                Next::Halves(self, second)
            }
            _ if source.retries.is_some_and(|retries| self.failures >= retries) => Next::GiveUp(self),
            _ => {
                self.failures += 1;
                Next::Retry(self)
            }
        }
    }
}

fn oldest(source: &StreamSource) -> Duration {
    source.maximum_age.unwrap_or(OLDEST).min(OLDEST)
}
