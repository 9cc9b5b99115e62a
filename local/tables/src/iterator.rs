//! A place in a stream, and the text that stands for it between two calls.
//! Holds no record: what is at the place is for the stream.

use std::time::{Duration, SystemTime};

use crate::error::AwsError;
use crate::settings::since_epoch;
use crate::stream::Stream;

/// How long an iterator can be used.
const VALID_FOR: Duration = Duration::from_secs(15 * 60);

/// Where to begin in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// At the oldest record there is.
    TrimHorizon,
    /// After the newest record there is.
    Latest,
    /// At the record with that sequence number.
    At(u128),
    /// After the record with that sequence number.
    After(u128),
}

impl Position {
    /// The number of the first record to read.
    pub(crate) fn within(self, stream: &Stream) -> Result<u128, AwsError> {
        let number = match self {
            Position::TrimHorizon => stream.horizon,
            Position::Latest => stream.next(),
            Position::At(number) => number,
            Position::After(number) => number.saturating_add(1),
        };
        match number < stream.horizon {
            true => Err(AwsError::trimmed(number)),
            false => Ok(number),
        }
    }
}

/// An iterator as `GetShardIterator` hands it out.
#[derive(Debug, PartialEq)]
pub(crate) struct ShardIterator {
    pub(crate) stream: String,
    pub(crate) number: u128,
    pub(crate) issued: Duration,
}

impl ShardIterator {
    pub(crate) fn new(stream: &Stream, number: u128, now: SystemTime) -> ShardIterator {
        ShardIterator { stream: stream.identity.arn.clone(), number, issued: since_epoch(now) }
    }

    pub(crate) fn text(&self) -> String {
        format!("{}|{}|{}", self.stream, self.number, self.issued.as_millis())
    }

    /// Reads an iterator that is still valid.
    pub(crate) fn read(text: &str, now: SystemTime) -> Result<ShardIterator, AwsError> {
        let iterator =
            ShardIterator::parsed(text).ok_or_else(|| AwsError::invalid("Invalid ShardIterator"))?;
        match since_epoch(now).saturating_sub(iterator.issued) > VALID_FOR {
            true => Err(AwsError::expired_iterator()),
            false => Ok(iterator),
        }
    }

    fn parsed(text: &str) -> Option<ShardIterator> {
        let mut parts = text.split('|');
        let (stream, number, issued) = (parts.next()?, parts.next()?, parts.next()?);
        let issued = Duration::from_millis(issued.parse().ok()?);
        Some(ShardIterator { stream: stream.to_owned(), number: number.parse().ok()?, issued })
    }
}
