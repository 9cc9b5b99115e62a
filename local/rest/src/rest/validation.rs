//! What a request validator asks of a request.
//! Knows no JSON Schema: models look at bodies.

use std::collections::BTreeMap;

use super::definition::Requirements;
use super::exchange::Exchange;
use super::fault::{Fault, Form, ResponseType};
use super::schema::Schema;
use crate::source::Source;

/// Whether a request has what is required of it.
pub(super) fn check(exchange: &Exchange<'_>, requirements: &Requirements) -> Result<(), Fault> {
    let missing: Vec<&str> =
        requirements.parameters.iter().filter_map(|source| missing(exchange, source)).collect();
    if !missing.is_empty() {
        let message = format!("Missing required request parameters: [{}]", missing.join(", "));
        return Err(Fault::new(ResponseType::BadRequestParameters, &message).in_form(Form::Spaced));
    }
    match requirements.body.as_ref().and_then(|models| fault(exchange, models)) {
        Some(reason) => {
            let fault = Fault::new(ResponseType::BadRequestBody, "Invalid request body");
            Err(Fault { reason: Some(reason), ..fault.in_form(Form::Spaced) })
        }
        None => Ok(()),
    }
}

/// What is wrong with the body, if something is. An empty one is an empty object where a model looks at it.
fn fault(exchange: &Exchange<'_>, models: &BTreeMap<String, Schema>) -> Option<String> {
    let kind = exchange.incoming.header("content-type");
    let kind = kind.as_deref().and_then(|kind| kind.split(';').next()).map_or("application/json", str::trim);
    let model = models.get(kind);
    if model.is_none() && !models.is_empty() {
        return None;
    }
    let body = &exchange.incoming.body;
    let body = if body.is_empty() { b"{}" } else { body.as_ref() };
    match serde_json::from_slice(body) {
        Ok(value) => model.and_then(|model| model.fault(&value)),
        Err(error) => Some(format!("the body is no JSON: {error}")),
    }
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
