//! What time it is, as items want it.
//! Waits for nothing.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Now, in seconds since 1970.
pub(crate) fn seconds() -> u64 {
    since_epoch().as_secs()
}

/// Now, as `2026-03-01T12:34:56.789Z`.
pub(crate) fn iso() -> String {
    let millis = i64::try_from(since_epoch().as_millis()).unwrap_or(i64::MAX);
    // Years beyond 9999 cannot be written.
    DateTime::from_millis(millis).fmt(DateTimeFormat::DateTime).unwrap_or_default()
}
