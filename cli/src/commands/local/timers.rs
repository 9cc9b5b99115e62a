//! `--timer NAME=SECONDS`: times that AWS fixes, made shorter or longer for a run.
//!
//! What a timer is for is the runner's.

use std::str::FromStr;
use std::time::Duration;

use stackwright_local::Timers;

/// One timer given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timer {
    name: Name,
    time: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Integration,
    Retry,
    SocketIdle,
    SocketLife,
}

/// In the order in which they are told.
const NAMES: [(&str, Name); 4] = [
    ("integration", Name::Integration),
    ("retry", Name::Retry),
    ("socket-idle", Name::SocketIdle),
    ("socket-life", Name::SocketLife),
];

impl FromStr for Timer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, seconds) = text.split_once('=').ok_or("a timer is given as `NAME=SECONDS`")?;
        let found = NAMES.iter().find(|(known, _)| *known == name);
        let (_, name) = found.ok_or_else(|| {
            let known: Vec<String> = NAMES.iter().map(|(known, _)| format!("`{known}`")).collect();
            format!("there is no timer `{name}`: there are {}", known.join(", "))
        })?;
        let time = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let time = time.ok_or_else(|| format!("`{seconds}` is no number of seconds"))?;
        Ok(Self { name: *name, time })
    }
}

/// AWS's timers but for those that are given; of two for the same the later one.
pub(super) fn set(given: &[Timer]) -> Timers {
    given.iter().fold(Timers::default(), |timers, timer| timer.applied_to(timers))
}

impl Timer {
    fn applied_to(&self, timers: Timers) -> Timers {
        let time = self.time;
        match self.name {
            Name::Integration => Timers { integration: time, ..timers },
            Name::Retry => Timers { retries: vec![time; timers.retries.len()], ..timers },
            Name::SocketIdle => Timers { socket_idle: time, ..timers },
            Name::SocketLife => Timers { socket_life: time, ..timers },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check_refused(text: &str, reason: &str) {
        assert_eq!(text.parse::<Timer>().unwrap_err(), reason);
    }

    #[test]
    fn the_later_of_two_counts_and_others_stay() {
        let given = ["retry=9", "retry=0.5", "socket-idle=3"].map(|text| text.parse().unwrap());
        let timers = set(&given);
        assert_eq!(timers.retries, [Duration::from_millis(500); 2]);
        assert_eq!(timers.socket_idle, Duration::from_secs(3));
        assert_eq!(timers.integration, Duration::from_secs(29));
    }

    #[test]
    fn what_is_no_timer_is_refused() {
        check_refused("retry", "a timer is given as `NAME=SECONDS`");
        check_refused("retry=soon", "`soon` is no number of seconds");
        check_refused("retry=-1", "`-1` is no number of seconds");
        check_refused(
            "lunch=1",
            "there is no timer `lunch`: there are `integration`, `retry`, `socket-idle`, `socket-life`",
        );
    }
}
