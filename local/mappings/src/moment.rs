//! Moments as Lambda writes them into failure records.
//! Reads no dates.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// `2019-11-14T00:13:19Z`.
pub(crate) fn to_the_second(moment: SystemTime) -> String {
    format!("{}Z", date_and_time(moment))
}

/// `2019-11-14T00:13:49.717Z`.
pub(crate) fn to_the_millisecond(moment: SystemTime) -> String {
    format!("{}.{:03}Z", date_and_time(moment), since_epoch(moment).subsec_millis())
}

fn date_and_time(moment: SystemTime) -> String {
    let at = OffsetDateTime::UNIX_EPOCH + since_epoch(moment);
    let (month, day) = (u8::from(at.month()), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", at.year())
}

fn since_epoch(moment: SystemTime) -> Duration {
    moment.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_in_aws_records() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_573_690_429_017);
        assert_eq!(to_the_second(moment), "2019-11-14T00:13:49Z");
        assert_eq!(to_the_millisecond(moment), "2019-11-14T00:13:49.017Z");
    }
}
