//! A reader of one stream in this process: it takes records as they come, and waits without asking again.
//! Keeps no record back: what a consumer could not handle it has to hold itself.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;

use crate::change::Change;
use crate::log::Log;
use crate::stream::Tail;

/// A place in a stream that moves on as records are taken.
///
/// What is trimmed before it is taken is lost to it. It ends with its stream, and with its tables.
pub struct Subscription {
    pub(crate) log: Weak<Mutex<Log>>,
    pub(crate) stream_arn: String,
    pub(crate) shard_id: String,
    pub(crate) number: u128,
    pub(crate) tail: watch::Receiver<Tail>,
}

impl Subscription {
    /// The stream it reads.
    pub fn stream_arn(&self) -> &str {
        &self.stream_arn
    }

    /// The shard it reads: the only one of its stream.
    pub fn shard_id(&self) -> &str {
        &self.shard_id
    }

    /// The number that the next record it takes will have at least.
    pub fn next_number(&self) -> u128 {
        self.number
    }

    /// Takes the records there are, at most so many; none if there are none now.
    pub fn take(&mut self, limit: usize) -> Vec<Arc<Change>> {
        let Some(log) = self.log.upgrade() else { return Vec::new() };
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.trim();
        let Ok(stream) = log.named(&self.stream_arn) else { return Vec::new() };
        let taken: Vec<_> = stream.from(self.number).take(limit).cloned().collect();
        self.number = taken.last().map_or(self.number.max(stream.horizon), |last| last.sequence_number + 1);
        taken
    }

    /// Takes at least one record and at most `limit` (1 or more), and waits for it if there is none now.
    ///
    /// `None` at the end of the stream: it was disabled, its table deleted or all tables dropped. No record is lost
    /// if the future is dropped.
    pub async fn next(&mut self, limit: usize) -> Option<Vec<Arc<Change>>> {
        loop {
            let number = self.number;
            let arrived = self.tail.wait_for(|tail| tail.next > number || tail.has_ended).await;
            let has_ended = arrived.map_or(true, |tail| tail.has_ended);
            let taken = self.take(limit.max(1));
            if has_ended || !taken.is_empty() {
                return Some(taken).filter(|taken| !taken.is_empty());
            }
        }
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut named = f.debug_struct("Subscription");
        named.field("stream_arn", &self.stream_arn).field("number", &self.number).finish_non_exhaustive()
    }
}
