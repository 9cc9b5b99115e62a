//! Tables: the engine and the streams, so that each write is in its stream before it is answered.
//! Decides nothing about items: what a write does is the engine's.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::Value;

use crate::actions;
use crate::arn;
use crate::change::View;
use crate::checkpoint::Checkpoint;
use crate::description;
use crate::engine::{Engine, KnownStream};
use crate::error::{AwsError, OpenError};
use crate::idempotency::Tokens;
use crate::iterator::Position;
use crate::log::Log;
use crate::settings::{Durability, Settings};
use crate::specification::{StreamStep, TableState};
use crate::subscription::Subscription;

/// DynamoDB tables of one region and account. Clones are the same tables.
///
/// Calls block their thread: for microseconds in memory and with [`Durability::Fast`], for a disk with
/// [`Durability::Synced`]. One call is done at a time, as the engine below does it: the order of a stream is the order
/// of commits, for every item.
#[derive(Clone)]
pub struct Tables {
    work: Arc<Mutex<Work>>,
    log: Arc<Mutex<Log>>,
    /// Whether there is a folder.
    is_kept: bool,
}

/// What one call at a time has to itself.
struct Work {
    engine: Engine,
    tokens: Tokens,
}

impl Tables {
    /// No tables, in memory.
    ///
    /// # Errors
    /// If SQLite does not start.
    pub fn memory(settings: Settings) -> Result<Tables, OpenError> {
        Tables::over(Engine::memory(&settings)?, settings, false)
    }

    /// The tables in a folder, which is made if it is not there. Streams go on with the records they had.
    ///
    /// # Errors
    /// If the folder cannot be made, or what is in it is not tables of this version or an older one.
    pub fn open(folder: &Path, durability: Durability, settings: Settings) -> Result<Tables, OpenError> {
        std::fs::create_dir_all(folder)
            .map_err(|source| OpenError::Folder { folder: folder.to_owned(), source })?;
        let engine = Engine::open(&folder.join("tables.sqlite"), durability, &settings)?;
        Tables::over(engine, settings, true)
    }

    fn over(mut engine: Engine, settings: Settings, is_kept: bool) -> Result<Tables, OpenError> {
        let mut log = Log::new(settings, engine.highest_change()?);
        for KnownStream { table, kept, view } in engine.known_streams()? {
            let kept = match kept {
                Some(kept) => kept,
                None => {
                    let fresh = log.fresh(&table, view);
                    engine.record_changes(&table, &fresh)?;
                    fresh
                }
            };
            log.start(&table, kept, engine.key_schema(&table)?);
        }
        log.readers.extend(engine.checkpoints()?);
        log.restore(&engine.take_changes()?);
        engine.forget_changes(log.take_over())?;
        let work = Work { engine, tokens: Tokens::default() };
        Ok(Tables { work: Arc::new(Mutex::new(work)), log: Arc::new(Mutex::new(log)), is_kept })
    }

    /// Does what an action of DynamoDB or DynamoDB Streams asks for: `PutItem`, `GetRecords`.
    ///
    /// # Errors
    /// Those of the action; `UnknownOperationException` for one that is not there.
    pub fn execute(&self, action: &str, mut request: Value) -> Result<Value, AwsError> {
        let renamed = arn::name_tables(&mut request, &self.log().settings);
        if let Some(answer) = actions::answer(&mut self.log(), action, &request) {
            return answer;
        }
        let mut work = self.work()?;
        let table = request.get("TableName").and_then(Value::as_str).unwrap_or_default().to_owned();
        let step = StreamStep::of(action, &request, self.state(&work.engine, &table)?)?;
        if let Some(other) = work.engine.namesake(action, &table)? {
            return Err(AwsError::similar_name(&table, &other));
        }
        let now = self.log().settings.now();
        let Work { engine, tokens } = &mut *work;
        let outcome = tokens.once(action, request, now, |request| engine.execute(action, request));
        self.append_changes(engine)?;
        let mut answer = outcome?;
        self.follow(engine, step, &table)?;
        description::correct(&mut answer, &self.log());
        renamed.restore(&mut answer);
        Ok(answer)
    }

    /// Deletes items whose time to live is over, and answers how many. To be called every now and then;
    /// other calls wait for it.
    ///
    /// # Errors
    /// `InternalServerError`, if the disk fails.
    pub fn expire(&self) -> Result<usize, AwsError> {
        let mut work = self.work()?;
        let deleted = work.engine.expire();
        self.append_changes(&mut work.engine)?;
        deleted
    }

    /// Reads the stream that a table has now, or the stream of this ARN, from a position on.
    ///
    /// # Errors
    /// `ResourceNotFoundException` if there is no such stream, `TrimmedDataAccessException` if the position is no
    /// longer in it.
    pub fn changes(&self, table: &str, position: Position) -> Result<Subscription, AwsError> {
        let mut log = self.log();
        log.trim();
        let stream = match table.starts_with("arn:") {
            true => log.named(table)?,
            false => log
                .open(table)
                .ok_or_else(|| AwsError::not_found(&format!("Table: {table} has no stream")))?,
        };
        Ok(Subscription {
            log: Arc::downgrade(&self.log),
            stream_arn: stream.identity.arn.clone(),
            shard_id: stream.shard.clone(),
            number: position.within(stream)?,
            tail: stream.watch(),
        })
    }

    /// Tells this of each record that comes into a stream: the table, and `INSERT`, `MODIFY` or `REMOVE`. It is called
    /// within the write: it must not block, and call no table.
    pub fn tell(&self, told: impl Fn(&str, &str) + Send + Sync + 'static) {
        self.log().told = Some(Arc::new(told));
    }

    /// The time by the clock of the settings.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.log().settings.now()
    }

    /// The attribute that is the partition key of a table, or of one of its indexes; none if there is no such table.
    #[must_use]
    pub fn partition_key(&self, table: &str, index: Option<&str>) -> Option<String> {
        self.work().ok()?.engine.partition_key(table, index).ok()?
    }

    /// The ARN of the stream that a table has now.
    #[must_use]
    pub fn stream_arn(&self, table: &str) -> Option<String> {
        self.log().open(table).map(|stream| stream.identity.arn.clone())
    }

    /// Where a reader that calls itself so has come to, if it has had that kept.
    #[must_use]
    pub fn checkpoint(&self, reader: &str) -> Option<Checkpoint> {
        self.log().readers.get(reader).cloned()
    }

    /// Keeps where a reader has come to, as long as the tables are kept. The records that it has not read stay for
    /// their 24 hours, however many they are.
    ///
    /// # Errors
    /// `InternalServerError`, if the disk fails.
    pub fn keep_checkpoint(&self, reader: &str, checkpoint: &Checkpoint) -> Result<(), AwsError> {
        if self.is_kept {
            self.work()?.engine.keep_checkpoint(reader, checkpoint)?;
        }
        self.log().readers.insert(reader.to_owned(), checkpoint.clone());
        Ok(())
    }

    /// Forgets a reader.
    ///
    /// # Errors
    /// `InternalServerError`, if the disk fails.
    pub fn forget_checkpoint(&self, reader: &str) -> Result<(), AwsError> {
        if self.is_kept {
            self.work()?.engine.forget_checkpoint(reader)?;
        }
        self.log().readers.remove(reader);
        Ok(())
    }

    fn append_changes(&self, engine: &mut Engine) -> Result<(), AwsError> {
        let changes = engine.take_changes()?;
        if changes.is_empty() {
            return Ok(());
        }
        let over = {
            let mut log = self.log();
            log.append(&changes);
            log.take_over()
        };
        engine.forget_changes(over)
    }

    /// Starts or ends a stream after the engine has agreed.
    fn follow(&self, engine: &Engine, step: StreamStep, table: &str) -> Result<(), AwsError> {
        match step {
            StreamStep::None => Ok(()),
            StreamStep::End => {
                self.log().end(table);
                Ok(())
            }
            StreamStep::Start(view) => self.start(engine, table, view),
            StreamStep::StartTable(view) => {
                self.log().disown(table);
                view.map_or(Ok(()), |view| self.start(engine, table, view))
            }
        }
    }

    fn start(&self, engine: &Engine, table: &str, view: View) -> Result<(), AwsError> {
        let kept = self.log().fresh(table, view);
        engine.record_changes(table, &kept)?;
        let key_schema = engine.key_schema(table)?;
        self.log().start(table, kept, key_schema);
        Ok(())
    }

    fn state(&self, engine: &Engine, table: &str) -> Result<TableState, AwsError> {
        match self.log().open(table).is_some() {
            true => Ok(TableState::Streaming),
            false if engine.has_table(table)? => Ok(TableState::Silent),
            false => Ok(TableState::Missing),
        }
    }

    /// After a panic in the engine a transaction may be open: nothing more is done then.
    fn work(&self) -> Result<MutexGuard<'_, Work>, AwsError> {
        self.work.lock().map_err(|_| AwsError::internal("the engine of the tables has panicked"))
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").finish_non_exhaustive()
    }
}
