//! [`Settings`]: how the machine plays AWS. Everything has a default.
//! Says nothing of what runs there.

use std::path::PathBuf;
use std::time::Duration;

/// How a run is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port to listen on, on the loopback address; 0 for a free one.
    pub port: u16,
    /// The folder where tables, queues and buckets are kept; without one they are gone at the end.
    pub data: Option<PathBuf>,
    /// Whether requests need a signature, and callers a grant.
    pub enforces_iam: bool,
    /// Makes ids and keys the same in each run.
    pub seed: Option<u64>,
    /// The region that everything is in.
    pub region: String,
    /// The account that everything is in: 12 digits.
    pub account: String,
    /// What clients may take their time for, and how long connections live.
    pub timers: Timers,
}

/// Times that AWS fixes, and tests like to be shorter.
#[derive(Clone, Debug)]
pub struct Timers {
    /// How long a client may take for the head of a request.
    pub request_head: Duration,
    /// How long a client may take for its body.
    pub request_body: Duration,
    /// How long API Gateway waits for a function; 29 s.
    pub integration: Duration,
    /// The waits before the retries of an asynchronous invocation; one and two minutes.
    pub retries: Vec<Duration>,
    /// After how long without a message a WebSocket is closed; 10 minutes.
    pub socket_idle: Duration,
    /// How long a WebSocket lives; 2 hours.
    pub socket_life: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            port: 4566,
            data: None,
            enforces_iam: true,
            seed: None,
            region: "us-east-1".to_owned(),
            account: "000000000000".to_owned(),
            timers: Timers::default(),
        }
    }
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            request_head: Duration::from_secs(10),
            request_body: Duration::from_secs(30),
            integration: Duration::from_secs(29),
            retries: vec![Duration::from_secs(60), Duration::from_secs(120)],
            socket_idle: Duration::from_secs(10 * 60),
            socket_life: Duration::from_secs(2 * 60 * 60),
        }
    }
}
