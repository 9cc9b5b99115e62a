//! When the invocation must have answered.
//! Not a timer of its own: callers ask before they wait, or have their work cut off at it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until, timeout_at};

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

    /// Waits until it has passed.
    pub async fn passed(self) {
        let mut timer = pin!(sleep_until(self.0));
        // The timer alone is up to a millisecond late, and thousands of rows can be taken in that.
        let passed = poll_fn(|context| match self.remaining().is_zero() {
            true => Poll::Ready(()),
            false => timer.as_mut().poll(context),
        });
        passed.await;
    }

    /// What the work comes to; none if it is not done by the deadline. It is dropped then, wherever it
    /// is, and not begun at all after the deadline.
    pub async fn bound<T>(self, work: impl Future<Output = T>) -> Option<T> {
        if self.remaining().is_zero() {
            return None;
        }
        timeout_at(self.0, work).await.ok()
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

    #[tokio::test]
    async fn work_is_cut_off_at_the_deadline() {
        assert_eq!(Deadline::after(Duration::from_secs(60)).bound(async { 7 }).await, Some(7));
        let endless = std::future::pending::<()>();
        assert_eq!(Deadline::after(Duration::from_millis(10)).bound(endless).await, None);
    }

    #[tokio::test]
    async fn after_the_deadline_no_work_begins() {
        let mut has_begun = false;
        let work = async { has_begun = true };
        assert_eq!(Deadline::after(Duration::ZERO).bound(work).await, None);
        assert!(!has_begun);
    }
}
