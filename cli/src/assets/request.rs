//! What a caller asks for and what it gets: requests, options, assets.
//! No paths are looked at here.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The processor a Lambda function runs on, by Lambda's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// `x86_64`
    #[serde(rename = "x86_64")]
    X86_64,
    /// `arm64`, which rustc calls `aarch64`
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// What a template's `Architectures` says.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// The first part of a target triple.
    pub(super) fn in_triples(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// The architecture a target triple is for, if Lambda has it.
    pub(super) fn of_triple(triple: &str) -> Option<Self> {
        let first = triple.split('-').next();
        [Self::X86_64, Self::Arm64].into_iter().find(|one| first == Some(one.in_triples()))
    }

    /// The architecture of this program itself: what a stub says it is when nobody asked for one.
    pub(super) fn of_this_program() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Architecture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "x86_64" => Ok(Self::X86_64),
            "arm64" | "aarch64" => Ok(Self::Arm64),
            other => Err(format!("`{other}` is not an architecture of Lambda: x86_64 or arm64")),
        }
    }
}

/// One zip that is wanted: a handler crate, and perhaps a folder packed beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AssetRequest {
    /// The package name of the handler crate.
    pub crate_name: String,
    /// The architecture the function must have; `None` takes the one of this machine.
    pub architecture: Option<Architecture>,
    /// A folder whose files are packed under `site/`; a relative path starts at the workspace root.
    pub files: Option<PathBuf>,
}

impl AssetRequest {
    /// A handler alone, for the architecture of this machine.
    pub fn new(crate_name: impl Into<String>) -> Self {
        Self { crate_name: crate_name.into(), architecture: None, files: None }
    }

    /// The same for one architecture.
    pub fn on(self, architecture: Architecture) -> Self {
        Self { architecture: Some(architecture), ..self }
    }

    /// The same with a folder packed under `site/`.
    pub fn with_files(self, folder: impl Into<PathBuf>) -> Self {
        Self { files: Some(folder.into()), ..self }
    }
}

/// A finished zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The handler crate in it.
    pub crate_name: String,
    /// The SHA-256 of the zip, 64 hex digits; also its file name.
    pub hash: String,
    /// `<out>/assets/<hash>.zip`
    pub path: PathBuf,
    /// Bytes of the zip.
    pub size: u64,
    /// What the executable was built for: the template's `Architectures` follows it.
    pub architecture: Architecture,
    /// The SHA-256 over names and contents of the files under `site/`, if a folder was asked for.
    pub files_hash: Option<String>,
}

/// Whether handlers are really built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Mode {
    /// With cargo, in this profile.
    Build {
        /// The cargo profile; `lambda` is made up on the fly where the workspace does not define it.
        profile: String,
    },
    /// Not at all: a shell script stands in for each executable, so that tests of stacks compile no handler.
    Stub,
}

impl Default for Mode {
    fn default() -> Self {
        Self::Build { profile: "lambda".to_owned() }
    }
}

/// What holds for all requests of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Build or stub.
    pub mode: Mode,
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
