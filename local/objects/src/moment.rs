//! Moments as S3 writes them into XML, into headers and reads them from there: to the second.
//! Knows no time zone but UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// `2026-11-21T18:30:43.000Z`.
pub(crate) fn iso(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or_default();
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// `Sat, 21 Nov 2026 18:30:43 GMT`.
pub(crate) fn http(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Seconds since 1970 of a date in a header; `None` for what is no date.
pub(crate) fn read(header: &str) -> Option<u64> {
    let at: SystemTime = httpdate::parse_http_date(header).ok()?;
    at.duration_since(UNIX_EPOCH).ok().map(|span| span.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_to_the_second_and_read_back() {
        assert_eq!(iso(1_573_755_365), "2019-11-14T18:16:05.000Z");
        assert_eq!(http(1_573_755_365), "Thu, 14 Nov 2019 18:16:05 GMT");
        assert_eq!(read("Thu, 14 Nov 2019 18:16:05 GMT"), Some(1_573_755_365));
        assert_eq!(read("yesterday"), None);
    }
}
