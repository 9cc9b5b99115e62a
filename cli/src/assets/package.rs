//! From requests to assets: decides what has to be done, and has it done.
//! Builds, zips and remembers nothing itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::archive::Effort;
use super::record::{self, Record};
use super::stub::bootstrap;
use super::{Architecture, Asset, AssetError, AssetRequest, Options, Progress, Sources, Workspace};

/// Makes the zips that are asked for in `<out>/assets`, one for each request, in the same order.
///
/// With nothing changed since last time this calls no cargo. Otherwise one call builds all handlers (one for each
/// architecture, if several are asked for). Cargo resolves features over all crates of a call: ask for the handlers
/// of all stacks, also when only some stacks are written, or the same handler may come out different.
///
/// The same sources give the same hashes in another checkout and with another `CARGO_HOME`. Not so with a local
/// package outside of the workspace: cargo makes its whole path part of the names of its symbols.
///
/// # Errors
/// Every [`AssetError`] says what to do about it. Nothing is left half-written.
pub fn package(
    workspace: &Workspace,
    requests: &[AssetRequest],
    out: &Path,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Vec<Asset>, AssetError> {
    let out = absolute(out)?;
    let packaging = Packaging { workspace, requests, out: &out, options };
    Ok(packaging.build(Packaging::pack, progress)?.0)
}

/// Builds as [`package`] does, and makes a folder `<out>/code/<crate>-<digits>` in the place of each zip.
///
/// Other code comes to lie in another folder, so that processes started from the one before are not disturbed.
/// What is in a folder is `bootstrap` and what a zip has under `site/`. The sources come with them, for whoever wants
/// to know of changes.
///
/// # Errors
/// As [`package`].
pub fn lay_out(
    workspace: &Workspace,
    requests: &[AssetRequest],
    out: &Path,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<(Vec<Asset>, Sources), AssetError> {
    let out = absolute(out)?;
    let packaging = Packaging { workspace, requests, out: &out, options };
    let (assets, record) = packaging.build(Packaging::lay_out, progress)?;
    Ok((assets, packaging.sources(record)))
}

/// Makes zips in `<out>/assets` with a shell script that fails in the place of each executable: tests of stacks
/// compile no handler.
///
/// # Errors
/// As [`package`].
pub fn stub(workspace: &Workspace, requests: &[AssetRequest], out: &Path) -> Result<Vec<Asset>, AssetError> {
    let out = absolute(out)?;
    Packaging { workspace, requests, out: &out, options: &Options::default() }.stubs()
}

fn absolute(out: &Path) -> Result<PathBuf, AssetError> {
    std::path::absolute(out).map_err(|error| AssetError::write(out, error))
}

/// One call of [`package`] or its like.
pub(super) struct Packaging<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) requests: &'a [AssetRequest],
    pub(super) out: &'a Path,
    pub(super) options: &'a Options,
}

/// What is made of executables.
type Finish<'a> = fn(&Packaging<'a>, &mut Record, &mut dyn Progress) -> Result<Vec<Asset>, AssetError>;

impl<'a> Packaging<'a> {
    fn stubs(&self) -> Result<Vec<Asset>, AssetError> {
        self.refuse_missing()?;
        let stub = |request: &AssetRequest| {
            let contents = self.contents(request, bootstrap(&request.crate_name))?;
            let architecture = request.architecture.unwrap_or(Architecture::X86_64);
            self.store(request, &contents, Effort::Stored, architecture)
        };
        self.requests.iter().map(stub).collect()
    }

    fn build(
        &self,
        finish: Finish<'a>,
        progress: &mut dyn Progress,
    ) -> Result<(Vec<Asset>, Record), AssetError> {
        if self.requests.is_empty() {
            return Ok((Vec::new(), Record::default()));
        }
        let file = record::file(self.workspace, self.requests, self.options)?;
        let before = Record::load(&file);
        let mut record = before.clone().unwrap_or_default();
        if before.is_none() || !record.executables_hold(self.out) {
            record = self.executables(record, progress)?;
        }
        let assets = finish(self, &mut record, progress)?;
        if before.as_ref() != Some(&record) {
            record.save(&file)?;
        }
        Ok((assets, record))
    }

    fn sources(&self, record: Record) -> Sources {
        let site = self.requests.iter().flat_map(|request| self.folders(request)).map(|(folder, _)| folder);
        Sources {
            folders: record.folders.into_iter().chain(site).collect(),
            files: record.others.into_iter().collect(),
        }
    }

    pub(super) fn refuse_missing(&self) -> Result<(), AssetError> {
        let missing = self.workspace.missing(self.crates())?;
        if missing.is_empty() { Ok(()) } else { Err(AssetError::Missing(missing)) }
    }

    pub(super) fn crates(&self) -> BTreeSet<&str> {
        self.requests.iter().map(|request| request.crate_name.as_str()).collect()
    }

    /// The folders of a request, where they really are.
    pub(super) fn folders(&self, request: &AssetRequest) -> Vec<(PathBuf, String)> {
        let root = self.workspace.root();
        request.files.iter().map(|folder| (root.join(&folder.source), folder.target.clone())).collect()
    }
}
