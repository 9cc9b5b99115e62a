//! How long to wait before another attempt.
//! Does not decide whether there is another one, and does not wait itself.

use std::time::Duration;

/// The pause after that many attempts: `first`, doubled with each one, and up to half of it less by
/// chance, so that those who collided do not meet again.
pub fn backoff(first: Duration, attempts: u32) -> Duration {
    let doublings = attempts.saturating_sub(1).min(10);
    first.saturating_mul(1 << doublings).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_differ_by_at_most_half() {
        for (attempts, longest) in [(0, 100), (1, 100), (2, 200), (3, 400), (5, 1_600), (99, 102_400)] {
            let pause = backoff(Duration::from_millis(100), attempts);
            let longest = Duration::from_millis(longest);
            assert!(pause >= longest / 2 && pause <= longest, "{attempts}: {pause:?}");
        }
    }
}
