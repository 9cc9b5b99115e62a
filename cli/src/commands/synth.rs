//! `synth`: declarations in, templates and packaged handlers out.
//!
//! Everything is found wrong before anything is built, and everything is built before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use stackwright::{Asset, LogicalId, Problem, Stack, Synthesis, check_together};

use crate::arguments::Synth;
use crate::assets::{self, AssetRequest, MissingCrate, Mode, Options, Workspace};
use crate::manifest::{Manifest, StackEntry};
use crate::output::Output;
use crate::printer::{Printer, Written};

pub(crate) fn run(arguments: &Synth, stacks: &[Stack], printer: &mut Printer) -> Result<ExitCode> {
    let wanted = wanted(arguments, stacks)?;
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let workspace = Workspace::find(&here)?;
    let mut synthesised: Vec<Synthesis> = stacks.iter().map(Stack::synthesise).collect();

    let problems = problems(&mut synthesised, &workspace)?;
    if !problems.is_empty() {
        printer.problems(&problems)?;
        return Ok(ExitCode::FAILURE);
    }

    let out = arguments.out.as_ref().map_or_else(|| workspace.root().join("cdk.out"), |out| here.join(out));
    let packaged = package(arguments, &workspace, &synthesised, &out, printer)?;
    let mut output = Output::new(out);
    let mut manifest = Manifest::load(output.folder());
    let before = manifest.clone();
    let known: Vec<&str> = stacks.iter().map(|stack| stack.name).collect();
    manifest.forget_all_but(&known).iter().for_each(|template| output.remove(template));
    for stack in synthesised.iter_mut().filter(|stack| wanted.contains(&stack.name.as_str())) {
        let entry = write_stack(stack, &packaged, &mut output)?;
        manifest.insert(&stack.name, entry);
    }
    output.file("manifest.json", manifest.to_json()?);
    output.commit()?;
    // Zips that the manifest does not list may be those of a stack it has lost.
    if known.iter().all(|name| manifest.stacks.contains_key(*name)) {
        assets::prune(output.folder(), manifest.asset_hashes())?;
    }
    let (folder, stubbed) = (output.folder(), arguments.stub_assets);
    printer.summary(&Written { folder, wanted: &wanted, before: &before, now: &manifest, stubbed })?;
    Ok(ExitCode::SUCCESS)
}

/// The names asked for, all if none is, in the order of the program.
fn wanted(arguments: &Synth, stacks: &[Stack]) -> Result<Vec<&'static str>> {
    let known: Vec<&'static str> = stacks.iter().map(|stack| stack.name).collect();
    if let Some(name) = arguments.stacks.iter().find(|name| !known.contains(&name.as_str())) {
        let nearest = known.iter().min_by_key(|other| strsim::damerau_levenshtein(name, other));
        let hint = nearest.map_or_else(String::new, |other| format!("\n  hint: did you mean `{other}`?"));
        let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        bail!("there is no stack `{name}`, but {}{hint}", all.join(", "));
    }
    let asked = |name: &&str| arguments.stacks.is_empty() || arguments.stacks.iter().any(|one| one == name);
    Ok(known.into_iter().filter(asked).collect())
}

/// All that is wrong: with each stack, between them, and with what they expect of the workspace.
fn problems(stacks: &mut [Synthesis], workspace: &Workspace) -> Result<Vec<Problem>> {
    let mut problems: Vec<Problem> = stacks.iter_mut().flat_map(|stack| stack.problems.drain(..)).collect();
    problems.extend(check_together(stacks));
    problems.extend(stacks.iter().filter_map(|stack| stack.to_yaml().err()));
    let assets = || stacks.iter().flat_map(|stack| &stack.assets);
    let handlers: BTreeSet<&str> = assets().map(|asset| asset.handler.as_str()).collect();
    let unknown = workspace.missing(handlers)?;
    problems.extend(assets().flat_map(|asset| missing(asset, &unknown, workspace)));
    Ok(problems)
}

/// A handler crate or a folder of files that is not there.
fn missing(asset: &Asset, unknown: &[MissingCrate], workspace: &Workspace) -> Vec<Problem> {
    let crates = unknown.iter().filter(|missing| missing.name == asset.handler);
    let crates = crates.map(|missing| Problem::new(missing.what()).hint(missing.hint()));
    let folders = asset.files.iter().filter(|folder| !workspace.root().join(&folder.source).is_dir());
    let folders = folders.map(|folder| {
        Problem::new(format!("there is no folder `{}` in the workspace", folder.source))
            .hint("the path starts at the workspace, such as `web/notes`")
    });
    crates.chain(folders).map(|problem| problem.at(asset.origin.clone())).collect()
}

/// The packaged code of every function, by stack and resource.
type Packaged = BTreeMap<(String, LogicalId), assets::Asset>;

/// Packages the code of all stacks.
///
/// Cargo resolves features over all crates of a call, so the handlers of all stacks are built whichever are written.
fn package(
    arguments: &Synth,
    workspace: &Workspace,
    stacks: &[Synthesis],
    out: &Path,
    printer: &mut Printer,
) -> Result<Packaged> {
    let functions =
        || stacks.iter().flat_map(|stack| stack.assets.iter().map(move |asset| (stack.name.clone(), asset)));
    let requests: Vec<AssetRequest> = functions().map(|(_, asset)| request(asset, arguments)).collect();
    let mode =
        if arguments.stub_assets { Mode::Stub } else { Mode::Build { profile: arguments.profile.clone() } };
    let options = Options { mode, color: printer.is_colored(), ..Options::default() };
    let packaged = assets::package(workspace, &requests, out, &options, &mut printer.progress())?;
    Ok(functions().map(|(stack, asset)| (stack, asset.resource)).zip(packaged).collect())
}

fn request(asset: &Asset, arguments: &Synth) -> AssetRequest {
    AssetRequest {
        crate_name: asset.handler.clone(),
        architecture: asset.architecture.or(arguments.arch),
        files: asset.files.clone(),
    }
}

/// Puts packaged code into the template and queues the template for writing.
fn write_stack(stack: &mut Synthesis, packaged: &Packaged, output: &mut Output) -> Result<StackEntry> {
    let mut entry = StackEntry::new(&stack.name);
    for asset in std::mem::take(&mut stack.assets) {
        let key = (stack.name.clone(), asset.resource);
        let code = packaged.get(&key).with_context(|| format!("`{}` was not packaged", asset.handler))?;
        let path = format!("assets/{}.zip", code.hash);
        stack.place(&asset, &path, code.architecture, code.files_hash.as_deref());
        entry.add_asset(&asset, code);
    }
    for (id, resource) in stack.template.resources.iter() {
        entry.add_resource(id, resource, stack.origins.get(&id));
    }
    let yaml = stack.to_yaml().map_err(|problem| anyhow!("{problem}"))?;
    entry.digest = assets::digest(yaml.as_bytes());
    output.file(&entry.template, yaml);
    Ok(entry)
}
