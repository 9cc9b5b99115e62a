//! Limits and times that AWS fixes, adjustable so that tests need not wait.
//! Has no setting of an API: those are in its definition.

use std::time::Duration;

/// Limits of all APIs of an engine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The largest body of a request, in bytes: 10 MB for APIs, 6 MB for function URLs.
    pub body: usize,
    /// How long a request's body may take to arrive, 30 seconds.
    pub reading: Duration,
    /// How long an API waits for a function, 29 seconds. A function URL waits as long as the function takes.
    pub integration: Duration,
}

impl Settings {
    /// What API Gateway has.
    #[must_use]
    pub fn of_apis() -> Settings {
        Settings {
            body: 10 * 1024 * 1024,
            reading: Duration::from_secs(30),
            integration: Duration::from_secs(29),
        }
    }

    /// What function URLs have.
    #[must_use]
    pub fn of_urls() -> Settings {
        Settings { body: 6 * 1024 * 1024, integration: Duration::MAX, ..Settings::of_apis() }
    }
}
