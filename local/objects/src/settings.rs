//! Where and when buckets believe they are, where objects lie, and how large they may be.
//! Reads no environment: the caller says it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What buckets are made of.
#[derive(Clone)]
pub struct Settings {
    /// The region of all buckets.
    pub region: String,
    /// The account that owns them: 12 digits.
    pub account: String,
    /// Where objects lie; without it they are in memory. No other process may use it.
    pub folder: Option<PathBuf>,
    /// The largest object, put at once or in parts, in bytes. Default: 100 MB.
    pub largest_object: u64,
    /// The smallest part of an upload but for the last, in bytes. Default: 5 MB, as on AWS.
    pub smallest_part: u64,
    /// How long a client that sends a body may send nothing. Default: 20 s.
    pub patience: Duration,
    /// The time: when objects are changed.
    pub clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Ids of requests and uploads. They must be unique in a run, and fit into a URL and a file's name.
    pub unique_id: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Default for Settings {
    /// `us-east-1`, account `000000000000`, in memory, this machine's clock, random ids.
    fn default() -> Settings {
        Settings {
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            folder: None,
            largest_object: 100 * 1024 * 1024,
            smallest_part: 5 * 1024 * 1024,
            patience: Duration::from_secs(20),
            clock: Arc::new(SystemTime::now),
            unique_id: Arc::new(|| uuid::Uuid::new_v4().simple().to_string()),
        }
    }
}

impl Settings {
    /// Now, in seconds since 1970: S3 knows no smaller times.
    pub(crate) fn now(&self) -> u64 {
        (self.clock)().duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = f.debug_struct("Settings");
        named.field("region", &self.region).field("folder", &self.folder);
        named.field("largest_object", &self.largest_object).finish_non_exhaustive()
    }
}
