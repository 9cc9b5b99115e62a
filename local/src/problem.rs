//! [`Problem`]: something of a stack that does not run here, with the resource, the line that declared it, and a hint.
//! Prints nothing.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong, or not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The stack.
    pub stack: String,
    /// The logical id of the resource; none if it is about the stack.
    pub resource: Option<String>,
    /// `file:line` of the declaration, where it is known.
    pub declared_at: Option<String>,
    /// What is wrong.
    pub message: String,
    /// How to mend it, where that is known.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        let name = self.resource.iter().fold(self.stack.clone(), |stack, id| format!("{stack}/{id}"));
        match &self.declared_at {
            Some(line) => write!(f, "\n  --> {line}  ({name})")?,
            None => write!(f, "\n  --> {name}")?,
        }
        self.hint.iter().try_for_each(|hint| write!(f, "\n  hint: {hint}"))
    }
}

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on 127.0.0.1:{port}: {source}\n  hint: `--port 0` takes a free port")]
    Port {
        /// The port asked for.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The folder for data cannot be used.
    #[error("cannot keep data in {}: {reason}", folder.display())]
    Data {
        /// The folder asked for.
        folder: std::path::PathBuf,
        /// Why.
        reason: String,
    },
    /// A stack cannot be evaluated, or asks for what cannot be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
    Stacks(Vec<Problem>),
}
