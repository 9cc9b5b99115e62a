//! Where and when tables believe they are: region, account, time.
//! Reads no environment: the caller says it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the names and times of tables are made of.
#[derive(Clone)]
pub struct Settings {
    /// The region in ARNs and records.
    pub region: String,
    /// The account in ARNs: 12 digits.
    pub account: String,
    /// How many bytes of records a stream has at most, as DynamoDB counts them, of those that no reader with a
    /// checkpoint waits for. AWS has no such limit, and no memory to run out of.
    pub stream_bytes: usize,
    /// The time: when records are made and trimmed, and items expire.
    pub clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl Default for Settings {
    /// `us-east-1`, account `000000000000`, 128 MiB a stream, this machine's clock.
    fn default() -> Settings {
        Settings {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            stream_bytes: 128 * 1024 * 1024,
            clock: Arc::new(SystemTime::now),
        }
    }
}

impl Settings {
    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    pub(crate) fn table_arn(&self, table: &str) -> String {
        format!("arn:aws:dynamodb:{}:{}:table/{table}", self.region, self.account)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = f.debug_struct("Settings");
        named.field("region", &self.region).field("account", &self.account).finish_non_exhaustive()
    }
}

/// What an answered write survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A killed process, but not a power cut: thousands of writes a second.
    Fast,
    /// A power cut as well: each write waits for the disk, some hundred a second.
    Synced,
}

/// The time since 1970; none before.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}
