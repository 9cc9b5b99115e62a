//! `cargo xtask schema`: joins the two public descriptions of CloudFormation's resource types into `synth/schema/data`.
//!
//! It takes over facts (names, types, bounds, allowed values), never the descriptions' prose.

mod facts;
mod features;
mod fetch;
mod join;
mod node;
mod patch;
mod spec;
#[cfg(test)]
mod tests;
mod write;

use anyhow::{Context, Result};
use facts::ResourceFacts;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Fetches, joins, patches and writes.
pub(crate) fn run() -> Result<()> {
    let root = root();
    let sources = fetch::sources(&root.join("target/schema"))?;
    let mut types = join_all(&sources);
    patch::apply_all(&root.join("synth/schema/patches"), &mut types)?;
    for facts in types.values_mut() {
        facts.drop_unreachable();
        facts.drop_misplaced_combinations();
    }
    let services = write::data(&root.join("synth/schema"), &types)?;
    features::write(&root.join("synth/cfn/Cargo.toml"), &services)?;
    crate::say(&write::summary(&types, &services));
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Every type that either source knows, by name.
fn join_all(sources: &fetch::Sources) -> BTreeMap<String, ResourceFacts> {
    let mut types = spec::read(&sources.spec);
    for (name, schema) in sources.constraints.as_object().into_iter().flatten() {
        let facts = types.remove(name).unwrap_or_else(|| ResourceFacts::named(name));
        types.insert(name.clone(), join::join(facts, schema, &sources.attributes[name]));
    }
    types
}

/// Reads a JSON file.
fn read_json(path: &Path) -> Result<serde_json::Value> {
    let text = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("`{}` is not JSON", path.display()))
}
