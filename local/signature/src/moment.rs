//! When something was signed: `20130524T000000Z`, or an HTTP date.
//! Compares nothing with the clock.

use std::time::SystemTime;

use time::format_description::well_known::Rfc2822;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A moment, and how it is written in signatures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) at: SystemTime,
    /// Such as `20130524T000000Z`.
    pub(crate) stamp: String,
}

impl Moment {
    /// Reads ISO 8601's basic format.
    pub(crate) fn parse(stamp: &str) -> Option<Moment> {
        let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
        let moment = PrimitiveDateTime::new(parse_date(date)?, parse_time(time)?);
        Some(Moment { at: moment.assume_utc().into(), stamp: stamp.to_owned() })
    }

    /// Reads either format that the header `Date` may have.
    pub(crate) fn parse_header(text: &str) -> Option<Moment> {
        Moment::parse(text).or_else(|| {
            let moment = OffsetDateTime::parse(text, &Rfc2822).ok()?;
            Some(Moment::at(moment.checked_to_offset(UtcOffset::UTC)?))
        })
    }

    pub(crate) fn of(moment: SystemTime) -> Moment {
        Moment::at(OffsetDateTime::from(moment))
    }

    fn at(moment: OffsetDateTime) -> Moment {
        let (year, month, day) = moment.to_calendar_date();
        let (hour, minute, second) = moment.to_hms();
        let month = u8::from(month);
        let stamp = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        Moment { at: moment.into(), stamp }
    }

    /// Such as `20130524`.
    pub(crate) fn day(&self) -> &str {
        self.stamp.split('T').next().unwrap_or_default()
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let [year, month, day] = digits(text, [4, 2, 2])?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let [hour, minute, second] = digits(text, [2, 2, 2])?;
    Time::from_hms(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?).ok()
}

/// Numbers of so many digits each, and nothing else.
fn digits(text: &str, widths: [usize; 3]) -> Option<[u16; 3]> {
    if text.len() != widths.iter().sum::<usize>() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (first, rest) = text.split_at(widths[0]);
    let (second, third) = rest.split_at(widths[1]);
    Some([first.parse().ok()?, second.parse().ok()?, third.parse().ok()?])
}
