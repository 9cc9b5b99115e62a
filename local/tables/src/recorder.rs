//! Changes as the engine records them: diverted from its own table into one of ours, in the transaction of the write.
//! Judges no change: whether there is anything to tell of it, and how long, is for the streams.
//!
//! In memory our table is emptied as it is read. In a folder it stays until the streams have forgotten a change, so
//! that a change is there if and only if its write is, whatever happens to the process.

use dynoxide::DynoxideError;
use dynoxide::storage::Storage;

use crate::change::RawChange;
use crate::error::AwsError;

/// The engine's own table stays empty: it looks for the highest number there before each record, without an index. No
/// table of DynamoDB can have a name with a colon.
const DIVERSION: &str = "
    DELETE FROM _stream_records;
    CREATE TEMP TRIGGER divert BEFORE INSERT ON main._stream_records BEGIN
        INSERT INTO \"stackwright:changes\" (table_name, keys, old, new, identity, created)
            VALUES (NEW.table_name, NEW.keys_json, NEW.old_image, NEW.new_image, NEW.user_identity, NEW.created_at);
        SELECT RAISE(IGNORE);
    END;";

const IN_MEMORY: &str = "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE";
const IN_FOLDER: &str = "CREATE TABLE IF NOT EXISTS";

/// Numbers are never given out again.
const COLUMNS: &str = "\"stackwright:changes\" (id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT, keys TEXT, old TEXT, new TEXT, identity TEXT, created INTEGER)";

const RECORDED: &str = "SELECT id, table_name, keys, old, new, identity, created FROM \"stackwright:changes\"
    WHERE id > ?1 ORDER BY id";

const EMPTIED: &str = "DELETE FROM \"stackwright:changes\"";
const FORGOTTEN: &str = "DELETE FROM \"stackwright:changes\" WHERE id = ?1";
const HIGHEST: &str = "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'stackwright:changes'";

/// So many changes are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: usize = 256;

/// Where changes are, and how far they have been read.
pub(crate) struct Recorder {
    is_kept: bool,
    read: i64,
    /// Not deleted yet.
    over: Vec<i64>,
}

impl Recorder {
    /// Begins to record, after what was recorded before.
    pub(crate) fn begin(storage: &Storage, is_kept: bool) -> Result<Recorder, DynoxideError> {
        let place = if is_kept { IN_FOLDER } else { IN_MEMORY };
        storage.conn().execute_batch(&format!("{place} {COLUMNS};{DIVERSION}"))?;
        Ok(Recorder { is_kept, read: 0, over: Vec::new() })
    }

    /// The highest number that a change has had.
    pub(crate) fn highest(storage: &Storage) -> Result<i64, DynoxideError> {
        Ok(storage.conn().query_row(HIGHEST, [], |row| row.get(0))?)
    }

    /// Takes what was recorded since this was last asked, in the order of commits.
    pub(crate) fn take(&mut self, storage: &Storage) -> Result<Vec<RawChange>, AwsError> {
        let changes = self.read(storage)?;
        if let Some(last) = changes.last() {
            self.read = last.id;
            if !self.is_kept {
                let empty = || storage.conn().prepare_cached(EMPTIED)?.execute([]);
                empty().map_err(DynoxideError::from)?;
            }
        }
        Ok(changes)
    }

    fn read(&self, storage: &Storage) -> Result<Vec<RawChange>, DynoxideError> {
        let mut statement = storage.conn().prepare_cached(RECORDED)?;
        let changes = statement.query_map([self.read], |row| {
            Ok(RawChange {
                id: row.get(0)?,
                table: row.get(1)?,
                keys: row.get(2)?,
                old: row.get(3)?,
                new: row.get(4)?,
                by_expiry: row.get::<_, Option<String>>(5)?.is_some(),
                created: row.get(6)?,
            })
        })?;
        Ok(changes.collect::<Result<_, _>>()?)
    }

    /// Notes that changes are in no stream any more; answers which to delete, now and then.
    pub(crate) fn forget(&mut self, ids: Vec<i64>) -> Option<Vec<i64>> {
        if self.is_kept {
            self.over.extend(ids);
        }
        (self.over.len() >= FORGOTTEN_AT_ONCE).then(|| std::mem::take(&mut self.over))
    }

    /// Deletes changes.
    pub(crate) fn delete(storage: &Storage, ids: &[i64]) -> Result<(), DynoxideError> {
        storage.begin_transaction()?;
        let delete = || -> Result<(), DynoxideError> {
            let mut statement = storage.conn().prepare_cached(FORGOTTEN)?;
            ids.iter().try_for_each(|id| statement.execute([id]).map(drop))?;
            storage.commit()
        };
        delete().or_else(|error| storage.rollback().and(Err(error)))
    }
}
