//! The stream of one table: its records of the last 24 hours, in order, in one shard.
//! Reads no request: it is asked for records from a sequence number on.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::change::{Change, SeenChange, View};
use crate::checkpoint::Checkpoint;
use crate::settings::since_epoch;

/// How long a record is kept, and a stream that ended.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Sequence numbers have 21 digits. The rest of them counts the changes of all tables.
const LOWEST_NUMBER: u128 = 100_000_000_000_000_000_000;

/// The sequence number of a change, by its id.
pub(crate) fn number(id: i64) -> u128 {
    LOWEST_NUMBER + u128::from(id.unsigned_abs())
}

/// The id of the change with a sequence number.
fn id(number: u128) -> i64 {
    i64::try_from(number - LOWEST_NUMBER).unwrap_or(i64::MAX)
}

/// What names a stream, and what it is like.
pub(crate) struct Identity {
    pub(crate) arn: String,
    pub(crate) table: String,
    pub(crate) label: String,
    pub(crate) region: String,
    pub(crate) view: View,
    pub(crate) key_schema: Value,
}

/// Where a stream has come to: what subscribers wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    /// The number that the next record will have.
    pub(crate) next: u128,
    pub(crate) has_ended: bool,
}

pub(crate) struct Stream {
    pub(crate) identity: Identity,
    pub(crate) shard: String,
    pub(crate) created: SystemTime,
    /// The number of the first record it ever had.
    pub(crate) first: u128,
    /// Records with lower numbers are gone.
    pub(crate) horizon: u128,
    /// Not once there is another table of the same name.
    pub(crate) has_table: bool,
    ended: Option<SystemTime>,
    records: VecDeque<Arc<Change>>,
    /// Of all records.
    bytes: usize,
    /// The ids of changes that are forgotten here, and perhaps not in the folder.
    over: Vec<i64>,
    tail: watch::Sender<Tail>,
}

impl Stream {
    pub(crate) fn new(identity: Identity, first: u128, created: SystemTime) -> Stream {
        let millis = since_epoch(created).as_millis();
        let shard = format!("shardId-{millis:020}-{:08x}", fingerprint(&identity.arn) & 0xffff_ffff);
        let (tail, _) = watch::channel(Tail { next: first, has_ended: false });
        Stream {
            identity,
            shard,
            created,
            first,
            horizon: first,
            has_table: true,
            ended: None,
            records: VecDeque::new(),
            bytes: 0,
            over: Vec::new(),
            tail,
        }
    }

    /// The number that the next record will have.
    pub(crate) fn next(&self) -> u128 {
        self.tail.borrow().next
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Tail> {
        self.tail.subscribe()
    }

    /// Adds a change with a higher number than all before it.
    pub(crate) fn append(&mut self, change: SeenChange, number: u128, created: SystemTime) {
        let change = Arc::new(self.record(change, number, created));
        self.bytes += change.size;
        self.records.push_back(change);
        self.tail.send_modify(|tail| tail.next = number + 1);
    }

    fn record(&self, change: SeenChange, sequence_number: u128, now: SystemTime) -> Change {
        let (event, by_expiry) = (change.event(), change.is_by_expiry());
        let (shown, size) = change.shown(self.identity.view, sequence_number, now);
        let id = (fingerprint(&self.identity.arn), fingerprint(&sequence_number.to_string()));
        let mut record = json!({
            "eventID": format!("{:016x}{:016x}", id.0, id.1),
            "eventName": event,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.identity.region,
            "dynamodb": shown,
        });
        if by_expiry {
            record["userIdentity"] = json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"});
        }
        Change { sequence_number, created: now, size, record }
    }

    /// Takes no more records. Those it has stay for their time.
    pub(crate) fn end(&mut self, now: SystemTime) {
        self.ended.get_or_insert(now);
        self.tail.send_modify(|tail| tail.has_ended = true);
    }

    /// Forgets records older than 24 hours, and those beyond so many bytes that no reader waits for.
    pub(crate) fn trim(&mut self, now: SystemTime, bytes: usize, readers: &HashMap<String, Checkpoint>) {
        while let Some(oldest) = self.records.front() {
            let is_too_much = self.bytes > bytes && oldest.sequence_number < self.awaited(readers);
            if !is_too_much && !is_over(oldest.created, now) {
                return;
            }
            self.horizon = oldest.sequence_number + 1;
            self.bytes -= oldest.size;
            self.over.push(id(oldest.sequence_number));
            self.records.pop_front();
        }
    }

    /// The lowest number that a reader has not read.
    fn awaited(&self, readers: &HashMap<String, Checkpoint>) -> u128 {
        let mine = readers.values().filter(|reader| reader.stream_arn == self.identity.arn);
        mine.map(|reader| reader.next).min().unwrap_or(u128::MAX)
    }

    /// The ids of changes forgotten since this was last asked.
    pub(crate) fn take_over(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.over)
    }

    /// Those of all changes it still has.
    pub(crate) fn ids(&self) -> impl Iterator<Item = i64> {
        self.records.iter().map(|record| id(record.sequence_number))
    }

    /// Whether it ended so long ago that nothing is left of it.
    pub(crate) fn is_gone(&self, now: SystemTime) -> bool {
        self.ended.is_some_and(|ended| is_over(ended, now))
    }

    /// The records from a number on.
    pub(crate) fn from(&self, number: u128) -> impl Iterator<Item = &Arc<Change>> {
        let start = self.records.partition_point(|record| record.sequence_number < number);
        self.records.range(start..)
    }
}

fn is_over(moment: SystemTime, now: SystemTime) -> bool {
    now.duration_since(moment).is_ok_and(|age| age > KEPT_FOR)
}

/// A number that stays the same for a text, for ids that need no secrecy.
fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A label for a stream made now, as `2026-11-21T18:30:00.125`.
pub(crate) fn label(now: SystemTime) -> String {
    let now = OffsetDateTime::UNIX_EPOCH + since_epoch(now);
    let (date, clock) = (now.date(), now.time());
    format!(
        "{date}T{:02}:{:02}:{:02}.{:03}",
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.millisecond()
    )
}
