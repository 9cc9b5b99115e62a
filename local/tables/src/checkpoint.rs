//! How far a reader has come in a stream, kept with the tables.
//! Moves nothing: a reader says where it is.

use dynoxide::DynoxideError;

use crate::engine::Engine;
use crate::error::AwsError;

/// A place in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The stream's ARN: the place means nothing in another one.
    pub stream_arn: String,
    /// The sequence number of the next record to read.
    pub next: u128,
}

/// Numbers have more digits than SQLite's.
pub(crate) const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS checkpoints (reader TEXT PRIMARY KEY, stream TEXT, next TEXT) WITHOUT ROWID;";

impl Engine {
    pub(crate) fn checkpoint(&self, reader: &str) -> Result<Option<Checkpoint>, AwsError> {
        let read = || {
            let question = "SELECT stream, next FROM checkpoints WHERE reader = ?1";
            let mut statement = self.storage.conn().prepare_cached(question)?;
            let mut rows =
                statement.query_map([reader], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            rows.next().transpose()
        };
        let found = read().map_err(DynoxideError::from)?;
        Ok(found.and_then(|(stream_arn, next)| Some(Checkpoint { stream_arn, next: next.parse().ok()? })))
    }

    pub(crate) fn keep_checkpoint(&self, reader: &str, checkpoint: &Checkpoint) -> Result<(), AwsError> {
        let change = "INSERT OR REPLACE INTO checkpoints (reader, stream, next) VALUES (?1, ?2, ?3)";
        let values = [reader, &checkpoint.stream_arn, &checkpoint.next.to_string()];
        self.change(change, &values)
    }

    pub(crate) fn forget_checkpoint(&self, reader: &str) -> Result<(), AwsError> {
        self.change("DELETE FROM checkpoints WHERE reader = ?1", &[reader])
    }

    fn change(&self, statement: &str, values: &[&str]) -> Result<(), AwsError> {
        let change = || {
            let mut statement = self.storage.conn().prepare_cached(statement)?;
            for (place, value) in values.iter().enumerate() {
                statement.raw_bind_parameter(place + 1, value)?;
            }
            statement.raw_execute()
        };
        change().map_err(DynoxideError::from)?;
        Ok(())
    }
}
