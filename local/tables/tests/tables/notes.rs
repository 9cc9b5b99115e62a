//! A table `notes` with key `id`, a clock that stands until it is moved, and what its stream tells.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use stackwright_tables::{AwsError, Position, Settings, Tables};

/// 2026-11-21T18:30:00.
pub(crate) const START: u64 = 1_795_285_800;

pub(crate) struct Notes {
    pub(crate) tables: Tables,
    pub(crate) clock: Clock,
}

#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock(Arc::new(AtomicU64::new(START)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn settings(&self) -> Settings {
        let clock = self.clone();
        let (region, account) = ("eu-west-2".to_owned(), "123456789012".to_owned());
        Settings { region, account, clock: Arc::new(move || clock.now()), ..Settings::default() }
    }
}

/// What creates a table with a key `id` of type S, and a stream.
pub(crate) fn declared(table: &str, view: &str) -> Value {
    json!({
        "TableName": table,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": view},
    })
}

impl Notes {
    pub(crate) fn streaming(view: &str) -> Notes {
        let clock = Clock::start();
        let notes = Notes { tables: Tables::memory(clock.settings()).unwrap(), clock };
        notes.run("CreateTable", declared("notes", view));
        notes
    }

    /// Runs an action that succeeds.
    #[track_caller]
    pub(crate) fn run(&self, action: &str, request: Value) -> Value {
        self.tables.execute(action, request).unwrap()
    }

    /// Runs an action that does not.
    #[track_caller]
    pub(crate) fn refused(&self, action: &str, request: Value) -> AwsError {
        self.tables.execute(action, request).unwrap_err()
    }

    pub(crate) fn put(&self, item: Value) {
        self.run("PutItem", json!({"TableName": "notes", "Item": item}));
    }

    /// Puts items `{id}` with these ids.
    pub(crate) fn put_all(&self, ids: &[&str]) {
        ids.iter().for_each(|id| self.put(json!({"id": {"S": id}})));
    }

    pub(crate) fn records(&self) -> Vec<Value> {
        let mut changes = self.tables.changes("notes", Position::TrimHorizon).unwrap();
        changes.take(10_000).iter().map(|change| change.record().clone()).collect()
    }

    pub(crate) fn stream_arn(&self) -> String {
        self.tables.changes("notes", Position::Latest).unwrap().stream_arn().to_owned()
    }

    pub(crate) fn shard_id(&self) -> String {
        self.tables.changes("notes", Position::Latest).unwrap().shard_id().to_owned()
    }

    /// What asks for an iterator.
    pub(crate) fn iterator_request(&self, kind: &str) -> Value {
        json!({"StreamArn": self.stream_arn(), "ShardId": self.shard_id(), "ShardIteratorType": kind})
    }

    pub(crate) fn iterator(&self, kind: &str) -> String {
        let answer = self.run("GetShardIterator", self.iterator_request(kind));
        answer["ShardIterator"].as_str().unwrap().to_owned()
    }

    pub(crate) fn iterator_by_number(&self, kind: &str, number: &str) -> String {
        let mut request = self.iterator_request(kind);
        request["SequenceNumber"] = json!(number);
        self.run("GetShardIterator", request)["ShardIterator"].as_str().unwrap().to_owned()
    }

    pub(crate) fn get_records(&self, iterator: &str) -> Value {
        self.run("GetRecords", json!({"ShardIterator": iterator}))
    }
}

/// The ids of items that records are of.
pub(crate) fn ids(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap()).collect()
}

pub(crate) fn ids_in(answer: &Value) -> Vec<&str> {
    ids(answer["Records"].as_array().unwrap())
}

/// The sequence number of a record.
pub(crate) fn number(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned()
}
