//! How far a reader has come in a stream, kept with the tables.
//! Moves nothing: a reader says where it is.

use dynoxide::DynoxideError;
use dynoxide::storage::Storage;

/// A place in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The stream's ARN: the place means nothing in another one.
    pub stream_arn: String,
    /// The sequence number of the next record to read.
    pub next: u128,
}

/// Numbers have more digits than SQLite's. No table of DynamoDB can have a name with a colon.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"stackwright:checkpoints\"
    (reader TEXT PRIMARY KEY, stream TEXT, next TEXT) WITHOUT ROWID;";

const ALL: &str = "SELECT reader, stream, next FROM \"stackwright:checkpoints\"";
const KEEP: &str =
    "INSERT OR REPLACE INTO \"stackwright:checkpoints\" (reader, stream, next) VALUES (?1, ?2, ?3)";
const FORGET: &str = "DELETE FROM \"stackwright:checkpoints\" WHERE reader = ?1";

/// All that were kept, by the names of readers.
pub(crate) fn all(storage: &Storage) -> Result<Vec<(String, Checkpoint)>, DynoxideError> {
    storage.conn().execute_batch(TABLE)?;
    let mut statement = storage.conn().prepare(ALL)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    let mut all = Vec::new();
    for row in rows {
        let (reader, stream_arn, next) = row?;
        all.extend(next.parse().ok().map(|next| (reader, Checkpoint { stream_arn, next })));
    }
    Ok(all)
}

pub(crate) fn keep(storage: &Storage, reader: &str, checkpoint: &Checkpoint) -> Result<(), DynoxideError> {
    let mut statement = storage.conn().prepare_cached(KEEP)?;
    statement.execute([reader, &checkpoint.stream_arn, &checkpoint.next.to_string()])?;
    Ok(())
}

pub(crate) fn forget(storage: &Storage, reader: &str) -> Result<(), DynoxideError> {
    storage.conn().prepare_cached(FORGET)?.execute([reader])?;
    Ok(())
}
