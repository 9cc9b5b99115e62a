//! Why an event was not stored, and the status that says so.
//! Clients hear what they did wrong; what went wrong here goes to the log only.

use aws_sdk_dynamodb::error::{BoxError, SdkError};
use handler_kit::{NotText, Reply};

/// A request that was not granted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the body is no JSON object: {0}")]
    NotJson(String),
    #[error(transparent)]
    NotText(#[from] NotText),
    #[error("`{name}` {problem}")]
    Field { name: &'static str, problem: String },
    #[error("`{0}` is not possible here, only POST")]
    Method(String),
    #[error("user {0} has the last id there is")]
    Full(i32),
    /// Others took every id first, or the table did not answer; it may have stored the event even so.
    #[error("it takes too long to store the event, try again")]
    Late,
    #[error("DynamoDB did not do it")]
    Table(#[source] BoxError),
    #[error("the answer could not be written")]
    Answer(#[from] serde_json::Error),
}

impl Refusal {
    pub(crate) fn field(name: &'static str, problem: impl Into<String>) -> Refusal {
        Refusal::Field { name, problem: problem.into() }
    }

    /// Whether it is our fault and nothing the client can change.
    pub(crate) fn is_ours(&self) -> bool {
        self.status() >= 500
    }

    fn status(&self) -> u16 {
        match self {
            Refusal::NotJson(_) | Refusal::NotText(_) | Refusal::Field { .. } => 400,
            Refusal::Method(_) => 405,
            Refusal::Full(_) => 409,
            Refusal::Table(_) | Refusal::Answer(_) => 500,
            Refusal::Late => 503,
        }
    }
}

impl<E, R> From<SdkError<E, R>> for Refusal
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Refusal {
        Refusal::Table(error.into())
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        let reply = |text: String| Reply::message(refusal.status(), text);
        match &refusal {
            Refusal::Table(_) | Refusal::Answer(_) => reply("internal server error".to_owned()),
            Refusal::Method(_) => reply(refusal.to_string()).with("Allow", "POST"),
            Refusal::Late => reply(refusal.to_string()).with("Retry-After", "1"),
            _ => reply(refusal.to_string()),
        }
    }
}
