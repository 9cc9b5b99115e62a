//! What happens to connections, for people to read.
//! Changes nothing: it is told when it is over.

use std::time::Duration;

use crate::closing::Closing;

/// Something that happened to an API.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The API's id.
    pub api: String,
    /// The connection's id; none if it was refused before it had one.
    pub connection: Option<String>,
    /// What it was.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum What {
    /// A connection is open.
    Connected {
        /// How long authorizer and `$connect` took.
        duration: Duration,
    },
    /// A connection was refused.
    Refused {
        /// What the client was answered.
        status: u16,
        /// Why.
        reason: String,
        /// How long it took.
        duration: Duration,
    },
    /// A message was handled.
    Message {
        /// The key of its route; none if no route takes it, and the client was told `Forbidden`.
        route: Option<String>,
        /// Its size, in bytes.
        size: usize,
        /// What went wrong, and the client was told `Internal server error`.
        failure: Option<String>,
        /// How long it took.
        duration: Duration,
    },
    /// The answer of a two-way route, or an error, is on its way to the client.
    Replied {
        /// Its size, in bytes.
        size: usize,
    },
    /// A message was posted to `@connections`, and is on its way to the client.
    Posted {
        /// Its size, in bytes.
        size: usize,
    },
    /// A connection is over, and `$disconnect` has run, if there is one.
    Disconnected {
        /// How.
        closing: Closing,
        /// How long it was open.
        lifetime: Duration,
        /// What went wrong in `$disconnect`.
        failure: Option<String>,
    },
}
