//! What time it is, as items want it.
//! Waits for nothing.

use std::time::SystemTime;

use handler_kit::{iso_8601, since_epoch};

/// Now, in seconds since 1970.
pub(crate) fn seconds() -> u64 {
    since_epoch(SystemTime::now()).as_secs()
}

/// Now, for people to read.
pub(crate) fn iso() -> String {
    iso_8601(SystemTime::now())
}
