//! The streams of all tables: those that take records, and those that ended less than 24 hours ago.
//! Does not know the engine: it is told what changed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::change::{RawChange, View};
use crate::checkpoint::Checkpoint;
use crate::error::AwsError;
use crate::kept::Kept;
use crate::settings::Settings;
use crate::stream::{Identity, Stream, label, number};

pub(crate) struct Log {
    pub(crate) settings: Settings,
    /// How far readers have come, by their names.
    pub(crate) readers: HashMap<String, Checkpoint>,
    /// In the order they were made.
    streams: Vec<Stream>,
    /// The number of the next change of any table.
    next: u128,
    /// The ids of changes that are in no stream, and perhaps still in the folder.
    over: Vec<i64>,
    /// Who is told of each record, by the stream's table and what happened to the item.
    pub(crate) told: Option<Arc<Told>>,
}

pub(crate) type Told = dyn Fn(&str, &str) + Send + Sync;

impl Log {
    /// No streams, after a change with that id.
    pub(crate) fn new(settings: Settings, highest: i64) -> Log {
        let (readers, streams, over) = (HashMap::new(), Vec::new(), Vec::new());
        Log { settings, readers, streams, next: number(highest) + 1, over, told: None }
    }

    /// A stream that begins now.
    pub(crate) fn fresh(&self, table: &str, view: View) -> Kept {
        let (label, first) = (self.fresh_label(table), self.next);
        Kept { label, view, first, created: self.settings.now() }
    }

    /// A label that no stream of the table has had.
    fn fresh_label(&self, table: &str) -> String {
        let is_taken = |label: &str| self.of_table(table).any(|stream| stream.identity.label == label);
        let moments = (0..).map(|millis| self.settings.now() + Duration::from_millis(millis));
        moments.map(label).find(|label| !is_taken(label)).unwrap_or_default()
    }

    /// Starts the stream of a table.
    pub(crate) fn start(&mut self, table: &str, kept: Kept, key_schema: serde_json::Value) {
        let Kept { label, view, first, created } = kept;
        let arn = format!("{}/stream/{label}", self.settings.table_arn(table));
        let region = self.settings.region.clone();
        let identity = Identity { arn, table: table.to_owned(), label, region, view, key_schema };
        self.streams.push(Stream::new(identity, first, created));
    }

    /// Ends the stream of a table, if it has one.
    pub(crate) fn end(&mut self, table: &str) {
        let now = self.settings.now();
        let open = self.streams.iter_mut().filter(|stream| stream.identity.table == table);
        open.for_each(|stream| stream.end(now));
    }

    /// Keeps the streams of a table that is gone from a new table of the same name.
    pub(crate) fn disown(&mut self, table: &str) {
        let gone = self.streams.iter_mut().filter(|stream| stream.identity.table == table);
        gone.for_each(|stream| stream.has_table = false);
    }

    /// Adds what writes changed to the streams of their tables.
    pub(crate) fn append(&mut self, changes: &[RawChange]) {
        let now = self.settings.now();
        for change in changes {
            if let (Some(event), Some(told)) = (self.add(change, now), &self.told) {
                told(&change.table, event);
            }
        }
        self.trim();
    }

    /// Adds what was kept in the folder.
    pub(crate) fn restore(&mut self, changes: &[RawChange]) {
        for change in changes {
            self.add(change, UNIX_EPOCH + Duration::from_secs(change.created));
        }
        self.trim();
    }

    /// What happened to the item, if there is a stream that shows it.
    fn add(&mut self, change: &RawChange, created: SystemTime) -> Option<&'static str> {
        let number = number(change.id);
        self.next = self.next.max(number + 1);
        let is_its = |stream: &&mut Stream| {
            stream.identity.table == change.table && !stream.has_ended() && stream.first <= number
        };
        match (self.streams.iter_mut().find(is_its), change.seen()) {
            (Some(stream), Some(seen)) => {
                let event = seen.event();
                stream.append(seen, number, created);
                Some(event)
            }
            _ => {
                self.over.push(change.id);
                None
            }
        }
    }

    /// Forgets what is older than 24 hours, and what is too much.
    pub(crate) fn trim(&mut self) -> SystemTime {
        let Log { settings, readers, streams, over, .. } = self;
        let now = settings.now();
        let gone = streams.extract_if(.., |stream| stream.is_gone(now));
        gone.for_each(|stream| over.extend(stream.ids()));
        for stream in streams {
            stream.trim(now, settings.stream_bytes, readers);
            over.append(&mut stream.take_over());
        }
        now
    }

    /// The ids of changes that are in no stream any more, of those since this was last asked.
    pub(crate) fn take_over(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.over)
    }

    pub(crate) fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.streams.iter()
    }

    fn of_table(&self, table: &str) -> impl Iterator<Item = &Stream> {
        self.streams().filter(move |stream| stream.identity.table == table)
    }

    /// The last stream that a table had, whether or not it ended.
    pub(crate) fn latest(&self, table: &str) -> Option<&Stream> {
        self.of_table(table).filter(|stream| stream.has_table).last()
    }

    /// The stream that takes the changes of a table.
    pub(crate) fn open(&self, table: &str) -> Option<&Stream> {
        self.latest(table).filter(|stream| !stream.has_ended())
    }

    pub(crate) fn named(&self, arn: &str) -> Result<&Stream, AwsError> {
        let found = self.streams().find(|stream| stream.identity.arn == arn);
        found.ok_or_else(|| AwsError::not_found(&format!("Stream: {arn} not found")))
    }
}
