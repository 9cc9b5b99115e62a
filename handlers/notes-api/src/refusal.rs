//! Why a request was not granted, and the status that says so.
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
    #[error("the body has {size} bytes, at most {largest} are allowed")]
    TooLarge { size: usize, largest: usize },
    #[error("there is no {0}")]
    Absent(String),
    #[error("`{method}` is not possible here, only {allowed}")]
    Method { method: String, allowed: &'static str },
    #[error("DynamoDB did not do it")]
    Table(#[source] BoxError),
    #[error("the answer could not be written")]
    Answer(#[from] serde_json::Error),
}

impl Refusal {
    pub(crate) fn field(name: &'static str, problem: impl Into<String>) -> Refusal {
        Refusal::Field { name, problem: problem.into() }
    }

    pub(crate) fn no_note(id: &str) -> Refusal {
        Refusal::Absent(format!("note `{id}`"))
    }

    pub(crate) fn no_path(path: &str) -> Refusal {
        Refusal::Absent(format!("`{path}` here"))
    }

    /// Whether it is our fault and nothing the client can change.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Refusal::Table(_) | Refusal::Answer(_))
    }

    fn status(&self) -> u16 {
        match self {
            Refusal::NotJson(_) | Refusal::NotText(_) | Refusal::Field { .. } => 400,
            Refusal::Absent(_) => 404,
            Refusal::Method { .. } => 405,
            Refusal::TooLarge { .. } => 413,
            Refusal::Table(_) | Refusal::Answer(_) => 500,
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
        match &refusal {
            ours if ours.is_ours() => Reply::message(500, "internal server error"),
            Refusal::Method { allowed, .. } => {
                Reply::message(405, refusal.to_string()).with("Allow", *allowed)
            }
            _ => Reply::message(refusal.status(), refusal.to_string()),
        }
    }
}
