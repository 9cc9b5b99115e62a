//! Corrections to what the sources say, each with its reason: `synth/schema/patches/*.json`.
//!
//! A patch of a type or of a line that is gone is an error: the sources may have caught up.

use super::facts::{Form, ObjectFacts, PropertyFacts, ResourceFacts};
use super::read_json;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Applies every patch of the folder, file by file in alphabetical order.
pub(super) fn apply_all(folder: &Path, types: &mut BTreeMap<String, ResourceFacts>) -> Result<()> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    for file in files {
        let patches = read_json(&file)?;
        for patch in patches.as_array().into_iter().flatten() {
            apply(patch, types).with_context(|| format!("patch in `{}`: {patch}", file.display()))?;
        }
    }
    Ok(())
}

/// Applies one patch.
pub(super) fn apply(patch: &Value, types: &mut BTreeMap<String, ResourceFacts>) -> Result<()> {
    ensure!(patch["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "it gives no `reason`");
    let name = patch["type"].as_str().context("it names no `type`")?;
    let facts = types.get_mut(name).with_context(|| format!("no type `{name}`"))?;
    if let Some(attribute) = patch["attribute"].as_str() {
        let shape = patch["shape"].as_str().context("it gives no `shape`")?;
        facts.attributes.insert(attribute.to_owned(), Form::Verbatim(shape.to_owned()));
        return Ok(());
    }
    apply_to_object(patch, facts.object_mut(patch["definition"].as_str()))
}

fn apply_to_object(patch: &Value, object: &mut ObjectFacts) -> Result<()> {
    if let Some(line) = patch["without"].as_str() {
        ensure!(object.combinations.remove(line), "`{line}` is not there to be left out");
        return Ok(());
    }
    let key = patch["property"].as_str().context("it names no `property`")?;
    let property = object.properties.entry(key.to_owned()).or_insert_with(|| PropertyFacts::of(Form::Json));
    if let Some(shape) = patch["shape"].as_str() {
        property.form = Form::Verbatim(shape.to_owned());
    }
    if let Some(required) = patch["required"].as_bool() {
        property.required = required;
    }
    Ok(())
}
