//! EventBridge's cron expressions: minutes, hours, day of the month, month, day of the week, year.
//! Knows no time zone but UTC, and no seconds.
//!
//! Source: [cron expressions](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html).

use std::collections::BTreeSet;

use time::{Date, Duration, OffsetDateTime, Time, Weekday};

/// A cron expression that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Cron {
    minutes: Numbers,
    hours: Numbers,
    days: Days,
    months: Numbers,
    years: Numbers,
}

type Numbers = BTreeSet<i32>;

/// Which days: by their number in the month or by their name. One of the two fields is always `?`.
#[derive(Clone, Debug, PartialEq)]
enum Days {
    OfMonth(Vec<DayOfMonth>),
    OfWeek(Vec<DayOfWeek>),
}

#[derive(Clone, Debug, PartialEq)]
enum DayOfMonth {
    Among(Numbers),
    Last,
    /// The working day nearest to this one, within the month.
    WorkingDayNear(i32),
    LastWorkingDay,
}

/// Days of the week are 1 for Sunday to 7 for Saturday.
#[derive(Clone, Debug, PartialEq)]
enum DayOfWeek {
    Among(Numbers),
    /// The last one of its name in the month.
    Last(i32),
    /// The how many-th one of its name in the month.
    Nth(i32, i32),
}

/// What a field of numbers may hold.
struct Field {
    name: &'static str,
    low: i32,
    high: i32,
    /// Names for the numbers from the lowest on.
    words: &'static [&'static str],
}

const MINUTES: Field = Field { name: "minutes", low: 0, high: 59, words: &[] };
const HOURS: Field = Field { name: "hours", low: 0, high: 23, words: &[] };
const DAYS_OF_MONTH: Field = Field { name: "day of month", low: 1, high: 31, words: &[] };
const MONTHS: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
const DAYS_OF_WEEK: Field =
    Field { name: "day of week", low: 1, high: 7, words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };
const YEARS: Field = Field { name: "year", low: 1970, high: 2199, words: &[] };

impl Cron {
    /// Reads what stands between the parentheses, or says what should.
    pub(crate) fn read(text: &str) -> Result<Cron, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields[..] else {
            return Err(format!("a cron expression has six fields, got {}", fields.len()));
        };
        Ok(Cron {
            minutes: MINUTES.read(minutes)?,
            hours: HOURS.read(hours)?,
            days: Days::read(of_month, of_week)?,
            months: MONTHS.read(months)?,
            years: YEARS.read(years)?,
        })
    }

    /// The first time after this one that it names.
    pub(crate) fn next_after(&self, after: OffsetDateTime) -> Option<OffsetDateTime> {
        let mut date = after.date();
        while date.year() <= YEARS.high {
            if self.has(date)
                && let Some(time) = self.times().find(|time| date.with_time(*time).assume_utc() > after)
            {
                return Some(date.with_time(time).assume_utc());
            }
            date = date.next_day()?;
        }
        None
    }

    fn has(&self, date: Date) -> bool {
        self.years.contains(&date.year())
            && self.months.contains(&i32::from(u8::from(date.month())))
            && self.days.have(date)
    }

    fn times(&self) -> impl Iterator<Item = Time> {
        let byte = |number: &i32| u8::try_from(*number).unwrap_or_default();
        self.hours.iter().flat_map(move |hour| {
            let of_hour = move |minute: &i32| Time::from_hms(byte(hour), byte(minute), 0).ok();
            self.minutes.iter().filter_map(of_hour)
        })
    }
}

impl Field {
    /// Numbers, names, ranges and steps, with commas between them.
    fn read(&self, text: &str) -> Result<Numbers, String> {
        text.split(',').try_fold(Numbers::new(), |mut all, part| {
            all.extend(self.part(part)?);
            Ok(all)
        })
    }

    /// `*`, `5`, `5-9`, and each of them with a step: `*/5`.
    fn part(&self, text: &str) -> Result<impl Iterator<Item = i32> + use<>, String> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)),
            None => (text, Some(1)),
        };
        let step = step.ok_or_else(|| self.refused(text))?;
        let (low, high) = match range.split_once('-') {
            _ if range == "*" => (self.low, self.high),
            Some((low, high)) => (self.number(low)?, self.number(high)?),
            None if text.contains('/') => (self.number(range)?, self.high),
            None => (self.number(range)?, self.number(range)?),
        };
        match low <= high {
            true => Ok((low..=high).step_by(step)),
            false => Err(self.refused(text)),
        }
    }

    fn number(&self, text: &str) -> Result<i32, String> {
        let named = self.words.iter().position(|word| word.eq_ignore_ascii_case(text));
        let number = match named {
            Some(index) => i32::try_from(index).ok().map(|index| self.low + index),
            None => text.parse().ok().filter(|number| (self.low..=self.high).contains(number)),
        };
        number.ok_or_else(|| self.refused(text))
    }

    fn refused(&self, text: &str) -> String {
        format!("`{text}` is not allowed as {}, which is {} to {}", self.name, self.low, self.high)
    }
}

impl Days {
    fn read(of_month: &str, of_week: &str) -> Result<Days, String> {
        match (of_month, of_week) {
            ("?", "?") => Err("only one of day of month and day of week is `?`".to_owned()),
            (of_month, "?") => {
                of_month.split(',').map(DayOfMonth::read).collect::<Result<_, _>>().map(Days::OfMonth)
            }
            ("?", of_week) => {
                of_week.split(',').map(DayOfWeek::read).collect::<Result<_, _>>().map(Days::OfWeek)
            }
            _ => Err("one of day of month and day of week is `?`".to_owned()),
        }
    }

    fn have(&self, date: Date) -> bool {
        match self {
            Days::OfMonth(days) => days.iter().any(|day| day.is(date)),
            Days::OfWeek(days) => days.iter().any(|day| day.is(date)),
        }
    }
}

impl DayOfMonth {
    fn read(text: &str) -> Result<DayOfMonth, String> {
        match (text, text.strip_suffix('W')) {
            ("L", _) => Ok(DayOfMonth::Last),
            ("LW", _) => Ok(DayOfMonth::LastWorkingDay),
            (_, Some(day)) => DAYS_OF_MONTH.number(day).map(DayOfMonth::WorkingDayNear),
            (numbers, None) => DAYS_OF_MONTH.read(numbers).map(DayOfMonth::Among),
        }
    }

    fn is(&self, date: Date) -> bool {
        let (day, last) = (i32::from(date.day()), days_in_month(date));
        match self {
            DayOfMonth::Among(days) => days.contains(&day),
            DayOfMonth::Last => day == last,
            DayOfMonth::WorkingDayNear(wanted) => *wanted <= last && day == working_day_near(*wanted, date),
            DayOfMonth::LastWorkingDay => day == working_day_near(last, date),
        }
    }
}

impl DayOfWeek {
    fn read(text: &str) -> Result<DayOfWeek, String> {
        if text == "L" {
            return Ok(DayOfWeek::Among(Numbers::from([DAYS_OF_WEEK.high])));
        }
        if let Some(day) = text.strip_suffix('L') {
            return DAYS_OF_WEEK.number(day).map(DayOfWeek::Last);
        }
        match text.split_once('#') {
            Some((day, nth)) => match nth.parse() {
                Ok(nth @ 1..=5) => Ok(DayOfWeek::Nth(DAYS_OF_WEEK.number(day)?, nth)),
                _ => Err(format!("a number from 1 to 5 follows `#`, got `{nth}`")),
            },
            None => DAYS_OF_WEEK.read(text).map(DayOfWeek::Among),
        }
    }

    fn is(&self, date: Date) -> bool {
        let weekday = i32::from(date.weekday().number_from_sunday());
        let day = i32::from(date.day());
        match self {
            DayOfWeek::Among(days) => days.contains(&weekday),
            DayOfWeek::Last(wanted) => weekday == *wanted && day + 7 > days_in_month(date),
            DayOfWeek::Nth(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
        }
    }
}

fn days_in_month(date: Date) -> i32 {
    i32::from(date.month().length(date.year()))
}

/// The day itself from Monday to Friday; for a Saturday the Friday before, for a Sunday the Monday after, unless that is
/// in another month.
fn working_day_near(day: i32, within: Date) -> i32 {
    let first = within.replace_day(1).unwrap_or(within);
    match (first + Duration::days(i64::from(day) - 1)).weekday() {
        Weekday::Saturday if day == 1 => day + 2,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == days_in_month(within) => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    }
}
