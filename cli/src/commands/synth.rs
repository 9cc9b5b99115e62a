//! `synth`: declarations in, templates and packaged handlers out.
//!
//! Everything is found wrong before anything is built, and everything is built before anything is written.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use stackwright::Stack;

use crate::arguments::Synth;
use crate::assets::{self, Options, Workspace};
use crate::declared::{Declared, Packaged};
use crate::output::Output;
use crate::printer::{Printer, Summary};
use crate::{selection, writing};

pub(crate) fn run(arguments: &Synth, stacks: &[Stack], printer: &mut Printer) -> Result<ExitCode> {
    let wanted = selection::named_or_all(&arguments.stacks, stacks)?;
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let mut declared = Declared::of(stacks, Workspace::find(&here)?);
    let problems = declared.problems()?;
    if !problems.is_empty() {
        printer.problems(&problems)?;
        return Ok(ExitCode::FAILURE);
    }

    let root = declared.workspace.root();
    let folder = arguments.out.as_ref().map_or_else(|| root.join("cdk.out"), |out| here.join(out));
    let packaged = package(arguments, &declared, &folder, printer)?;
    let written = writing::write(&mut declared, &wanted, &packaged, Output::new(folder.clone()))?;
    // Zips that the manifest does not list may be those of a stack it has lost.
    if stacks.iter().all(|stack| written.now.stacks.contains_key(stack.name)) {
        assets::prune(&folder, written.now.asset_hashes())?;
    }
    let stubbed = arguments.stub_assets;
    printer.summary(&Summary { folder: &folder, wanted: &wanted, written: &written, stubbed })?;
    Ok(ExitCode::SUCCESS)
}

/// Packages the code of all stacks.
fn package(arguments: &Synth, declared: &Declared, out: &Path, printer: &mut Printer) -> Result<Packaged> {
    let requests = declared.requests(|asset| asset.architecture.or(arguments.arch));
    let options =
        Options { profile: arguments.profile.clone(), color: printer.is_colored(), ..Options::default() };
    let assets = if arguments.stub_assets {
        assets::stub(&declared.workspace, &requests, out)?
    } else {
        assets::package(&declared.workspace, &requests, out, &options, &mut printer.progress())?
    };
    Ok(declared.packaged(assets))
}
