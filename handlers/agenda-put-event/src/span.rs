//! The span of local time that a text names: a moment, or a whole day.
//! Knows no time zone: local is wherever it is read.

use time::format_description::parse_borrowed;
use time::{Date, PrimitiveDateTime, Time};

/// From its first to its last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: PrimitiveDateTime,
    pub(crate) last: PrimitiveDateTime,
}

impl Span {
    /// Reads `2024-02-09`, `2024-02-09T18:30` or `2024-02-09T18:30:00`, if there is such a day and time.
    pub(crate) fn read(text: &str) -> Option<Span> {
        // A year with a sign before it would be taken too.
        let text = text.bytes().next()?.is_ascii_digit().then_some(text)?;
        let moment = |form| read_moment(text, form).map(Span::moment);
        moment("[year]-[month]-[day]T[hour]:[minute]")
            .or_else(|| moment("[year]-[month]-[day]T[hour]:[minute]:[second]"))
            .or_else(|| Span::day(read_day(text, "[year]-[month]-[day]")?))
    }

    fn moment(moment: PrimitiveDateTime) -> Span {
        Span { first: moment, last: moment }
    }

    fn day(day: Date) -> Option<Span> {
        let last = Time::from_hms(23, 59, 59).ok()?;
        Some(Span { first: day.midnight(), last: day.with_time(last) })
    }
}

// The forms are read at run time: for the macro, `time` and all of the SDK above it would be built once more.
fn read_moment(text: &str, form: &str) -> Option<PrimitiveDateTime> {
    PrimitiveDateTime::parse(text, &parse_borrowed::<2>(form).ok()?).ok()
}

fn read_day(text: &str, form: &str) -> Option<Date> {
    Date::parse(text, &parse_borrowed::<2>(form).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let span = Span::read(text).map(|span| (span.first.to_string(), span.last.to_string()));
        let expected = expected.map(|(first, last)| (first.to_owned(), last.to_owned()));
        assert_eq!(span, expected, "{text:?}");
    }

    #[test]
    fn moments_have_no_length_and_days_have_a_day() {
        check("2024-02-09T18:30", Some(("2024-02-09 18:30:00.0", "2024-02-09 18:30:00.0")));
        check("2024-02-09T18:30:15", Some(("2024-02-09 18:30:15.0", "2024-02-09 18:30:15.0")));
        check("2024-02-29", Some(("2024-02-29 0:00:00.0", "2024-02-29 23:59:59.0")));
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_none() {
        for text in ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00"] {
            check(text, None);
        }
        for text in ["2024-02-09T24:00", "2024-02-09T18:60", "2024-02-09T18:30:60"] {
            check(text, None);
        }
    }

    #[test]
    fn other_ways_to_write_a_date_are_none() {
        let others = [
            "",
            "today",
            "09/02/2024",
            "2024-2-9",
            "20240209",
            "24-02-09",
            "+2024-02-09",
            "-2024-02-09",
            "2024-02-09T",
            "2024-02-09T18",
            "2024-02-09 18:30",
            "2024-02-09T18:30Z",
            "2024-02-09T18:30+01:00",
            "2024-02-09T18:30:00.000",
            "2024-02-09T18:30:00Z",
            " 2024-02-09",
            "2024-02-09 ",
            "２０２４-02-09",
        ];
        for text in others {
            check(text, None);
        }
    }
}
