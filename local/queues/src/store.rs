//! The SQLite database behind the queues, one transaction at a time.
//! Knows its tables' form, and of their content nothing: that is for `queue` and `line`.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use crate::error::{AwsError, OpenError};

/// The form of the tables below.
const FORM: i64 = 1;

/// `sequence` grows with every message sent, also after a restart: it is what FIFO queues number messages by.
const TABLES: &str = "
    CREATE TABLE queues (
        name TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL,
        created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, purged_at INTEGER) STRICT;
    CREATE TABLE messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
        attributes TEXT NOT NULL, trace TEXT, sender TEXT NOT NULL, message_group TEXT, deduplication TEXT, source TEXT,
        sent_at INTEGER NOT NULL, kept_since INTEGER NOT NULL, visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL, first_received_at INTEGER, received_at INTEGER) STRICT;
    CREATE INDEX messages_by_time ON messages (queue, visible_at, sequence);
    CREATE INDEX messages_by_age ON messages (queue, kept_since);
    CREATE INDEX messages_by_sequence ON messages (queue);
    CREATE INDEX messages_by_group ON messages (queue, message_group, visible_at) WHERE message_group IS NOT NULL;
    CREATE INDEX messages_by_receives ON messages (queue, receives) WHERE receives > 0;
    CREATE TABLE duplicates (
        queue TEXT NOT NULL, message_group TEXT NOT NULL, id TEXT NOT NULL, answer TEXT NOT NULL, until INTEGER NOT NULL,
        PRIMARY KEY (queue, message_group, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX duplicates_by_time ON duplicates (queue, until);";

#[derive(Clone)]
pub(crate) struct Store(Arc<Mutex<Connection>>);

impl Store {
    pub(crate) fn memory() -> Result<Store, OpenError> {
        Store::over(Connection::open_in_memory()?)
    }

    /// A commit survives a killed process at once, and a power cut when SQLite next moves its log into the file.
    pub(crate) fn open(folder: &Path) -> Result<Store, OpenError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| OpenError::Folder { folder: folder.to_owned(), source })?;
        let connection = Connection::open(folder.join("queues.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Store::over(connection)
    }

    fn over(mut connection: Connection) -> Result<Store, OpenError> {
        connection.set_prepared_statement_cache_capacity(64);
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match found {
            FORM => {}
            0 => {
                let transaction = connection.transaction()?;
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "user_version", FORM)?;
                transaction.commit()?;
            }
            found => return Err(OpenError::Form { found, known: FORM }),
        }
        Ok(Store(Arc::new(Mutex::new(connection))))
    }

    /// Does all of something, or nothing if it fails.
    pub(crate) fn within<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let mut connection =
            self.0.lock().map_err(|_| AwsError::internal("the store of queues has panicked"))?;
        let transaction = connection.transaction()?;
        let outcome = work(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }
}
