//! [`Asset`]: a description of code to package. Building and zipping it is the command line's work.

use std::fmt;

use stackwright_template::LogicalId;

use crate::problem::Origin;

/// The processor a function runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// 64-bit x86.
    X86_64,
    /// 64-bit ARM, AWS Graviton.
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
    /// A folder, relative to the program's workspace, that is packed as `site/` beside `bootstrap`.
    pub files: Option<String>,
    /// A resource property that is set to the hash of `files`, so that a changed file is a changed resource.
    pub fingerprint: Option<(LogicalId, &'static str)>,
    /// Where the function was declared.
    pub origin: Origin,
}
