//! One message to many connections, whatever single connections do.
//! Knows no table: it is given a stream of rows and what to do with those that are gone.

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use aws_sdk_apigatewaymanagement::primitives::Blob;
use futures_util::{Stream, StreamExt as _};

use crate::{Answer, Connection, Deadline, Sender, backoff};

/// Sends messages to many connections at once.
#[derive(Clone, Debug)]
pub struct Broadcast {
    sender: Sender,
    pace: Pace,
}

/// How fast a broadcast goes, and how patient it is.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Sends under way at the same time.
    pub concurrency: usize,
    /// How often a message is sent to one connection at most.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each one after.
    pub pause: Duration,
}

/// How many connections a broadcast reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Took the message.
    pub delivered: usize,
    /// Were gone, and their rows with them.
    pub removed: usize,
    /// Did not take it, or not in time. Their rows stay: it was not for them to say that the connection
    /// is closed.
    pub kept: usize,
    /// Whether the deadline came before the end of the rows. How many were left nobody knows: they were not read.
    pub cut_short: bool,
}

enum Fate {
    Delivered,
    Gone,
    Kept(String),
}

impl Default for Pace {
    /// 32 at once; six attempts over about three seconds.
    fn default() -> Pace {
        Pace { concurrency: 32, attempts: 6, pause: Duration::from_millis(100) }
    }
}

impl Broadcast {
    /// A broadcast at the usual pace.
    pub fn new(sender: Sender) -> Broadcast {
        Broadcast { sender, pace: Pace::default() }
    }

    /// The same at another pace.
    pub fn paced(self, pace: Pace) -> Broadcast {
        Broadcast { pace, ..self }
    }

    /// Sends `message` to every connection of `rows`, and calls `remove` for those that are gone.
    ///
    /// Fails only when the rows cannot be read to their end; those read before are served all the same.
    /// At the deadline it takes no more rows and drops what is under way: if Lambda ended the invocation,
    /// the message would go out to everyone a second time.
    pub async fn send<E, R>(
        &self,
        rows: impl Stream<Item = Result<Connection, E>>,
        message: &str,
        deadline: Deadline,
        remove: impl AsyncFn(Connection) -> Result<(), R>,
    ) -> Result<Outcome, E>
    where
        R: std::error::Error,
    {
        let message = Blob::new(message);
        let serve =
            async |row: Result<Connection, E>| Ok(self.serve(row?, &message, deadline, &remove).await);
        let cut_short = Cell::new(false);
        let end = async {
            deadline.passed().await;
            cut_short.set(true);
        };
        let outcomes = rows.take_until(end).map(serve).buffer_unordered(self.pace.concurrency);
        let total = outcomes.fold(Ok(Outcome::default()), async |total, one| Ok(total? + one?)).await?;
        Ok(Outcome { cut_short: cut_short.get(), ..total })
    }

    /// Whether a connection is gone for sure: it is asked after, and nothing is sent to it. One that may
    /// still be opening is not, nor one of which nothing can be learned before the deadline.
    pub async fn finds_gone(&self, connection: &Connection, deadline: Deadline) -> bool {
        if connection.is_young(SystemTime::now()) {
            return false;
        }
        let reason = match deadline.bound(self.sender.ask(&connection.id)).await {
            Some(Answer::Gone) => return true,
            Some(Answer::Delivered) => return false,
            Some(Answer::Busy(reason) | Answer::Refused(reason)) => reason,
            None => "the deadline passed".to_owned(),
        };
        tracing::warn!(connection = connection.id, reason, "whether a connection is there is not known");
        false
    }

    async fn serve<R>(
        &self,
        connection: Connection,
        message: &Blob,
        deadline: Deadline,
        remove: impl AsyncFn(Connection) -> Result<(), R>,
    ) -> Outcome
    where
        R: std::error::Error,
    {
        let id = connection.id.clone();
        let work = async {
            let fate = self.deliver(&connection, message, deadline).await;
            settle(fate, connection, remove).await
        };
        deadline.bound(work).await.unwrap_or_else(|| kept(&id, "the deadline passed"))
    }

    async fn deliver(&self, connection: &Connection, message: &Blob, deadline: Deadline) -> Fate {
        let mut attempt = 1;
        loop {
            let answer = self.sender.post(&connection.id, message.clone()).await;
            let reason = match answer {
                Answer::Delivered => return Fate::Delivered,
                Answer::Refused(reason) => return Fate::Kept(reason),
                Answer::Gone if !connection.is_young(SystemTime::now()) => return Fate::Gone,
                Answer::Gone => "it is young and not open yet".to_owned(),
                Answer::Busy(reason) => reason,
            };
            let pause = backoff(self.pace.pause, attempt);
            if attempt == self.pace.attempts || !deadline.allows(pause) {
                return Fate::Kept(reason);
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }
}

/// Counts what became of a connection, and removes its row if it is gone.
async fn settle<R>(
    fate: Fate,
    connection: Connection,
    remove: impl AsyncFn(Connection) -> Result<(), R>,
) -> Outcome
where
    R: std::error::Error,
{
    let id = connection.id.clone();
    match fate {
        Fate::Delivered => Outcome { delivered: 1, ..Outcome::default() },
        Fate::Kept(reason) => kept(&id, &reason),
        Fate::Gone => match remove(connection).await {
            Ok(()) => Outcome { removed: 1, ..Outcome::default() },
            Err(error) => {
                tracing::warn!(connection = id, error = %crate::Causes(&error), "a row could not be removed");
                Outcome { kept: 1, ..Outcome::default() }
            }
        },
    }
}

fn kept(id: &str, reason: &str) -> Outcome {
    tracing::warn!(connection = id, reason, "a connection did not take the message");
    Outcome { kept: 1, ..Outcome::default() }
}

impl std::ops::Add for Outcome {
    type Output = Outcome;

    fn add(self, other: Outcome) -> Outcome {
        Outcome {
            delivered: self.delivered + other.delivered,
            removed: self.removed + other.removed,
            kept: self.kept + other.kept,
            cut_short: self.cut_short || other.cut_short,
        }
    }
}
