//! When rules are due: `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)`. All times are UTC.
//! Waits for nothing: it says when.
//!
//! Source: [schedules](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).

use std::time::{Duration, SystemTime};

use crate::cron::Cron;
use crate::error::RuleError;
use crate::event::{system_time, utc};

/// A schedule expression that has been read.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Again and again, after so long.
    Rate(Duration),
    /// At times of the calendar.
    Cron(Cron),
}

impl Schedule {
    /// Reads `rate(…)` or `cron(…)`.
    ///
    /// # Errors
    /// What EventBridge would refuse, with what it should be.
    pub fn read(expression: &str) -> Result<Schedule, RuleError> {
        let inside = |name: &str| expression.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        let read = match (inside("rate"), inside("cron")) {
            (Some(rate), _) => rate_of(rate).map(Schedule::Rate),
            (None, Some(cron)) => Cron::read(cron).map(Schedule::Cron),
            (None, None) => Err("it is `rate(…)` or `cron(…)`".to_owned()),
        };
        read.map_err(|reason| RuleError::Schedule { expression: expression.to_owned(), reason })
    }

    /// The first time after this one when it is due; none if there is none before the year 2200.
    #[must_use]
    pub fn next_after(&self, time: SystemTime) -> Option<SystemTime> {
        match self {
            Schedule::Rate(every) => time.checked_add(*every),
            Schedule::Cron(cron) => cron.next_after(utc(time)).and_then(system_time),
        }
    }
}

/// `5 minutes`, and `1 minute` without an `s`.
fn rate_of(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_once(' ').ok_or("a rate is a number and a unit: `rate(5 minutes)`")?;
    let number: u32 =
        number.parse().ok().filter(|number| *number > 0).ok_or("a rate is a positive number")?;
    let (singular, seconds) = match unit.trim_end_matches('s') {
        "minute" => ("minute", 60),
        "hour" => ("hour", 60 * 60),
        "day" => ("day", 24 * 60 * 60),
        _ => return Err("the units are minutes, hours and days".to_owned()),
    };
    let expected = if number == 1 { singular.to_owned() } else { format!("{singular}s") };
    match unit == expected {
        true => Ok(Duration::from_secs(u64::from(number) * seconds)),
        false => Err(format!("{number} takes the unit `{expected}`, got `{unit}`")),
    }
}
