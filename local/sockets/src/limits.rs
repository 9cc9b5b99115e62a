//! What a connection may take, and how long.
//! Enforces nothing: each limit is asked for where it applies.

use std::time::Duration;

/// The quotas of API Gateway, and bounds of ours on memory.
///
/// Source: [quotas](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of payload in one frame; 32 KB. Larger ones close the connection with 1009; messages to clients are split.
    pub frame: usize,
    /// Bytes of payload in one message; 128 KB. Larger ones close the connection with 1009, posting them is refused.
    pub message: usize,
    /// How long neither side may send anything; 10 minutes. Then the connection is closed with 1001.
    pub idle: Duration,
    /// How old a connection may be; 2 hours. Then it is closed with 1001.
    pub lifetime: Duration,
    /// How many connections may be opened in a second, of all APIs together; 500. Further ones are refused with 429.
    pub connections_per_second: u32,
    /// How long a function may take; 29 seconds.
    pub integration: Duration,
    /// Messages of one connection that may be with functions at once; 16. Then nothing more is read from it.
    /// A bound of ours.
    pub in_flight: usize,
    /// Bytes that may wait for one client to read them; 256 KB. Posting more is refused with 429, replies wait.
    /// A bound of ours, at least `message`.
    pub waiting: usize,
    /// How long a client may take to complete the handshake and to answer a close frame; 5 seconds. A bound of ours.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            frame: 32 * 1024,
            message: 128 * 1024,
            idle: Duration::from_secs(10 * 60),
            lifetime: Duration::from_secs(2 * 60 * 60),
            connections_per_second: 500,
            integration: Duration::from_secs(29),
            in_flight: 16,
            waiting: 256 * 1024,
            farewell: Duration::from_secs(5),
        }
    }
}
