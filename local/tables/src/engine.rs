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
use crate::checkpoint;
use crate::error::AwsError;
use crate::settings::{Durability, Settings, since_epoch};

/// Takes the engine's stream records out of its own table, within the transaction that wrote them.
///
/// Its own table stays empty: it looks for the highest number there before each record, without an index. The
/// temporary table is in memory, so a record costs no flush, and it is rolled back with the write.
const DIVERSION: &str = "
    PRAGMA temp_store = MEMORY;
    DELETE FROM _stream_records;
    CREATE TEMP TABLE diverted (
        id INTEGER PRIMARY KEY, table_name TEXT, keys TEXT, old TEXT, new TEXT, identity TEXT);
    CREATE TEMP TRIGGER divert BEFORE INSERT ON main._stream_records BEGIN
        INSERT INTO diverted (table_name, keys, old, new, identity)
            VALUES (NEW.table_name, NEW.keys_json, NEW.old_image, NEW.new_image, NEW.user_identity);
        SELECT RAISE(IGNORE);
    END;";

const DIVERTED: &str = "SELECT table_name, keys, old, new, identity FROM diverted ORDER BY id";

/// A stream that a table had when the engine stopped.
pub(crate) struct KnownStream {
    pub(crate) table: String,
    pub(crate) label: Option<String>,
    pub(crate) view: View,
}

pub(crate) struct Engine {
    pub(crate) storage: Storage,
    vectors: VectorIndexLifecycle,
}

impl Engine {
    pub(crate) fn memory(settings: &Settings) -> Result<Engine, DynoxideError> {
        Engine::over(Storage::memory()?, settings)
    }

    pub(crate) fn open(
        file: &Path,
        durability: Durability,
        settings: &Settings,
    ) -> Result<Engine, DynoxideError> {
        let storage = Storage::new(&file.to_string_lossy())?;
        match durability {
            Durability::Fast => storage.enable_bulk_loading()?,
            Durability::Synced => storage.conn().execute_batch("PRAGMA synchronous = FULL;")?,
        }
        Engine::over(storage, settings)
    }

    fn over(storage: Storage, settings: &Settings) -> Result<Engine, DynoxideError> {
        storage.conn().execute_batch(DIVERSION)?;
        storage.conn().execute_batch(checkpoint::TABLE)?;
        let storage = storage.with_clock(Arc::new(LentClock(settings.clone())));
        Ok(Engine { storage, vectors: VectorIndexLifecycle::new() })
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

    /// Takes what writes recorded since it was last asked, in the order of commits.
    pub(crate) fn take_changes(&self) -> Result<Vec<RawChange>, AwsError> {
        let read = || -> Result<Vec<RawChange>, DynoxideError> {
            let mut statement = self.storage.conn().prepare_cached(DIVERTED)?;
            let changes = statement.query_map([], |row| {
                Ok(RawChange {
                    table: row.get(0)?,
                    keys: row.get(1)?,
                    old: row.get(2)?,
                    new: row.get(3)?,
                    by_expiry: row.get::<_, Option<String>>(4)?.is_some(),
                })
            })?;
            Ok(changes.collect::<Result<_, _>>()?)
        };
        let changes = read()?;
        if !changes.is_empty() {
            let clear = || self.storage.conn().prepare_cached("DELETE FROM diverted")?.execute([]);
            clear().map_err(DynoxideError::from)?;
        }
        Ok(changes)
    }

    /// Has every write to a table recorded with both images, and keeps the stream's label and view with the table.
    pub(crate) fn record_changes(&self, table: &str, label: &str, view: View) -> Result<(), AwsError> {
        Ok(self.storage.enable_stream(table, View::Both.name(), &format!("{label} {}", view.name()))?)
    }

    /// The streams of tables that the engine was opened with.
    pub(crate) fn known_streams(&self) -> Result<Vec<KnownStream>, DynoxideError> {
        let known = self.storage.list_stream_enabled_tables()?.into_iter().map(|table| {
            let kept = table.stream_label.as_deref().and_then(|kept| kept.split_once(' '));
            let kept = kept.and_then(|(label, view)| Some((label.to_owned(), View::named(view)?)));
            // A process killed between the two steps of making a table has kept no label of ours.
            let declared = table.stream_view_type.as_deref().and_then(View::named);
            KnownStream {
                table: table.table_name,
                view: kept.as_ref().map(|(_, view)| *view).or(declared).unwrap_or(View::Both),
                label: kept.map(|(label, _)| label),
            }
        });
        Ok(known.collect())
    }

    pub(crate) fn has_table(&self, table: &str) -> Result<bool, AwsError> {
        Ok(self.storage.table_exists(table)?)
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
        let engine = Engine::memory(&Settings::default()).unwrap();
        let table = json!({
            "TableName": "notes",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
        });
        engine.execute("CreateTable", table).unwrap();
        engine.record_changes("notes", "label", View::Keys).unwrap();
        engine.execute("PutItem", json!({"TableName": "notes", "Item": {"id": {"S": "a"}}})).unwrap();
        let count = |table: &str| -> i64 {
            let question = format!("SELECT COUNT(*) FROM {table}");
            engine.storage.conn().query_row(&question, [], |row| row.get(0)).unwrap()
        };
        assert_eq!((count("_stream_records"), count("diverted")), (0, 1));
        assert_eq!(engine.take_changes().unwrap().len(), 1);
        assert_eq!(count("diverted"), 0);
    }
}
