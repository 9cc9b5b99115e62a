//! The queues themselves: their names, attributes and tags in the store.
//! Touches no message but to throw all of them away.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attributes::Attributes;
use crate::error::AwsError;

/// A queue, as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) attributes: Attributes,
    pub(crate) tags: BTreeMap<String, String>,
    /// Milliseconds since 1970, as are the next two.
    pub(crate) created_at: i64,
    pub(crate) modified_at: i64,
    pub(crate) purged_at: Option<i64>,
}

impl Queue {
    pub(crate) fn new(name: &str, attributes: Attributes, tags: BTreeMap<String, String>, now: i64) -> Queue {
        let name = name.to_owned();
        Queue { name, attributes, tags, created_at: now, modified_at: now, purged_at: None }
    }

    pub(crate) fn find(store: &Connection, name: &str) -> Result<Option<Queue>, AwsError> {
        let mut statement = store.prepare_cached("SELECT * FROM queues WHERE name = ?")?;
        statement.query_row([name], kept).optional()?.map(Kept::read).transpose()
    }

    pub(crate) fn named(store: &Connection, name: &str) -> Result<Queue, AwsError> {
        Queue::find(store, name)?.ok_or_else(AwsError::no_queue)
    }

    /// All of them, by name.
    pub(crate) fn all(store: &Connection) -> Result<Vec<Queue>, AwsError> {
        let mut statement = store.prepare_cached("SELECT * FROM queues ORDER BY name")?;
        let found = statement.query_map([], kept)?.collect::<Result<Vec<_>, _>>()?;
        found.into_iter().map(Kept::read).collect()
    }

    /// Adds it, or replaces the one of its name.
    pub(crate) fn keep(&self, store: &Connection) -> Result<(), AwsError> {
        let mut statement = store.prepare_cached("REPLACE INTO queues VALUES (?, ?, ?, ?, ?, ?)")?;
        let attributes = text(self.attributes.values())?;
        let tags = text(&self.tags)?;
        let times = (self.created_at, self.modified_at, self.purged_at);
        statement.execute(params![self.name, attributes, tags, times.0, times.1, times.2])?;
        Ok(())
    }

    pub(crate) fn delete(store: &Connection, name: &str) -> Result<(), AwsError> {
        store.execute("DELETE FROM queues WHERE name = ?", [name])?;
        store.execute("DELETE FROM messages WHERE queue = ?", [name])?;
        store.execute("DELETE FROM duplicates WHERE queue = ?", [name])?;
        Ok(())
    }
}

/// A row of `queues`.
struct Kept {
    name: String,
    attributes: String,
    tags: String,
    times: (i64, i64, Option<i64>),
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        name: row.get(0)?,
        attributes: row.get(1)?,
        tags: row.get(2)?,
        times: (row.get(3)?, row.get(4)?, row.get(5)?),
    })
}

impl Kept {
    fn read(self) -> Result<Queue, AwsError> {
        let attributes = Attributes::of_new(&self.name, &json(&self.attributes)?)?;
        let (created_at, modified_at, purged_at) = self.times;
        Ok(Queue { name: self.name, attributes, tags: json(&self.tags)?, created_at, modified_at, purged_at })
    }
}

/// A value as the store keeps it.
pub(crate) fn text(value: &impl Serialize) -> Result<String, AwsError> {
    serde_json::to_string(value).map_err(|error| AwsError::internal(error.to_string()))
}

/// What the store kept.
pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, AwsError> {
    serde_json::from_str(text).map_err(|error| AwsError::internal(error.to_string()))
}
