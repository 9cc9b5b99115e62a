//! What is kept of a stream besides its records: enough to be the same stream when its table is opened again.
//! Finds no stream: the engine has the text with the table.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::change::View;
use crate::settings::since_epoch;

/// A stream as it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) label: String,
    pub(crate) view: View,
    /// The lowest number that a record of it may have.
    pub(crate) first: u128,
    /// To the millisecond.
    pub(crate) created: SystemTime,
}

impl Kept {
    pub(crate) fn text(&self) -> String {
        let created = since_epoch(self.created).as_millis();
        format!("{} {} {} {created}", self.label, self.view.name(), self.first)
    }

    pub(crate) fn read(text: &str) -> Option<Kept> {
        let mut parts = text.split(' ');
        let (label, view) = (parts.next()?.to_owned(), View::named(parts.next()?)?);
        let (first, created) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Kept { label, view, first, created: UNIX_EPOCH + Duration::from_millis(created) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_stream_is_read_as_it_was_written() {
        let created = UNIX_EPOCH + Duration::from_millis(1_795_285_800_125);
        let label = "2026-11-21T18:30:00.125".to_owned();
        let kept = Kept { label, view: View::Both, first: 100_000_000_000_000_000_007, created };
        assert_eq!(Kept::read(&kept.text()).unwrap(), kept);
        assert_eq!(Kept::read("2026-11-21T18:30:00.125 NEW_IMAGE"), None);
        assert_eq!(Kept::read("2026-11-21T18:30:00.125"), None);
    }
}
