//! Synthesised stacks become files: their templates, and the manifest that tells what is in them.
//!
//! Whether their code is in zips or in folders is none of its business: it is where packaging has put it.

use anyhow::{Context as _, Result, anyhow};
use stackwright::Synthesis;

use crate::assets;
use crate::declared::{Declared, Packaged};
use crate::manifest::{Manifest, StackEntry};
use crate::output::Output;

/// What a folder held before and what it holds now.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) before: Manifest,
    pub(crate) now: Manifest,
}

/// Writes the stacks that are wanted; what the program no longer has is removed.
pub(crate) fn write(
    declared: &mut Declared,
    wanted: &[&str],
    packaged: &Packaged,
    mut output: Output,
) -> Result<Written> {
    let before = Manifest::load(output.folder());
    let mut now = before.clone();
    let known: Vec<&str> = declared.stacks.iter().map(|stack| stack.name.as_str()).collect();
    now.forget_all_but(&known).iter().for_each(|template| output.remove(template));
    for stack in declared.stacks.iter_mut().filter(|stack| wanted.contains(&stack.name.as_str())) {
        let entry = write_stack(stack, packaged, &mut output)?;
        now.insert(&stack.name, entry);
    }
    output.file("manifest.json", now.to_json()?);
    output.commit()?;
    Ok(Written { before, now })
}

/// Puts packaged code into the template and queues the template for writing.
fn write_stack(stack: &mut Synthesis, packaged: &Packaged, output: &mut Output) -> Result<StackEntry> {
    let mut entry = StackEntry::new(&stack.name);
    for asset in std::mem::take(&mut stack.assets) {
        let key = (stack.name.clone(), asset.resource);
        let code = packaged.get(&key).with_context(|| format!("`{}` was not packaged", asset.handler))?;
        let path = output.name_of(&code.path)?;
        stack.place(&asset, &path, code.architecture, code.files_hash.as_deref());
        entry.add_asset(&asset, code, path);
    }
    for (id, resource) in stack.template.resources.iter() {
        entry.add_resource(id, resource, stack.origins.get(&id));
    }
    let yaml = stack.to_yaml().map_err(|problem| anyhow!("{problem}"))?;
    entry.digest = assets::digest(yaml.as_bytes());
    output.file(&entry.template, yaml);
    Ok(entry)
}
