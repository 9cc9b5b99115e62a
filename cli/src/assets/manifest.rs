//! The few lines of a `Cargo.toml` that say which crates there are, read without calling cargo.
//! Not a model of cargo's manifest: what is not named here is skipped.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::AssetError;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Manifest {
    pub(super) package: Option<Package>,
    pub(super) workspace: Option<WorkspaceTable>,
    #[serde(default)]
    bin: Vec<Binary>,
    #[serde(default)]
    profile: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    /// Where the root is, for a package that is not below it.
    pub(super) workspace: Option<PathBuf>,
    autobins: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct WorkspaceTable {
    #[serde(default)]
    pub(super) members: Vec<String>,
    #[serde(default)]
    pub(super) exclude: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Binary {}

impl Manifest {
    /// Reads `<folder>/Cargo.toml`; `None` if there is no such file.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, AssetError> {
        let path = folder.join("Cargo.toml");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(AssetError::read(&path, error)),
        };
        let manifest = toml::from_str(&text).map_err(|error| AssetError::manifest(&path, &error))?;
        Ok(Some(manifest))
    }

    /// Whether cargo would find a binary in the package at `folder`.
    pub(super) fn has_binary(&self, folder: &Path) -> bool {
        let discovers = self.package.as_ref().is_some_and(|package| package.autobins != Some(false));
        !self.bin.is_empty() || (discovers && discovered_binary(folder))
    }

    /// Whether the workspace says itself what this profile is.
    pub(super) fn defines_profile(&self, name: &str) -> bool {
        self.profile.contains_key(name)
    }
}

/// Cargo's own places: `src/main.rs`, `src/bin/*.rs`, `src/bin/*/main.rs`.
fn discovered_binary(folder: &Path) -> bool {
    let entries = fs::read_dir(folder.join("src/bin")).into_iter().flatten().flatten();
    folder.join("src/main.rs").is_file()
        || entries.map(|entry| entry.path()).any(|path| {
            path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file()
        })
}
