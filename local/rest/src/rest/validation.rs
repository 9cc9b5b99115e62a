//! What a request validator asks of a request.
//! Reads no models: a body is JSON or it is not.

use super::definition::Requirements;
use super::exchange::Exchange;
use super::fault::{Fault, Form, ResponseType};
use crate::source::Source;

/// Whether a request has what is required of it.
pub(super) fn check(exchange: &Exchange<'_>, requirements: &Requirements) -> Result<(), Fault> {
    let missing: Vec<&str> =
        requirements.parameters.iter().filter_map(|source| missing(exchange, source)).collect();
    if !missing.is_empty() {
        let message = format!("Missing required request parameters: [{}]", missing.join(", "));
        return Err(Fault::new(ResponseType::BadRequestParameters, &message).in_form(Form::Spaced));
    }
    let body = &exchange.incoming.body;
    if requirements.json_body && serde_json::from_slice::<serde_json::Value>(body).is_err() {
        return Err(Fault::new(ResponseType::BadRequestBody, "Invalid request body").in_form(Form::Spaced));
    }
    Ok(())
}

/// The name of a parameter that is not there, or empty.
fn missing<'a>(exchange: &Exchange<'_>, source: &'a Source) -> Option<&'a str> {
    let (Source::Header(name)
    | Source::Query(name)
    | Source::Path(name)
    | Source::StageVariable(name)
    | Source::Context(name)) = source;
    exchange.find(source).is_none_or(|value| value.is_empty()).then_some(name)
}
