//! Moments as items hold them: a number for DynamoDB to count with, or a text for people to read.
//! Asks no clock.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// How long after the beginning of 1970 a moment is; nothing for those before.
pub fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// A moment as `2026-03-01T12:34:56.789Z`, in UTC, exact to the millisecond.
pub fn iso_8601(time: SystemTime) -> String {
    let millis = i64::try_from(since_epoch(time).as_millis()).unwrap_or(i64::MAX);
    // Years beyond 9999 cannot be written; an item without a date is better than none.
    DateTime::from_millis(millis).fmt(Format::DateTime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        for (millis, text) in
            [(0, "1970-01-01T00:00:00Z"), (1_707_503_008_941, "2024-02-09T18:23:28.941Z"), (u64::MAX, "")]
        {
            assert_eq!(iso_8601(SystemTime::UNIX_EPOCH + Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn what_was_before_is_taken_for_the_beginning() {
        assert_eq!(since_epoch(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), Duration::ZERO);
    }
}
