//! [`Declared`]: the program's stacks, synthesised, with the code their functions want.
//!
//! It says what is wrong and what is to be built; it builds and writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use stackwright::{Architecture, Asset, LogicalId, Problem, Stack, Synthesis, check_together};

use crate::assets::{self, AssetRequest, MissingCrate, Workspace};

/// All stacks of a program and the workspace their handlers are in.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) workspace: Workspace,
    pub(crate) stacks: Vec<Synthesis>,
}

/// The packaged code of every function, by stack and resource.
pub(crate) type Packaged = BTreeMap<(String, LogicalId), assets::Asset>;

impl Declared {
    /// Synthesises all stacks.
    pub(crate) fn of(stacks: &[Stack], workspace: Workspace) -> Self {
        Self { workspace, stacks: stacks.iter().map(Stack::synthesise).collect() }
    }

    /// All that is wrong: with each stack, between them, and with what they expect of the workspace.
    pub(crate) fn problems(&mut self) -> Result<Vec<Problem>> {
        let mut problems: Vec<Problem> =
            self.stacks.iter_mut().flat_map(|stack| stack.problems.drain(..)).collect();
        problems.extend(check_together(&self.stacks));
        problems.extend(self.stacks.iter().filter_map(|stack| stack.to_yaml().err()));
        let assets = || self.functions().map(|(_, asset)| asset);
        let handlers: BTreeSet<&str> = assets().map(|asset| asset.handler.as_str()).collect();
        let unknown = self.workspace.missing(handlers)?;
        problems.extend(assets().flat_map(|asset| missing(asset, &unknown, &self.workspace)));
        Ok(problems)
    }

    /// What is to be built for all stacks, for the processor that `architecture` gives a function.
    ///
    /// Cargo resolves features over all crates of a call, so the handlers of all stacks are built whichever are wanted.
    pub(crate) fn requests(
        &self,
        architecture: impl Fn(&Asset) -> Option<Architecture>,
    ) -> Vec<AssetRequest> {
        let request = |asset: &Asset| AssetRequest {
            crate_name: asset.handler.clone(),
            architecture: architecture(asset),
            files: asset.files.clone(),
        };
        self.functions().map(|(_, asset)| request(asset)).collect()
    }

    /// What was made of the requests, by the functions they were for.
    pub(crate) fn packaged(&self, assets: Vec<assets::Asset>) -> Packaged {
        let keys = self.functions().map(|(stack, asset)| (stack.to_owned(), asset.resource));
        keys.zip(assets).collect()
    }

    /// The functions of all stacks, each with the name of its stack.
    fn functions(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.stacks.iter().flat_map(|stack| stack.assets.iter().map(|asset| (stack.name.as_str(), asset)))
    }
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
