//! A record of a stream on its way to a function, and how many of them fill a batch.
//! Sends nothing.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::SystemTime;

use serde_json::Value;
use stackwright_tables::Change;

use crate::payload;

#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) number: u128,
    /// The number as text, which is what functions report.
    pub(crate) id: String,
    pub(crate) created: SystemTime,
    /// The event, as JSON.
    pub(crate) event: String,
}

impl Record {
    pub(crate) fn new(change: &Change, event: &Value) -> Record {
        let number = change.sequence_number;
        Record { number, id: number.to_string(), created: change.created, event: event.to_string() }
    }
}

/// The lane of a change: the same for all changes of an item.
pub(crate) fn lane(change: &Change, lanes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    change.record()["dynamodb"]["Keys"].to_string().hash(&mut hasher);
    usize::try_from(hasher.finish() % lanes as u64).unwrap_or_default()
}

/// Records that come together, until there are as many or as large ones as a batch may have.
#[derive(Debug)]
pub(crate) struct Filling {
    limit: usize,
    bytes: usize,
    records: Vec<Record>,
    /// What did not fit in, in order: it begins the next batch.
    left: VecDeque<Record>,
}

impl Filling {
    /// Begins with what was left of the batch before.
    pub(crate) fn new(limit: usize, left: VecDeque<Record>) -> Filling {
        let mut filling =
            Filling { limit, bytes: payload::EMPTY, records: Vec::new(), left: VecDeque::new() };
        left.into_iter().for_each(|record| filling.push(record));
        filling
    }

    pub(crate) fn push(&mut self, record: Record) {
        let bytes = self.bytes + record.event.len() + 1;
        let fits = bytes <= payload::LIMIT || self.records.is_empty();
        if self.left.is_empty() && fits && self.records.len() < self.limit {
            self.bytes = bytes;
            self.records.push(record);
        } else {
            self.left.push_back(record);
        }
    }

    /// How many records may still come.
    pub(crate) fn room(&self) -> usize {
        if self.left.is_empty() { self.limit - self.records.len() } else { 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The batch, and what is left for the next one.
    pub(crate) fn finish(self) -> (Vec<Record>, VecDeque<Record>) {
        (self.records, self.left)
    }
}
