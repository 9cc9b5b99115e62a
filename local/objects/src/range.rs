//! The range of a request: which bytes of an object are wanted.
//! Gives one range: S3 answers requests for several with the whole object.

use std::ops::Range;

/// What a request wants of so many bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of them.
    All,
    /// Those, at least one.
    Part(Range<u64>),
    /// None that there are.
    Unsatisfiable,
}

impl Wanted {
    /// Reads the header `Range`; one that makes no sense does not count.
    pub(crate) fn read(header: Option<&str>, length: u64) -> Wanted {
        let range = header.and_then(|header| header.trim().strip_prefix("bytes="));
        let Some((first, last)) = range.and_then(|range| range.split_once('-')) else { return Wanted::All };
        match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
            (Ok(first), Ok(last)) if first > last => Wanted::All,
            (Ok(first), Ok(last)) => Wanted::part(first, last.saturating_add(1).min(length)),
            (Ok(first), Err(_)) if last.trim().is_empty() => Wanted::part(first, length),
            (Err(_), Ok(0)) if first.trim().is_empty() => Wanted::Unsatisfiable,
            (Err(_), Ok(last)) if first.trim().is_empty() => {
                Wanted::part(length.saturating_sub(last), length)
            }
            _ => Wanted::All,
        }
    }

    fn part(first: u64, end: u64) -> Wanted {
        if first < end { Wanted::Part(first..end) } else { Wanted::Unsatisfiable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: Wanted) {
        assert_eq!(Wanted::read(Some(header), 10), expected, "{header}");
    }

    #[test]
    fn ranges_are_read() {
        check("bytes=0-3", Wanted::Part(0..4));
        check("bytes=3-", Wanted::Part(3..10));
        check("bytes=-4", Wanted::Part(6..10));
        check("bytes=-40", Wanted::Part(0..10));
        check("bytes=5-500", Wanted::Part(5..10));
        check("bytes=9-9", Wanted::Part(9..10));
        check("bytes=0-18446744073709551615", Wanted::Part(0..10));
    }

    #[test]
    fn ranges_beyond_the_end_cannot_be_had() {
        check("bytes=10-", Wanted::Unsatisfiable);
        check("bytes=-0", Wanted::Unsatisfiable);
        assert_eq!(Wanted::read(Some("bytes=0-"), 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn what_makes_no_sense_does_not_count() {
        for header in ["", "bytes=", "bytes=x-1", "bytes=5-1", "lines=0-1", "bytes=0-1,3-4", "bytes=--1"] {
            check(header, Wanted::All);
        }
    }
}
