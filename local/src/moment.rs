//! Moments as AWS writes them.
//! Reads no dates.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `2026-11-21T18:30:43.568Z`.
pub(crate) fn iso(moment: SystemTime) -> String {
    let at = OffsetDateTime::from(moment);
    let at = at.replace_millisecond(at.millisecond()).unwrap_or(at);
    at.format(&Rfc3339).unwrap_or_default()
}
