//! What a caller asks for and what it gets: requests, options, assets.
//! No paths are looked at here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use stackwright::{Architecture, Folder};

/// One zip that is wanted: a handler crate, and perhaps a folder packed beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AssetRequest {
    /// The package name of the handler crate.
    pub crate_name: String,
    /// The architecture the function must have; `None` takes the one of this machine.
    pub architecture: Option<Architecture>,
    /// Folders whose files are packed under `site/`; a relative path starts at the workspace root.
    pub files: Vec<Folder>,
}

impl AssetRequest {
    /// A handler alone, for the architecture of this machine.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), architecture: None, files: Vec::new() }
    }

    /// The same for one architecture.
    pub fn on(self, architecture: Architecture) -> Self {
        Self { architecture: Some(architecture), ..self }
    }

    /// The same with a folder packed under `site/`.
    pub fn with_files(mut self, folder: impl Into<String>) -> Self {
        self.files.push(Folder { source: folder.into(), target: String::new() });
        self
    }
}

/// Packaged code: a zip, or a folder with what the zip would hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The handler crate in it.
    pub crate_name: String,
    /// 64 hex digits that are others when the code is: the SHA-256 of a zip, of what tells a folder from others.
    pub hash: String,
    /// `<out>/assets/<hash>.zip`, or `<out>/code/<crate>-<start of the hash>`.
    pub path: PathBuf,
    /// Bytes of the zip, or of the files in the folder.
    pub size: u64,
    /// What the executable was built for: the template's `Architectures` follows it.
    pub architecture: Architecture,
    /// The SHA-256 over names and contents of the files under `site/`, if a folder was asked for.
    pub files_hash: Option<String>,
}

/// Where executables are to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Destination {
    /// On Lambda: for Linux, with a glibc old enough, and no path of this machine in them.
    #[default]
    Lambda,
    /// Here: what `cargo build` makes, so that a build and the tests of the same crates share their dependencies.
    ThisMachine,
}

/// What holds for all requests of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Options {
    /// The cargo profile; `lambda` is made up on the fly where the workspace does not define it.
    pub profile: String,
    /// Where the executables are to run.
    pub destination: Destination,
    /// A target triple chosen by the user; `None` finds one that runs on Lambda.
    pub target: Option<String>,
    /// Whether rustc's diagnostics come in colour.
    #[serde(skip)]
    pub color: bool,
    /// The cargo to call; `None` takes what the variable `CARGO` names, else the one on the path.
    /// Not part of what is remembered: the compiler is, and that is what makes a difference.
    #[serde(skip)]
    pub cargo: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: "lambda".to_owned(),
            destination: Destination::default(),
            target: None,
            color: false,
            cargo: None,
        }
    }
}
