//! `__schema` and `__type`: the compiler answers them.
//! Nobody is asked whether they may: AppSync opens introspection to whoever is let in.

use apollo_compiler::executable::Operation;
use apollo_compiler::introspection;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use serde_json::{Value, json};

use crate::api::Api;
use crate::fault::{Fault, Location};
use crate::request::Prepared;

/// The values of `__schema` and `__type`, by their keys in the answer.
pub(crate) fn answer(api: &Api, prepared: &Prepared) -> Result<Value, Fault> {
    let Prepared { document, operation, .. } = prepared;
    let operation: &Operation = operation;
    let failed = |error: apollo_compiler::request::RequestError| {
        Fault::of_request(error.message().to_string(), Location::of(error.location(), &document.sources))
    };
    introspection::check_max_depth(document, operation).map_err(failed)?;
    let given: JsonMap = serde_json::from_value(json!(prepared.variables)).unwrap_or_default();
    let variables = coerce_variable_values(&api.schema, operation, &given).map_err(failed)?;
    let answer =
        introspection::partial_execute(&api.schema, &api.implementers, document, operation, &variables);
    let answer = answer.map_err(failed)?;
    serde_json::to_value(answer.data).map_err(|error| Fault::of_request(error.to_string(), None))
}
