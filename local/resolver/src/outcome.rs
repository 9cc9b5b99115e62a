//! What a handler of a resolver came to: a value, or a reason why there is none.
//! Says nothing of GraphQL: what becomes of an error in an answer is for the executor.

use serde::Deserialize;
use serde_json::Value;

/// What a handler returned, and what it did besides.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// What it returned; null for nothing.
    #[serde(default)]
    pub value: Value,
    /// Whether it ended with `runtime.earlyReturn`: the data source is not asked, nor is the response handler.
    #[serde(default)]
    pub is_early: bool,
    /// Whether it ended a whole pipeline that way: `{ skipTo: 'END' }`.
    #[serde(default)]
    pub skips_to_end: bool,
    /// Errors added with `util.appendError`: they stand in the answer beside the value.
    pub errors: Vec<ResolverError>,
    /// `ctx.stash` as the handler left it.
    #[serde(default)]
    pub stash: Value,
    /// Headers that the answer is to carry.
    pub headers: Value,
    /// The filter set with `extensions.setSubscriptionFilter`.
    #[serde(default)]
    pub subscription_filter: Value,
}

/// An error that a resolver raised.
#[derive(Clone, Debug, PartialEq, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct ResolverError {
    /// For a person.
    pub message: String,
    /// For a program, such as `ConditionalCheckFailedException`.
    #[serde(default)]
    pub error_type: Option<String>,
    /// What of the field could be resolved all the same.
    #[serde(default)]
    pub data: Value,
    /// Anything else.
    #[serde(default)]
    pub error_info: Value,
}

/// Why a handler has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Failure {
    /// `util.error`.
    #[error(transparent)]
    Raised(#[from] ResolverError),
    /// `util.unauthorized`.
    #[error("not authorized to access the field")]
    Unauthorized,
    /// JavaScript that does not work: the message, and where it was thrown.
    #[error("{0}")]
    Exception(String),
    /// It did not end in time.
    #[error("the resolver ran for longer than {} ms", .0.as_millis())]
    OutOfTime(std::time::Duration),
}
