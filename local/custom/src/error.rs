//! Why a custom resource could not be made, in CloudFormation's words where it has some.
//! Not for what is wrong with a request to the URL: that is S3's to say.

use std::time::Duration;

/// A custom resource was not made, changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomError {
    /// The template's timeout is none.
    #[error("ServiceTimeout is {0}, but must be a whole number of seconds from 1 to 3600")]
    Timeout(String),
    /// The function said that it failed.
    #[error(
        "Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request_id})"
    )]
    Failed {
        /// What it said.
        reason: String,
        /// The id of the request.
        request_id: String,
    },
    /// Its answer is none.
    #[error("{0}")]
    Answer(String),
    /// There was none in time.
    #[error(
        "CloudFormation did not receive a response from your Custom Resource within {} seconds. Please check your logs \
         for requestId [{request_id}]",
        after.as_secs_f64()
    )]
    Unanswered {
        /// The id of the request.
        request_id: String,
        /// The time that it had.
        after: Duration,
    },
}
