//! The messages of one queue, in the store: sent, received, hidden, moved and deleted.
//! Judges no message and waits for none; it is told the time.

use std::collections::BTreeMap;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::error::AwsError;
use crate::message::{Attribute, NewMessage, Sent};
use crate::queue::{self, Queue};
use crate::receipt::Receipt;

/// How long a FIFO queue knows a message again, in milliseconds.
const KNOWN_FOR: i64 = 5 * 60 * 1000;

/// How many bytes of messages are looked at at once: bodies and attributes. One message is never more than this.
const SEEN: usize = 4 * 1024 * 1024;

/// Columns of a message.
const BODY: usize = 3;
const ATTRIBUTES: usize = 4;

/// Sequence numbers have 20 digits.
const FIRST_NUMBER: u64 = 10_000_000_000_000_000_000;

/// Visible messages in the order in which they became so. The index is named because SQLite, which keeps no statistics
/// here, would sometimes sort all of a queue instead; so it is below.
const FREE: &str = "
    SELECT * FROM messages AS it INDEXED BY messages_by_time WHERE queue = ?1 AND visible_at <= ?2
    ORDER BY visible_at, sequence LIMIT ?3";

/// Visible messages of a FIFO queue in the order in which they were sent.
const FREE_IN_ORDER: &str = "
    SELECT * FROM messages AS it INDEXED BY messages_by_sequence WHERE queue = ?1 AND visible_at <= ?2 AND NOT {blocked}
    ORDER BY sequence LIMIT ?3";

/// Visible messages that were received so often at least.
const EXHAUSTED: &str = "
    SELECT * FROM messages AS it INDEXED BY messages_by_receives
    WHERE queue = ?1 AND visible_at <= ?2 AND receives > 0 AND receives >= ?3 AND NOT {blocked} ORDER BY sequence";

/// Whether of the same group a message is in flight, or an earlier one hidden; never in a standard queue.
const BLOCKED: &str = "
    (queue LIKE '%.fifo' AND EXISTS (
        SELECT 1 FROM messages AS other INDEXED BY messages_by_group
        WHERE other.queue = ?1 AND other.message_group = it.message_group AND other.visible_at > ?2
        AND (other.receives > 0 OR other.sequence < it.sequence)))";

/// A message, as it is kept. Times are milliseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) sequence: i64,
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) trace: Option<String>,
    pub(crate) sender: String,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    /// The ARN of the queue that could not get rid of it.
    pub(crate) source: Option<String>,
    pub(crate) sent_at: i64,
    pub(crate) kept_since: i64,
    pub(crate) visible_at: i64,
    pub(crate) receives: i64,
    pub(crate) first_received_at: Option<i64>,
    pub(crate) received_at: Option<i64>,
}

/// How many messages a queue has, by what can be done with them.
pub(crate) struct Counts {
    pub(crate) visible: i64,
    pub(crate) in_flight: i64,
    pub(crate) delayed: i64,
}

/// One queue's messages at one time.
pub(crate) struct Line<'a> {
    pub(crate) store: &'a Connection,
    pub(crate) queue: &'a Queue,
    pub(crate) now: i64,
}

impl Line<'_> {
    /// What the sender of the same message was told, within five minutes.
    pub(crate) fn known(&self, message: &NewMessage, id: &str) -> Result<Option<Sent>, AwsError> {
        let name = &self.queue.name;
        self.run("DELETE FROM duplicates WHERE queue = ? AND until <= ?", params![name, self.now])?;
        let mut statement = self.store.prepare_cached(
            "SELECT answer FROM duplicates WHERE queue = ? AND message_group = ? AND id = ?",
        )?;
        let answer = statement
            .query_row(params![name, self.scope(message), id], |row| row.get::<_, String>(0))
            .optional()?;
        answer.map(|answer| queue::json(&answer)).transpose()
    }

    /// From now on the message is known again.
    pub(crate) fn remember(&self, message: &NewMessage, id: &str, sent: &Sent) -> Result<(), AwsError> {
        let (name, until) = (&self.queue.name, self.now + KNOWN_FOR);
        self.run(
            "INSERT INTO duplicates VALUES (?, ?, ?, ?, ?)",
            params![name, self.scope(message), id, queue::text(sent)?, until],
        )?;
        Ok(())
    }

    fn scope<'m>(&self, message: &'m NewMessage) -> &'m str {
        let group = message.group.as_deref().filter(|_| self.queue.attributes.deduplicates_by_group());
        group.unwrap_or_default()
    }

    /// Adds a message at the end, and answers its sequence.
    pub(crate) fn add(&self, it: &Kept) -> Result<i64, AwsError> {
        self.run(
            "INSERT INTO messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                self.queue.name,
                it.id,
                it.body,
                queue::text(&it.attributes)?,
                it.trace,
                it.sender,
                it.group,
                it.deduplication,
                it.source,
                it.sent_at,
                it.kept_since,
                it.visible_at,
                it.receives,
                it.first_received_at,
                it.received_at,
            ],
        )?;
        Ok(self.store.last_insert_rowid())
    }

    /// Forgets messages that are older than the queue keeps them.
    pub(crate) fn trim(&self) -> Result<(), AwsError> {
        let oldest = self.now - self.queue.attributes.retention() * 1000;
        self.run(
            "DELETE FROM messages WHERE queue = ? AND kept_since <= ?",
            params![self.queue.name, oldest],
        )?;
        Ok(())
    }

    /// Messages for a receiver: a FIFO queue's in order, another's by how long they have been visible.
    pub(crate) fn free(&self, most: usize) -> Result<Vec<Kept>, AwsError> {
        let free = if self.queue.attributes.is_fifo() { FREE_IN_ORDER } else { FREE };
        self.visible(free, i64::try_from(most).unwrap_or(i64::MAX))
    }

    /// Messages that would be for a receiver, had there not been so many receives.
    pub(crate) fn exhausted(&self, receives: i64) -> Result<Vec<Kept>, AwsError> {
        self.visible(EXHAUSTED, receives)
    }

    fn visible(&self, statement: &str, number: i64) -> Result<Vec<Kept>, AwsError> {
        let mut statement = self.store.prepare_cached(&statement.replace("{blocked}", BLOCKED))?;
        let found = statement.query_map(params![self.queue.name, self.now, number], row_of_message)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Counts one more receive of a message, and hides it.
    pub(crate) fn receive(&self, it: &mut Kept, hidden_for: i64) -> Result<(), AwsError> {
        it.receives += 1;
        it.visible_at = self.now + hidden_for;
        it.received_at = Some(self.now);
        it.first_received_at.get_or_insert(self.now);
        self.run(
            "UPDATE messages SET receives = ?, visible_at = ?, received_at = ?, first_received_at = ? \
             WHERE sequence = ?",
            params![it.receives, it.visible_at, it.received_at, it.first_received_at, it.sequence],
        )?;
        Ok(())
    }

    /// The message of a receipt, if it has not been deleted, moved or received again since.
    pub(crate) fn received(&self, receipt: &Receipt) -> Result<Option<Kept>, AwsError> {
        let mut statement = self
            .store
            .prepare_cached("SELECT * FROM messages WHERE id = ? AND queue = ? AND receives = ?")?;
        let at = params![receipt.message, self.queue.name, receipt.receive];
        Ok(statement.query_row(at, row_of_message).optional()?)
    }

    pub(crate) fn hide(&self, it: &Kept, hidden_for: i64) -> Result<(), AwsError> {
        self.run(
            "UPDATE messages SET visible_at = ? WHERE sequence = ?",
            params![self.now + hidden_for, it.sequence],
        )?;
        Ok(())
    }

    pub(crate) fn delete(&self, it: &Kept) -> Result<(), AwsError> {
        self.run("DELETE FROM messages WHERE sequence = ?", params![it.sequence])?;
        Ok(())
    }

    pub(crate) fn purge(&self) -> Result<(), AwsError> {
        self.run("DELETE FROM messages WHERE queue = ?", params![self.queue.name])?;
        Ok(())
    }

    pub(crate) fn all(&self) -> Result<Vec<Kept>, AwsError> {
        let mut statement =
            self.store.prepare_cached("SELECT * FROM messages WHERE queue = ? ORDER BY sequence")?;
        let found = statement.query_map([&self.queue.name], row_of_message)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The first messages that are not too old, visible or not: so many at most, and no more than are [`SEEN`] in all.
    pub(crate) fn first(&self, most: usize) -> Result<Vec<Kept>, AwsError> {
        let oldest = self.now - self.queue.attributes.retention() * 1000;
        let mut statement = self.store.prepare_cached(
            "SELECT * FROM messages WHERE queue = ? AND kept_since > ? ORDER BY sequence LIMIT ?",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![self.queue.name, oldest, most])?;
        let (mut first, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            bytes += length(row, BODY)? + length(row, ATTRIBUTES)?;
            if bytes > SEEN {
                break;
            }
            first.push(row_of_message(row)?);
        }
        Ok(first)
    }

    /// In how many milliseconds the next hidden message can be seen.
    pub(crate) fn next_visible_in(&self) -> Result<Option<i64>, AwsError> {
        let mut statement = self
            .store
            .prepare_cached("SELECT MIN(visible_at) FROM messages WHERE queue = ? AND visible_at > ?")?;
        let at: Option<i64> = statement.query_row(params![self.queue.name, self.now], |row| row.get(0))?;
        Ok(at.map(|at| at - self.now))
    }

    pub(crate) fn counts(&self) -> Result<Counts, AwsError> {
        let mut statement = self.store.prepare_cached(
            "SELECT COUNT(*) FILTER (WHERE visible_at <= ?2), \
                    COUNT(*) FILTER (WHERE visible_at > ?2 AND receives > 0), \
                    COUNT(*) FILTER (WHERE visible_at > ?2 AND receives = 0) FROM messages WHERE queue = ?1",
        )?;
        Ok(statement.query_row(params![self.queue.name, self.now], |row| {
            Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
        })?)
    }

    fn run(&self, statement: &str, parameters: &[&dyn ToSql]) -> Result<usize, AwsError> {
        Ok(self.store.prepare_cached(statement)?.execute(parameters)?)
    }
}

impl Kept {
    /// The same, as if nobody had received it.
    pub(crate) fn unreceived(self) -> Kept {
        Kept { receives: 0, first_received_at: None, received_at: None, ..self }
    }

    /// Its place in a FIFO queue.
    pub(crate) fn sequence_number(sequence: i64) -> String {
        (FIRST_NUMBER + sequence.unsigned_abs()).to_string()
    }
}

/// The columns in the order of the table.
fn length(row: &Row<'_>, column: usize) -> rusqlite::Result<usize> {
    Ok(row.get_ref(column)?.as_bytes().map_or(0, <[u8]>::len))
}

fn row_of_message(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let attributes: String = row.get(ATTRIBUTES)?;
    let unreadable =
        |error| rusqlite::Error::FromSqlConversionFailure(ATTRIBUTES, Type::Text, Box::new(error));
    Ok(Kept {
        sequence: row.get(0)?,
        id: row.get(2)?,
        body: row.get(BODY)?,
        attributes: serde_json::from_str(&attributes).map_err(unreadable)?,
        trace: row.get(5)?,
        sender: row.get(6)?,
        group: row.get(7)?,
        deduplication: row.get(8)?,
        source: row.get(9)?,
        sent_at: row.get(10)?,
        kept_since: row.get(11)?,
        visible_at: row.get(12)?,
        receives: row.get(13)?,
        first_received_at: row.get(14)?,
        received_at: row.get(15)?,
    })
}
