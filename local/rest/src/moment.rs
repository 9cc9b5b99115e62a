//! Moments as events have them.
//! Reads no dates.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// `09/Feb/2024:18:23:28 +0000`.
pub(crate) fn log(moment: SystemTime) -> String {
    let seconds = i64::try_from(millis(moment) / 1000).unwrap_or(i64::MAX);
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let month = &at.month().to_string()[..3];
    let (hour, minute, second) = at.time().as_hms();
    format!("{:02}/{month}/{:04}:{hour:02}:{minute:02}:{second:02} +0000", at.day(), at.year())
}

/// Milliseconds since 1970.
pub(crate) fn millis(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_as_access_logs_have_them() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_707_503_008_123);
        assert_eq!(log(moment), "09/Feb/2024:18:23:28 +0000");
        assert_eq!(millis(moment), 1_707_503_008_123);
    }
}
