//! From declarations to what runs here: handlers built, their code in folders, templates that say where.
//!
//! Starts nothing. A running `local` calls it again, in a process of its own, when sources have changed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use stackwright::Stack;

use crate::assets::{self, Destination, Options, Sources, Workspace};
use crate::declared::Declared;
use crate::output::Output;
use crate::printer::Printer;
use crate::writing::{self, Written};

const SOURCES: &str = "sources.json";

/// What the program has written for its stacks to run from.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Where templates and manifest are.
    pub(super) folder: PathBuf,
    /// What the handlers were made from.
    pub(super) sources: Sources,
}

/// Builds the handlers of all stacks and writes all templates, whichever are to run: so several runs with the same
/// sources write the same files, and do not disturb each other.
///
/// Gives nothing if something is wrong with what is declared; that is told then.
pub(super) fn prepare(
    workspace: Workspace,
    release: bool,
    stacks: &[Stack],
    printer: &mut Printer,
) -> Result<Option<Prepared>> {
    let mut declared = Declared::of(stacks, workspace);
    let problems = declared.problems()?;
    if !problems.is_empty() {
        printer.problems(&problems)?;
        return Ok(None);
    }

    let options = options(release, printer.is_colored());
    let folder = declared.workspace.root().join("cdk.out/local").join(&options.profile);
    // Whatever a function is declared for, it runs on this machine's processor.
    let requests = declared.requests(|_| None);
    let (code, sources) =
        assets::lay_out(&declared.workspace, &requests, &folder, &options, &mut printer.progress())?;
    let packaged = declared.packaged(code);
    let mut output = Output::new(folder.clone());
    output.file(SOURCES, serde_json::to_string(&sources)?);
    let wanted: Vec<&str> = stacks.iter().map(|stack| stack.name).collect();
    let Written { before, now } = writing::write(&mut declared, &wanted, &packaged, output)?;
    // Functions start from the folders before until they are given the new ones.
    assets::prune_folders(&folder, before.asset_paths().chain(now.asset_paths()))?;
    Ok(Some(Prepared { folder, sources }))
}

/// A release is what `synth` builds for Lambda, so that both share one build; elsewhere than on Linux that would not
/// run.
fn options(release: bool, color: bool) -> Options {
    let destination = match release && cfg!(target_os = "linux") {
        true => Destination::Lambda,
        false => Destination::ThisMachine,
    };
    let profile = if release { "lambda" } else { "dev" };
    Options { profile: profile.to_owned(), destination, color, ..Options::default() }
}

impl Prepared {
    /// What another process has written to the same folder since.
    pub(super) fn read_again(&mut self) -> Result<()> {
        self.sources = read(&self.folder.join(SOURCES))?;
        Ok(())
    }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not what it was", path.display()))
}
