//! `manifest.json`: what a synthesis wrote, where each resource was declared, and what each function's code is.
//!
//! For tools and for the next synthesis; CloudFormation never sees it. The same declarations give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use stackwright::{Asset, LogicalId, Origin};

use crate::assets;

const FILE: &str = "manifest.json";
const VERSION: u32 = 1;

/// The whole manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    pub(crate) stacks: BTreeMap<String, StackEntry>,
}

/// One stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StackEntry {
    /// The file with its template, beside the manifest.
    pub(crate) template: String,
    /// Changes when anything in the template does.
    pub(crate) digest: String,
    /// Its resources by logical id.
    pub(crate) resources: BTreeMap<String, ResourceEntry>,
    /// The packaged code by the logical id of the function.
    pub(crate) assets: BTreeMap<String, AssetEntry>,
}

/// One resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ResourceEntry {
    #[serde(rename = "type")]
    kind: String,
    /// The names from the stack down.
    path: String,
    /// `file:line` of the declaration.
    pub(crate) source: String,
    /// Changes when the resource's part of the template does.
    pub(crate) digest: String,
}

/// One function's code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AssetEntry {
    /// The crate.
    pub(crate) handler: String,
    /// The zip or the folder, from the manifest.
    pub(crate) path: String,
    /// Changes when the code does; the SHA-256 of a zip.
    pub(crate) hash: String,
    architecture: assets::Architecture,
    /// Bytes of the zip, or of the files in the folder.
    pub(crate) bytes: u64,
}

impl Manifest {
    /// The manifest in the folder. One that is missing or cannot be read counts as empty: it is made anew.
    pub(crate) fn load(folder: &Path) -> Self {
        fs::read(folder.join(FILE))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(|manifest: &Self| manifest.version == VERSION)
            .unwrap_or(Self { version: VERSION, stacks: BTreeMap::new() })
    }

    pub(crate) fn insert(&mut self, stack: &str, entry: StackEntry) {
        self.stacks.insert(stack.to_owned(), entry);
    }

    /// Drops stacks that the program no longer has, and returns the files of their templates.
    pub(crate) fn forget_all_but(&mut self, stacks: &[&str]) -> Vec<String> {
        let gone = self.stacks.extract_if(.., |name, _| !stacks.contains(&name.as_str()));
        gone.map(|(_, stack)| stack.template).collect()
    }

    pub(crate) fn asset_hashes(&self) -> impl Iterator<Item = &str> {
        self.stacks.values().flat_map(|stack| stack.assets.values().map(|asset| asset.hash.as_str()))
    }

    /// Where the code of all functions is, from the manifest.
    pub(crate) fn asset_paths(&self) -> impl Iterator<Item = &Path> {
        self.stacks.values().flat_map(|stack| stack.assets.values().map(|asset| Path::new(&asset.path)))
    }

    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

impl StackEntry {
    pub(crate) fn new(stack: &str) -> Self {
        Self {
            template: format!("{stack}.template.yaml"),
            digest: String::new(),
            resources: BTreeMap::new(),
            assets: BTreeMap::new(),
        }
    }

    pub(crate) fn add_asset(&mut self, asset: &Asset, code: &assets::Asset, path: String) {
        let entry = AssetEntry {
            handler: asset.handler.clone(),
            path,
            hash: code.hash.clone(),
            architecture: code.architecture,
            bytes: code.size,
        };
        self.assets.insert(asset.resource.to_string(), entry);
    }

    pub(crate) fn add_resource(
        &mut self,
        id: LogicalId,
        resource: &stackwright::ResourceEntry,
        origin: Option<&Origin>,
    ) {
        let entry = ResourceEntry {
            kind: resource.kind.clone(),
            path: origin.map(|origin| origin.path.clone()).unwrap_or_default(),
            source: origin
                .map(|origin| format!("{}:{}", origin.at.file(), origin.at.line()))
                .unwrap_or_default(),
            digest: format!("{:016x}", resource.digest()),
        };
        self.resources.insert(id.to_string(), entry);
    }
}
