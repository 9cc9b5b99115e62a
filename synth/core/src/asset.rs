//! [`Asset`]: a description of code to package. Building and zipping it is the command line's work.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use stackwright_template::LogicalId;

use crate::problem::Origin;

/// The processor a function runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit ARM, AWS Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// The word Lambda uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl FromStr for Architecture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "x86_64" => Ok(Self::X86_64),
            "arm64" | "aarch64" => Ok(Self::Arm64),
            other => Err(format!("`{other}` is not a processor that Lambda has: x86_64 or arm64")),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The code of one function: a handler crate, and files beside it.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The function resource whose `Code` this becomes.
    pub resource: LogicalId,
    /// The crate whose binary becomes `bootstrap`.
    pub handler: String,
    /// The architecture asked for; `None`: whatever is built.
    pub architecture: Option<Architecture>,
    /// Folders packed below `site/`, beside `bootstrap`.
    pub files: Vec<Folder>,
    /// A resource property that is set to the hash of `files`, so that a changed file is a changed resource.
    pub fingerprint: Option<(LogicalId, &'static str)>,
    /// Where the function was declared.
    pub origin: Origin,
}

/// A folder of files that travels with a function's code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Folder {
    /// Where it is, relative to the program's workspace.
    pub source: String,
    /// Where it goes below `site/`; empty: right there.
    pub target: String,
}
