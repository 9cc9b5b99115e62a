//! Moments as Lambda writes them into messages, records and trace ids.
//! Reads no dates.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// `2026-11-21T18:30:43.568Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    let at = utc(moment);
    let (month, day) = (u8::from(at.month()), at.day());
    let (hour, minute, second, millisecond) = (at.hour(), at.minute(), at.second(), at.millisecond());
    format!("{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z", at.year())
}

/// `2026/11/21`, as names of log streams begin.
pub(crate) fn day(moment: SystemTime) -> String {
    let at = utc(moment);
    format!("{:04}/{:02}/{:02}", at.year(), u8::from(at.month()), at.day())
}

/// Milliseconds since 1970.
pub(crate) fn millis(moment: SystemTime) -> u128 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |span| span.as_millis())
}

fn utc(moment: SystemTime) -> OffsetDateTime {
    let nanos = i128::try_from(millis(moment)).unwrap_or(i128::MAX).saturating_mul(1_000_000);
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_to_the_millisecond() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_573_755_365_068);
        assert_eq!(iso(moment), "2019-11-14T18:16:05.068Z");
        assert_eq!(day(moment), "2019/11/14");
        assert_eq!(millis(moment), 1_573_755_365_068);
    }
}
