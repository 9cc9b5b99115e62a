//! What `cargo metadata` knows of the handlers: their binaries, and the local packages they are built from.
//! Asked only when something is built; it takes 0.2 s.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use super::toolchain::{Toolchain, output};
use super::{AssetError, Workspace};

/// The part of the package graph that handlers are built from.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) target_folder: PathBuf,
    /// Crate → the binary that becomes `bootstrap`.
    pub(super) binaries: BTreeMap<String, String>,
    /// The folders of all local packages the handlers depend on, their own among them.
    pub(super) folders: Vec<PathBuf>,
    names: HashMap<PackageId, String>,
}

impl Graph {
    pub(super) fn read(
        workspace: &Workspace,
        toolchain: &Toolchain,
        crates: &BTreeSet<&str>,
    ) -> Result<Self, AssetError> {
        let mut command = toolchain.cargo(workspace.root());
        command.args(["metadata", "--format-version", "1", "--filter-platform", &toolchain.host]);
        let text = output(&mut command, "cargo metadata --format-version 1")?;
        let metadata = MetadataCommand::parse(text).map_err(|error| AssetError::Command {
            command: "cargo metadata --format-version 1".to_owned(),
            message: error.to_string(),
        })?;
        Self::of(&metadata, crates)
    }

    fn of(metadata: &Metadata, crates: &BTreeSet<&str>) -> Result<Self, AssetError> {
        let members = metadata.workspace_packages();
        let handlers: Vec<_> =
            members.into_iter().filter(|package| crates.contains(package.name.as_str())).collect();
        let binaries = handlers.iter().map(|package| Ok((package.name.to_string(), binary(package)?)));
        Ok(Self {
            target_folder: metadata.target_directory.clone().into_std_path_buf(),
            binaries: binaries.collect::<Result<_, AssetError>>()?,
            folders: local_folders(metadata, &handlers),
            names: metadata.packages.iter().map(|one| (one.id.clone(), one.name.to_string())).collect(),
        })
    }

    /// The name of a package that a message of cargo is about.
    pub(super) fn name(&self, id: &PackageId) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }
}

/// The binary called like the crate, else the one that `cargo run` would take.
fn binary(package: &Package) -> Result<String, AssetError> {
    let targets = package.targets.iter().filter(|target| target.is_bin());
    let binaries: Vec<String> = targets.map(|target| target.name.clone()).collect();
    let same = binaries.iter().find(|name| *name == package.name.as_str());
    let only = Some(&binaries).filter(|binaries| binaries.len() == 1).and_then(|binaries| binaries.first());
    same.or(package.default_run.as_ref())
        .or(only)
        .cloned()
        .ok_or_else(|| AssetError::Ambiguous { crate_name: package.name.to_string(), binaries })
}

/// Packages without a source are local; those that only tests need do not count.
fn local_folders(metadata: &Metadata, handlers: &[&Package]) -> Vec<PathBuf> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let nodes: HashMap<_, _> = nodes.map(|node| (&node.id, node)).collect();
    let mut waiting: Vec<&PackageId> = handlers.iter().map(|package| &package.id).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let needed = nodes.get(id).into_iter().flat_map(|node| &node.deps).filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
            });
            waiting.extend(needed.map(|dependency| &dependency.pkg));
        }
    }
    let local = metadata.packages.iter().filter(|one| one.source.is_none() && reached.contains(&one.id));
    let manifests = local.map(|package| package.manifest_path.as_std_path());
    manifests.filter_map(|manifest| manifest.parent().map(PathBuf::from)).collect()
}
