//! Moments as API Gateway writes them into events and answers.
//! Reads no dates.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// `09/Feb/2024:18:23:28 +0000`.
pub(crate) fn request_time(moment: SystemTime) -> String {
    let at = utc(moment);
    let month = at.month().to_string();
    let (day, year) = (at.day(), at.year());
    format!("{day:02}/{}/{year:04}:{:02}:{:02}:{:02} +0000", &month[..3], at.hour(), at.minute(), at.second())
}

/// `2024-02-09T18:23:28.941Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    let at = utc(moment);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second, millisecond) = (at.hour(), at.minute(), at.second(), at.millisecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

/// Milliseconds since 1970.
pub(crate) fn millis(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |span| u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

fn utc(moment: SystemTime) -> OffsetDateTime {
    let nanos = i128::from(millis(moment)).saturating_mul(1_000_000);
    OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn moments_are_written_as_in_events_and_answers() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_707_503_008_941);
        assert_eq!(request_time(moment), "09/Feb/2024:18:23:28 +0000");
        assert_eq!(iso(moment), "2024-02-09T18:23:28.941Z");
        assert_eq!(millis(moment), 1_707_503_008_941);
    }
}
