//! What a process used, and what many runs of it used.
//!
//! It does not know what the process is for. Peak memory cannot come out smaller than our own, which is 3 MB.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

const RUNS: usize = 31;

/// What one run used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) wall: Duration,
    /// User and system time, that of its own children included.
    pub(super) cpu: Duration,
    /// Bytes.
    pub(super) peak: u64,
}

/// Runs the command to its end, which must be a good one.
pub(super) fn measure(command: &mut Command) -> Result<Sample> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let used = child.wait4().with_context(|| format!("cannot wait for {command:?}"))?;
    let wall = started.elapsed();
    ensure!(used.status.success(), "{command:?} failed: {}", used.status);
    Ok(Sample { wall, cpu: used.rusage.utime + used.rusage.stime, peak: used.rusage.maxrss })
}

/// Many runs of one command.
#[derive(Debug)]
pub(super) struct Runs(Vec<Sample>);

impl Runs {
    /// Runs what `prepare` makes again and again. What it does before is not measured.
    pub(super) fn of(mut prepare: impl FnMut() -> Result<Command>) -> Result<Self> {
        (0..RUNS).map(|_| measure(&mut prepare()?)).collect::<Result<_>>().map(Self)
    }

    /// Neither the neighbours' noise nor a lucky run moves the median.
    pub(super) fn median(&self, of: fn(&Sample) -> Duration) -> Duration {
        let mut times: Vec<Duration> = self.0.iter().map(of).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// Milliseconds: the median and, in brackets, the minimum.
    pub(super) fn summary(&self, of: fn(&Sample) -> Duration) -> String {
        let least = self.0.iter().map(of).min().unwrap_or_default();
        format!("{:.1} ({:.1})", self.median(of).as_secs_f64() * 1e3, least.as_secs_f64() * 1e3)
    }

    /// The most memory any run had.
    pub(super) fn peak_megabytes(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
        let bytes = self.0.iter().map(|sample| sample.peak).max().unwrap_or_default() as f64;
        bytes / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(walls: &[u64]) -> Runs {
        let sample = |wall| Sample { wall: Duration::from_millis(wall), cpu: Duration::ZERO, peak: wall };
        Runs(walls.iter().copied().map(sample).collect())
    }

    #[test]
    fn one_slow_run_moves_neither_median_nor_minimum() {
        assert_eq!(runs(&[3, 2, 900]).summary(|sample| sample.wall), "3.0 (2.0)");
    }

    #[test]
    fn the_peak_is_that_of_the_largest_run() {
        assert!((runs(&[1_000_000, 3_500_000]).peak_megabytes() - 3.5).abs() < 1e-9);
    }

    #[test]
    fn a_process_that_computes_uses_processor_time_and_memory() {
        let sample = measure(Command::new("cargo").arg("--version")).unwrap();
        assert!(sample.cpu > Duration::ZERO && sample.cpu < Duration::from_secs(60), "{sample:?}");
        assert!(sample.peak > 1_000_000, "{sample:?}");
    }

    #[test]
    fn a_process_that_fails_is_no_measurement() {
        assert!(measure(Command::new("cargo").arg("no-such-command")).is_err());
    }
}
