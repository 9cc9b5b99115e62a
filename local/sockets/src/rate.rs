//! How many connections are opened in a second.
//! Refuses nothing itself: it says whether one more is allowed.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// A bucket that holds as much as comes in one second.
#[derive(Debug)]
pub(crate) struct Rate(Mutex<Bucket>);

#[derive(Debug)]
struct Bucket {
    taken: f64,
    at: Instant,
}

impl Rate {
    pub(crate) fn new() -> Rate {
        Rate(Mutex::new(Bucket { taken: 0.0, at: Instant::now() }))
    }

    /// Whether one more is allowed now.
    pub(crate) fn take(&self, per_second: u32) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let given_back = now.duration_since(bucket.at).as_secs_f64() * f64::from(per_second);
        bucket.taken = (bucket.taken - given_back).max(0.0);
        bucket.at = now;
        let is_allowed = bucket.taken + 1.0 <= f64::from(per_second);
        if is_allowed {
            bucket.taken += 1.0;
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_second_gives_as_many_as_the_rate_says() {
        let rate = Rate::new();
        let taken = |tries: u32| (0..tries).filter(|_| rate.take(10)).count();
        assert_eq!(taken(30), 10);
        tokio::time::advance(Duration::from_millis(501)).await;
        assert_eq!(taken(30), 5);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(taken(30), 10);
    }
}
