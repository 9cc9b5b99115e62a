//! Moments as AWS writes them.
//! Reads no dates.

use std::num::NonZeroU8;
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};

/// To the millisecond, zeros included: moments sort as texts.
const MILLISECONDS: EncodedConfig = Config::DEFAULT
    .set_time_precision(TimePrecision::Second { decimal_digits: NonZeroU8::new(3) })
    .set_year_is_six_digits(false)
    .encode();

/// `2026-11-21T18:30:43.568Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    OffsetDateTime::from(moment).format(&Iso8601::<MILLISECONDS>).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn every_moment_has_its_milliseconds() {
        assert_eq!(iso(UNIX_EPOCH + Duration::from_millis(1_573_755_365_068)), "2019-11-14T18:16:05.068Z");
        assert_eq!(iso(UNIX_EPOCH + Duration::from_secs(1_573_755_365)), "2019-11-14T18:16:05.000Z");
    }
}
