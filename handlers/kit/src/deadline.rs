//! When the invocation must have answered.
//! Not a timer: nothing is cut off here, callers ask before they wait.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The moment Lambda ends the invocation, less a second to answer in.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

/// What answering may take: writing the log, one more request, the response itself.
const RESERVE: Duration = Duration::from_secs(1);

impl Deadline {
    /// A deadline that far from now, with nothing held back.
    pub fn after(span: Duration) -> Deadline {
        Deadline(Instant::now() + span)
    }

    /// From the deadline header of the Runtime API, in milliseconds since 1970.
    pub(crate) fn at_epoch_millis(millis: u64) -> Deadline {
        let end = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let span = end.duration_since(SystemTime::now()).unwrap_or_default();
        Deadline::after(span.saturating_sub(RESERVE))
    }

    /// Whether a pause of that length still leaves time to go on afterwards.
    pub fn allows(self, pause: Duration) -> bool {
        pause < self.remaining()
    }

    /// What is left; zero when it has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_must_end_before_the_deadline() {
        let deadline = Deadline::after(Duration::from_secs(60));
        assert!(deadline.allows(Duration::from_secs(1)));
        assert!(!deadline.allows(Duration::from_secs(61)));
    }

    #[test]
    fn a_deadline_in_the_past_allows_nothing() {
        assert!(!Deadline::at_epoch_millis(0).allows(Duration::ZERO));
    }
}
