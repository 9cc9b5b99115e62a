//! The cargo workspace of the program, read from its manifests: which handler crates exist.
//! Calls no cargo: stubs and the run in which nothing changed must not wait for it.

use std::fmt;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::{AssetError, members};

/// A cargo workspace; a package that is in none is one of its own.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    manifest: Manifest,
}

/// A handler that is asked for and cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCrate {
    /// The name asked for.
    pub name: String,
    /// What is wrong with it.
    pub reason: Reason,
    /// Names of handler crates that read almost like it, the nearest first.
    pub near: Vec<String>,
}

/// Why a crate is no handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No package of the workspace has the name.
    NoSuchCrate,
    /// There is such a package in this folder, but it makes no executable.
    NoBinary(PathBuf),
}

impl Workspace {
    /// The workspace that the folder `start` is in, as cargo would find it.
    pub fn find(start: &Path) -> Result<Self, AssetError> {
        let mut nearest = None;
        for folder in start.ancestors() {
            let Some(manifest) = Manifest::read(folder)? else { continue };
            if manifest.workspace.is_some() {
                return Ok(Self { root: folder.to_owned(), manifest });
            }
            if let Some(root) = manifest.package.as_ref().and_then(|package| package.workspace.as_ref()) {
                return Self::find(&folder.join(root));
            }
            nearest = nearest.or(Some(Self { root: folder.to_owned(), manifest }));
        }
        nearest.ok_or_else(|| AssetError::NoWorkspace { start: start.to_owned() })
    }

    /// The folder of the root manifest.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of all packages that have a binary, sorted: what a handler may be called.
    pub fn handler_crates(&self) -> Result<Vec<String>, AssetError> {
        let mut names = Vec::new();
        for folder in self.folders() {
            let Some(manifest) = Manifest::read(&folder)? else { continue };
            let has_binary = manifest.has_binary(&folder);
            names.extend(manifest.package.filter(|_| has_binary).map(|package| package.name));
        }
        names.sort();
        Ok(names)
    }

    /// Those of `names` that are no handler crate, each with names that were perhaps meant.
    pub fn missing<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<MissingCrate>, AssetError> {
        let folders = self.folders();
        let mut missing = Vec::new();
        for name in names {
            let Some(reason) = reason(&folders, name)? else { continue };
            let near = near(name, self.handler_crates()?);
            missing.push(MissingCrate { name: name.to_owned(), reason, near });
        }
        Ok(missing)
    }

    pub(super) fn defines_profile(&self, name: &str) -> bool {
        self.manifest.defines_profile(name)
    }

    fn folders(&self) -> Vec<PathBuf> {
        let table = self.manifest.workspace.as_ref();
        let mut folders = table.map(|table| members::folders(&self.root, table)).unwrap_or_default();
        if self.manifest.package.is_some() && !folders.contains(&self.root) {
            folders.push(self.root.clone());
        }
        folders
    }
}

/// What is wrong with a name. Folders called like it are read first: nearly always the others need no reading.
fn reason(folders: &[PathBuf], name: &str) -> Result<Option<Reason>, AssetError> {
    let (likely, others): (Vec<_>, Vec<_>) = folders.iter().partition(|folder| folder.ends_with(name));
    for folder in likely.into_iter().chain(others) {
        let Some(manifest) = Manifest::read(folder)? else { continue };
        if manifest.package.as_ref().is_some_and(|package| package.name == name) {
            return Ok((!manifest.has_binary(folder)).then(|| Reason::NoBinary(folder.clone())));
        }
    }
    Ok(Some(Reason::NoSuchCrate))
}

/// At most three names, none further away than a third of the letters.
fn near(name: &str, names: Vec<String>) -> Vec<String> {
    let limit = name.len() / 3 + 1;
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let mut near: Vec<String> = names.into_iter().filter(|other| distance(other) <= limit).collect();
    near.retain(|other| other != name);
    near.sort_by_key(|other| distance(other));
    near.truncate(3);
    near
}

impl fmt::Display for MissingCrate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  hint: {}", self.what(), self.hint())
    }
}

impl MissingCrate {
    /// What is wrong.
    pub fn what(&self) -> String {
        match &self.reason {
            Reason::NoSuchCrate => format!("no crate of the workspace is called `{}`", self.name),
            Reason::NoBinary(folder) => {
                format!("the crate `{}` in {} makes no executable", self.name, folder.display())
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match (&self.reason, self.near.as_slice()) {
            (Reason::NoBinary(_), _) => "give it a src/main.rs".to_owned(),
            (Reason::NoSuchCrate, []) => {
                format!(
                    "make one with `cargo new handlers/{}` and name it in `[workspace] members`",
                    self.name
                )
            }
            (Reason::NoSuchCrate, near) => format!("did you mean `{}`?", near.join("` or `")),
        }
    }
}
