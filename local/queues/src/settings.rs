//! Where and when queues believe they are: region, account, address, time, ids.
//! Reads no environment: the caller says it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the names and times of queues are made of.
#[derive(Clone)]
pub struct Settings {
    /// The region in ARNs.
    pub region: String,
    /// The account in ARNs and URLs: 12 digits.
    pub account: String,
    /// What URLs of queues begin with, without a slash at the end.
    pub endpoint: String,
    /// The time: when messages are sent, visible and too old.
    pub clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Ids for messages, where runs are to be repeatable. They must be unique.
    pub unique_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// How long a queue cannot be purged again.
    pub between_purges: Duration,
}

impl Default for Settings {
    /// `us-east-1`, account `000000000000`, AWS's address there, this machine's clock, random ids, a purge a minute.
    fn default() -> Settings {
        Settings {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            endpoint: "https://sqs.us-east-1.amazonaws.com".to_owned(),
            clock: Arc::new(SystemTime::now),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().to_string()),
            between_purges: Duration::from_secs(60),
        }
    }
}

impl Settings {
    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        millis((self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    pub(crate) fn url(&self, queue: &str) -> String {
        format!("{}/{}/{queue}", self.endpoint, self.account)
    }

    pub(crate) fn arn(&self, queue: &str) -> String {
        format!("{}{queue}", self.arn_prefix())
    }

    /// The name of the queue that has this ARN, if one here could have it.
    pub(crate) fn name_in<'a>(&self, arn: &'a str) -> Option<&'a str> {
        arn.strip_prefix(&self.arn_prefix())
    }

    fn arn_prefix(&self) -> String {
        format!("arn:aws:sqs:{}:{}:", self.region, self.account)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = f.debug_struct("Settings");
        named.field("region", &self.region).field("account", &self.account);
        named.field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// A duration as the store counts time; three hundred million years are enough.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
