//! What an action asks of the stream of its table: to start one, to end it, nothing.
//! Asks only: whether the table can be made or changed otherwise is for the engine.
//!
//! Source: refusals as [`UpdateTable`](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html)
//! describes them, in the words that AWS was seen to use.

use serde_json::Value;

use crate::change::View;
use crate::error::AwsError;

/// A table before an action.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableState {
    Missing,
    /// It has no stream that takes records.
    Silent,
    Streaming,
}

/// What is to be done once the engine has agreed to an action.
pub(crate) enum StreamStep {
    None,
    /// The table is a new one, perhaps with the name of one that was deleted.
    StartTable(Option<View>),
    Start(View),
    End,
}

impl StreamStep {
    pub(crate) fn of(action: &str, request: &Value, state: TableState) -> Result<StreamStep, AwsError> {
        match action {
            "CreateTable" => Ok(StreamStep::StartTable(declared(request)?)),
            "DeleteTable" if state == TableState::Streaming => Ok(StreamStep::End),
            "UpdateTable" if state != TableState::Missing => StreamStep::of_update(request, state),
            _ => Ok(StreamStep::None),
        }
    }

    fn of_update(request: &Value, state: TableState) -> Result<StreamStep, AwsError> {
        let refused = |why: &str| {
            let table = request.get("TableName").and_then(Value::as_str).unwrap_or_default();
            Err(AwsError::invalid(format!("{why}: TableName: {table}")))
        };
        match (is_enabled(request), declared(request)?, state) {
            (Some(true), _, TableState::Streaming) => refused("Table already has an enabled stream"),
            (Some(false), _, TableState::Silent) => refused("Table has no stream to disable"),
            (Some(false), ..) => Ok(StreamStep::End),
            (_, view, _) => Ok(view.map_or(StreamStep::None, StreamStep::Start)),
        }
    }
}

/// The view of the stream that a request asks for.
fn declared(request: &Value) -> Result<Option<View>, AwsError> {
    let name = request.pointer("/StreamSpecification/StreamViewType").and_then(Value::as_str);
    let invalid = |why| AwsError::invalid(format!("One or more parameter values were invalid: {why}"));
    match (is_enabled(request), name) {
        (Some(true), None) => Err(invalid("If stream is being enabled then UpdateViewType is required")),
        (Some(false), Some(_)) => {
            Err(invalid("If stream is being disabled, then UpdateViewType must not be specified"))
        }
        (Some(true), Some(name)) => View::named(name).map(Some).ok_or_else(|| unknown_view(name)),
        _ => Ok(None),
    }
}

fn is_enabled(request: &Value) -> Option<bool> {
    request.pointer("/StreamSpecification/StreamEnabled").and_then(Value::as_bool)
}

fn unknown_view(name: &str) -> AwsError {
    AwsError::invalid(format!(
        "1 validation error detected: Value '{name}' at 'streamSpecification.streamViewType' failed to satisfy \
         constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"
    ))
}
