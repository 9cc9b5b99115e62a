//! The engine behind the tables: `dynoxide` over SQLite, one action at a time.
//! Hands on nothing of it but JSON and the changes that writes made: nobody else here knows its types.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dynoxide::DynoxideError;
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::actions::{
    batch_execute_statement, batch_get_item, batch_write_item, create_table, delete_item, delete_table,
    describe_table, describe_time_to_live, execute_statement, execute_transaction, get_item, list_tables,
    list_tags_of_resource, put_item, query, scan, search_vectors, tag_resource, transact_get_items,
    transact_write_items, untag_resource, update_item, update_table, update_time_to_live,
};
use dynoxide::storage::Storage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::change::{RawChange, View};
use crate::checkpoint::{self, Checkpoint};
use crate::error::AwsError;
use crate::kept::Kept;
use crate::recorder::Recorder;
use crate::settings::{Durability, Settings, since_epoch};

const SYNCED: &str = "PRAGMA synchronous = FULL;";
const UNSYNCED: &str = "PRAGMA synchronous = NORMAL;";

/// A stream that a table had when the engine stopped.
pub(crate) struct KnownStream {
    pub(crate) table: String,
    /// Nothing if the process was killed between the two steps of making it.
    pub(crate) kept: Option<Kept>,
    /// As it was declared.
    pub(crate) view: View,
}

pub(crate) struct Engine {
    storage: Storage,
    vectors: VectorIndexLifecycle,
    recorder: Recorder,
    durability: Durability,
}

impl Engine {
    pub(crate) fn memory(settings: &Settings) -> Result<Engine, DynoxideError> {
        Engine::over(Storage::memory()?, false, Durability::Fast, settings)
    }

    pub(crate) fn open(
        file: &Path,
        durability: Durability,
        settings: &Settings,
    ) -> Result<Engine, DynoxideError> {
        let storage = Storage::new(&file.to_string_lossy())?;
        match durability {
            Durability::Fast => storage.enable_bulk_loading()?,
            Durability::Synced => storage.conn().execute_batch(SYNCED)?,
        }
        Engine::over(storage, true, durability, settings)
    }

    fn over(
        storage: Storage,
        is_kept: bool,
        durability: Durability,
        settings: &Settings,
    ) -> Result<Engine, DynoxideError> {
        let recorder = Recorder::begin(&storage, is_kept)?;
        let storage = storage.with_clock(Arc::new(LentClock(settings.clone())));
        Ok(Engine { storage, vectors: VectorIndexLifecycle::new(), recorder, durability })
    }

    /// Does what an action asks for.
    pub(crate) fn execute(&self, action: &str, request: Value) -> Result<Value, AwsError> {
        let (tables, vectors) = (&self.storage, &self.vectors);
        match action {
            "BatchExecuteStatement" => call(request, |it| batch_execute_statement::execute(tables, it)),
            "BatchGetItem" => call(request, |it| batch_get_item::execute(tables, it)),
            "BatchWriteItem" => call(request, |it| batch_write_item::execute(tables, it)),
            "CreateTable" => call(request, |it| create_table::execute(tables, it)),
            "DeleteItem" => call(request, |it| delete_item::execute(tables, it)),
            "DeleteTable" => call(request, |it| delete_table::execute(tables, it, vectors)),
            "DescribeTable" => call(request, |it| describe_table::execute(tables, it, vectors)),
            "DescribeTimeToLive" => call(request, |it| describe_time_to_live::execute(tables, it)),
            "ExecuteStatement" => call(request, |it| execute_statement::execute(tables, it)),
            "ExecuteTransaction" => call(request, |it| execute_transaction::execute(tables, it)),
            "GetItem" => call(request, |it| get_item::execute(tables, it)),
            "ListTables" => call(request, |it| list_tables::execute(tables, it)),
            "ListTagsOfResource" => call(request, |it| list_tags_of_resource::execute(tables, it)),
            "PutItem" => call(request, |it| put_item::execute(tables, it)),
            "Query" => call(request, |it| query::execute(tables, it)),
            "Scan" => call(request, |it| scan::execute(tables, it)),
            "SearchVectors" => call(request, |it| search_vectors::execute(tables, it, vectors)),
            "TagResource" => call(request, |it| tag_resource::execute(tables, it)),
            "TransactGetItems" => call(request, |it| transact_get_items::execute(tables, it)),
            "TransactWriteItems" => call(request, |it| transact_write_items::execute(tables, it)),
            "UntagResource" => call(request, |it| untag_resource::execute(tables, it)),
            "UpdateItem" => call(request, |it| update_item::execute(tables, it)),
            "UpdateTable" => call(request, |it| update_table::execute(tables, it, vectors)),
            "UpdateTimeToLive" => call(request, |it| update_time_to_live::execute(tables, it)),
            _ => Err(AwsError::unknown(action)),
        }
    }

    /// Deletes items whose time has come; answers how many.
    pub(crate) fn expire(&self) -> Result<usize, AwsError> {
        Ok(at_once(dynoxide::ttl::sweep_expired_items(&self.storage))?)
    }

    /// Takes what writes recorded since it was last asked, in the order of commits; at first, what is kept.
    pub(crate) fn take_changes(&mut self) -> Result<Vec<RawChange>, AwsError> {
        self.recorder.take(&self.storage)
    }

    /// Keeps changes no longer.
    pub(crate) fn forget_changes(&mut self, ids: Vec<i64>) -> Result<(), AwsError> {
        match self.recorder.forget(ids) {
            Some(ids) => self.unsynced(|storage| Recorder::delete(storage, &ids)),
            None => Ok(()),
        }
    }

    /// The highest id that a change has had.
    pub(crate) fn highest_change(&self) -> Result<i64, DynoxideError> {
        Recorder::highest(&self.storage)
    }

    pub(crate) fn checkpoints(&self) -> Result<Vec<(String, Checkpoint)>, DynoxideError> {
        checkpoint::all(&self.storage)
    }

    pub(crate) fn keep_checkpoint(&self, reader: &str, checkpoint: &Checkpoint) -> Result<(), AwsError> {
        self.unsynced(|storage| checkpoint::keep(storage, reader, checkpoint))
    }

    pub(crate) fn forget_checkpoint(&self, reader: &str) -> Result<(), AwsError> {
        self.unsynced(|storage| checkpoint::forget(storage, reader))
    }

    /// Changes what may be lost in a power cut, without waiting for the disk: records come twice then, no worse.
    fn unsynced(&self, change: impl FnOnce(&Storage) -> Result<(), DynoxideError>) -> Result<(), AwsError> {
        let set = |synchronous| self.storage.conn().execute_batch(synchronous).map_err(DynoxideError::from);
        match self.durability {
            Durability::Fast => Ok(change(&self.storage)?),
            Durability::Synced => {
                set(UNSYNCED)?;
                let changed = change(&self.storage);
                set(SYNCED)?;
                Ok(changed?)
            }
        }
    }

    /// Has every write to a table recorded with both images, and keeps the stream with the table.
    pub(crate) fn record_changes(&self, table: &str, kept: &Kept) -> Result<(), DynoxideError> {
        self.storage.enable_stream(table, View::Both.name(), &kept.text())
    }

    /// The streams of tables that the engine was opened with.
    pub(crate) fn known_streams(&self) -> Result<Vec<KnownStream>, DynoxideError> {
        let known = self.storage.list_stream_enabled_tables()?.into_iter().map(|table| KnownStream {
            table: table.table_name,
            kept: table.stream_label.as_deref().and_then(Kept::read),
            view: table.stream_view_type.as_deref().and_then(View::named).unwrap_or(View::Both),
        });
        Ok(known.collect())
    }

    pub(crate) fn has_table(&self, table: &str) -> Result<bool, AwsError> {
        Ok(self.storage.table_exists(table)?)
    }

    /// The table whose name differs from that of a new one in case alone: the engine's are the same in any case.
    pub(crate) fn namesake(&self, action: &str, table: &str) -> Result<Option<String>, AwsError> {
        if action != "CreateTable" {
            return Ok(None);
        }
        let names = self.storage.list_table_names()?;
        Ok(names.into_iter().find(|other| other != table && other.eq_ignore_ascii_case(table)))
    }

    /// The attribute that is the partition key of a table, or of one of its indexes.
    pub(crate) fn partition_key(
        &self,
        table: &str,
        index: Option<&str>,
    ) -> Result<Option<String>, DynoxideError> {
        let Some(found) = self.storage.get_table_metadata(table)? else { return Ok(None) };
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let of_index = index.and_then(|index| {
            let mut indexes = read(found.gsi_definitions.as_deref()?);
            let mut indexes = indexes.as_array_mut()?.iter_mut();
            Some(indexes.find(|one| one["IndexName"] == index)?["KeySchema"].take())
        });
        // A local index has the table's.
        let schema = of_index.unwrap_or_else(|| read(&found.key_schema));
        let mut keys = schema.as_array().into_iter().flatten();
        let hash = keys.find(|key| key["KeyType"] == "HASH");
        Ok(hash.and_then(|key| key["AttributeName"].as_str()).map(str::to_owned))
    }

    /// The key schema of a table, as its description has it.
    pub(crate) fn key_schema(&self, table: &str) -> Result<Value, DynoxideError> {
        let found = self.storage.get_table_metadata(table)?;
        Ok(found.and_then(|table| serde_json::from_str(&table.key_schema).ok()).unwrap_or_default())
    }
}

/// Reads a request, runs it, and writes the response.
fn call<Request, Response, Run>(request: Value, run: impl FnOnce(Request) -> Run) -> Result<Value, AwsError>
where
    Request: DeserializeOwned,
    Response: Serialize,
    Run: Future<Output = Result<Response, DynoxideError>>,
{
    let request = serde_json::from_value(request).map_err(|error| AwsError::unreadable(&error))?;
    let response = at_once(run(request))?;
    serde_json::to_value(response).map_err(|error| AwsError::internal(error.to_string()))
}

/// Runs a future that never waits, as all of the engine's over SQLite do.
fn at_once<T>(future: impl Future<Output = Result<T, DynoxideError>>) -> Result<T, DynoxideError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            Err(DynoxideError::InternalServerError("the engine waited for something".to_owned()))
        }
    }
}

/// The caller's clock, as the engine asks for it.
struct LentClock(Settings);

impl dynoxide::storage_backend::Clock for LentClock {
    fn now_unix_secs(&self) -> u64 {
        since_epoch(self.0.now()).as_secs()
    }

    fn now_unix_secs_f64(&self) -> f64 {
        since_epoch(self.0.now()).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    /// A record left there would make every later one slower.
    #[test]
    fn the_engine_keeps_no_records_of_its_own() {
        let mut engine = Engine::memory(&Settings::default()).unwrap();
        let table = json!({
            "TableName": "notes",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
        });
        engine.execute("CreateTable", table).unwrap();
        engine.execute("PutItem", json!({"TableName": "notes", "Item": {"id": {"S": "a"}}})).unwrap();
        let count = |engine: &Engine, table: &str| -> i64 {
            let question = format!("SELECT COUNT(*) FROM \"{table}\"");
            engine.storage.conn().query_row(&question, [], |row| row.get(0)).unwrap()
        };
        assert_eq!((count(&engine, "_stream_records"), count(&engine, "stackwright:changes")), (0, 1));
        assert_eq!(engine.take_changes().unwrap().len(), 1);
        assert_eq!(count(&engine, "stackwright:changes"), 0);
    }
}
