//! What a method asks of its requests: validators and models.
//! Holds nothing against a model: that is the engine's.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_rest::Source;
use stackwright_rest::rest::{Requirements, Schema};

use crate::properties::Properties;
use crate::stack::Stack;

/// What the validator of a method has it ask for.
pub(super) fn requirements(stack: &Stack, method: &Properties<'_>) -> Result<Requirements, String> {
    let Some(id) = method.optional_text("RequestValidatorId")? else { return Ok(Requirements::default()) };
    let mut validators = stack.of_kind("AWS::ApiGateway::RequestValidator");
    let validator = validators.find(|piece| piece.reference() == id);
    let validator = validator
        .ok_or_else(|| format!("`RequestValidatorId` is `{id}`, and this stack has no such validator"))?
        .properties();
    let mut requirements = Requirements::default();
    if validator.flag("ValidateRequestParameters")? {
        requirements.parameters = parameters(method)?;
    }
    if validator.flag("ValidateRequestBody")? {
        requirements.body = Some(schemas(stack, method)?);
    }
    Ok(requirements)
}

/// Those that are marked with `true`.
fn parameters(method: &Properties<'_>) -> Result<Vec<Source>, String> {
    let all = method.map_of_texts("RequestParameters")?.into_iter();
    let required = all.filter(|(_, is_required)| is_required == "true");
    let source = |(name, _): (String, String)| {
        Source::parse(&name)
            .ok_or_else(|| format!("`RequestParameters` has `{name}`, which is no part of a request"))
    };
    required.map(source).collect()
}

fn schemas(stack: &Stack, method: &Properties<'_>) -> Result<BTreeMap<String, Schema>, String> {
    let mut models = models(stack)?;
    // Every API has these two.
    models.entry("Empty".to_owned()).or_insert_with(|| json!({}));
    models
        .entry("Error".to_owned())
        .or_insert_with(|| json!({ "type": "object", "properties": { "message": { "type": "string" } } }));
    let schema = |(kind, name): (String, String)| {
        let root = models.get(&name).cloned();
        let root = root.ok_or_else(|| format!("`RequestModels` has `{name}`, and there is no such model"))?;
        Ok((kind, Schema::new(root, models.clone())))
    };
    method.map_of_texts("RequestModels")?.into_iter().map(schema).collect()
}

/// The models of a stack by name: their names are unique within an API, and within a stack where nobody chose them.
fn models(stack: &Stack) -> Result<BTreeMap<String, Value>, String> {
    let all = stack.of_kind("AWS::ApiGateway::Model");
    all.map(|piece| match piece.map.get("Schema") {
        None => Ok((piece.reference().to_owned(), json!({}))),
        Some(_) => Ok((piece.reference().to_owned(), piece.document("Schema")?)),
    })
    .collect()
}
