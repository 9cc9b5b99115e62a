//! The streams of all tables: those that take records, and those that ended less than 24 hours ago.
//! Does not know the engine: it is told what changed.

use std::time::{Duration, SystemTime};

use crate::change::{RawChange, View};
use crate::error::AwsError;
use crate::settings::Settings;
use crate::stream::{Identity, Stream, label};

pub(crate) struct Log {
    pub(crate) settings: Settings,
    /// In the order they were made.
    streams: Vec<Stream>,
}

impl Log {
    pub(crate) fn new(settings: Settings) -> Log {
        Log { settings, streams: Vec::new() }
    }

    /// A label that no stream of the table has had.
    pub(crate) fn fresh_label(&self, table: &str) -> String {
        let is_taken = |label: &str| self.of_table(table).any(|stream| stream.identity.label == label);
        let moments = (0..).map(|millis| self.settings.now() + Duration::from_millis(millis));
        moments.map(label).find(|label| !is_taken(label)).unwrap_or_default()
    }

    /// Starts the stream of a table.
    pub(crate) fn start(&mut self, table: &str, label: String, view: View, key_schema: serde_json::Value) {
        let arn = format!("{}/stream/{label}", self.settings.table_arn(table));
        let region = self.settings.region.clone();
        let identity = Identity { arn, table: table.to_owned(), label, region, view, key_schema };
        self.streams.push(Stream::new(identity, self.settings.now()));
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
            let mut open = self.streams.iter_mut().filter(|stream| !stream.has_ended());
            let stream = open.find(|stream| stream.identity.table == change.table);
            if let (Some(stream), Some(seen)) = (stream, change.seen()) {
                stream.append(seen, now);
            }
        }
    }

    /// Forgets what is older than 24 hours.
    pub(crate) fn trim(&mut self) -> SystemTime {
        let now = self.settings.now();
        self.streams.retain(|stream| !stream.is_gone(now));
        self.streams.iter_mut().for_each(|stream| stream.trim(now));
        now
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
