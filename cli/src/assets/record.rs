//! What is remembered between runs, so that a run in which nothing changed calls no cargo.
//! A key to a cache and no more: an asset's own hash is that of its zip, and a lost record costs one no-op build.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::snapshot::{Snapshot, Stamp, package_files};
use super::target::Route;
use super::{Architecture, Asset, AssetError, AssetRequest, Options, Workspace, archive, digest, site};

/// Part of the key: raise it when a record means something else than before.
const FORMAT: &str = "1";

/// What the last build with the same key was made from and what it made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The local packages.
    pub(super) folders: Vec<PathBuf>,
    /// Files outside them: the lock file, configuration, the compiler, what `include_str!` reached for.
    pub(super) others: Vec<PathBuf>,
    pub(super) sources: Snapshot,
    /// Variables the build looked at → hash of the value, for values can be secrets.
    pub(super) variables: BTreeMap<String, Option<String>>,
    pub(super) routes: BTreeMap<Architecture, Route>,
    pub(super) executables: Vec<Executable>,
    pub(super) packed: Vec<Packed>,
}

/// An executable that was built and found fit for Lambda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Executable {
    pub(super) crate_name: String,
    pub(super) wanted: Option<Architecture>,
    pub(super) built: Architecture,
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
}

/// A zip that was made of an executable and files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packed {
    pub(super) executable: Executable,
    pub(super) folders: Vec<(PathBuf, String)>,
    pub(super) files: Snapshot,
    pub(super) asset: Asset,
}

/// The file for these requests, options and settings: each set has one of its own, so that none drives out another.
pub(super) fn file(
    workspace: &Workspace,
    requests: &[AssetRequest],
    options: &Options,
) -> Result<PathBuf, AssetError> {
    let key = serde_json::to_vec(&(FORMAT, workspace.root(), requests, options, settings()))
        .map_err(|error| AssetError::Record { message: error.to_string() })?;
    let target = env::var_os("CARGO_TARGET_DIR").map(|folder| workspace.root().join(folder));
    let folder = target.unwrap_or_else(|| workspace.root().join("target")).join("stackwright");
    Ok(folder.join(format!("assets-{}.json", &digest::of(&key)[..16])))
}

/// The variables that decide how cargo builds; what build scripts look at besides is in [`Record::variables`].
fn settings() -> BTreeMap<String, String> {
    const PREFIXES: [&str; 5] =
        ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_UNSTABLE_", "RUSTC"];
    const NAMES: [&str; 7] = [
        "CARGO",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_HOME",
        "CARGO_INCREMENTAL",
        "RUSTFLAGS",
        "RUSTUP_HOME",
        "RUSTUP_TOOLCHAIN",
    ];
    let counts = |name: &str| NAMES.contains(&name) || PREFIXES.iter().any(|one| name.starts_with(one));
    let variables = env::vars_os().map(|(name, value)| (lossy(name), lossy(value)));
    variables.filter(|(name, _)| counts(name)).collect()
}

fn lossy(text: std::ffi::OsString) -> String {
    text.to_string_lossy().into_owned()
}

/// The hash of a variable's value as it is now.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| digest::of(value.as_encoded_bytes()))
}

impl Record {
    /// `None` if there is none that can be read.
    pub(super) fn load(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    pub(super) fn save(&self, file: &Path) -> Result<(), AssetError> {
        let bytes =
            serde_json::to_vec(self).map_err(|error| AssetError::Record { message: error.to_string() })?;
        let folder = file.parent().unwrap_or(file);
        let unfinished = file.with_extension(format!("{}.part", std::process::id()));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, file))
            .map_err(|error| AssetError::write(file, error))
    }

    /// Whether the executables are what a build would make now.
    pub(super) fn executables_hold(&mut self, out: &Path) -> bool {
        let variables = self.variables.iter().all(|(name, hash)| variable(name) == *hash);
        let executables = self.executables.iter().all(|one| one.stamp.holds(&one.path));
        variables && executables && self.sources.holds(self.listing(out))
    }

    /// All files that count, as they are now.
    pub(super) fn listing(&self, out: &Path) -> Vec<PathBuf> {
        let packages = self.folders.iter().flat_map(|folder| package_files(folder));
        packages.filter(|path| !path.starts_with(out)).chain(self.others.iter().cloned()).collect()
    }

    pub(super) fn executable(&self, request: &AssetRequest) -> Option<&Executable> {
        let same =
            |one: &&Executable| one.crate_name == request.crate_name && one.wanted == request.architecture;
        self.executables.iter().find(same)
    }

    /// The zip made before of this executable and these folders, if the files are the same and it is still in `out`.
    pub(super) fn packed(
        &mut self,
        executable: &Executable,
        folders: &[(PathBuf, String)],
        out: &Path,
    ) -> Result<Option<Asset>, AssetError> {
        let same = |one: &&mut Packed| one.executable == *executable && one.folders == folders;
        let Some(packed) = self.packed.iter_mut().find(same) else { return Ok(None) };
        let files = site::files(folders)?.into_iter().map(|file| file.path).collect();
        let Asset { hash, size, .. } = &packed.asset;
        if !packed.files.holds(files) || !archive::is_stored(out, hash, *size) {
            return Ok(None);
        }
        Ok(Some(Asset { path: archive::path(out, hash), ..packed.asset.clone() }))
    }
}

impl Packed {
    /// Whether this is the newer zip of the same handler.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        let (new, old) = (&self.executable, &other.executable);
        new.crate_name == old.crate_name && new.wanted == old.wanted && self.folders == other.folders
    }
}
