//! Where and when buses believe they are, how they wait, and who is told.
//! Reads no environment: the caller says it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::delivery::Happening;

/// The bus that every account has.
pub(crate) const DEFAULT_BUS: &str = "default";

/// What ARNs, ids and times are made of.
#[derive(Clone)]
pub struct Settings {
    /// The region in ARNs and events.
    pub region: String,
    /// The account in ARNs and events: 12 digits.
    pub account: String,
    /// The time: of events, and when schedules are due.
    pub clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Ids for events, where runs are to be repeatable. They must be unique.
    pub unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// How long a delivery waits for its next try.
    pub backoff: Backoff,
    /// Is told of every event and delivery, between two steps of it: it must not block.
    pub tell: Arc<dyn Fn(Happening) + Send + Sync>,
}

/// Waits between tries: the first, doubled from try to try, up to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait before the second try.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
}

impl Default for Backoff {
    /// 1 second up to 8 minutes: 185 retries take most of a day, as on AWS, which does not tell its own waits.
    fn default() -> Backoff {
        Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(8 * 60) }
    }
}

impl Backoff {
    pub(crate) fn after(&self, retries: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(retries)).min(self.longest)
    }
}

impl Default for Settings {
    /// `us-east-1`, account `000000000000`, this machine's clock, random ids, and nobody told.
    fn default() -> Settings {
        Settings {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            clock: Arc::new(SystemTime::now),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            backoff: Backoff::default(),
            tell: Arc::new(|_| {}),
        }
    }
}

impl Settings {
    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    pub(crate) fn bus_arn(&self, bus: &str) -> String {
        format!("arn:aws:events:{}:{}:event-bus/{bus}", self.region, self.account)
    }

    /// A rule's ARN names its bus, unless that is the default one.
    pub(crate) fn rule_arn(&self, bus: &str, rule: &str) -> String {
        let place = format!("arn:aws:events:{}:{}:rule", self.region, self.account);
        if bus == DEFAULT_BUS { format!("{place}/{rule}") } else { format!("{place}/{bus}/{rule}") }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = f.debug_struct("Settings");
        named.field("region", &self.region).field("account", &self.account);
        named.field("backoff", &self.backoff).finish_non_exhaustive()
    }
}
