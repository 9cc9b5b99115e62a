//! [`Problem`]: what is wrong with a declaration, where it was made, and how to mend it.
//!
//! Nothing is printed or aborted here.

use std::fmt;
use std::panic::Location;

/// Where something was declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The names from the stack down, such as `Notes/WordCount/Role`.
    pub path: String,
    /// The line of the user's program that added it.
    pub at: &'static Location<'static>,
}

impl Origin {
    /// Whether this was declared at or below the scope of that path.
    #[must_use]
    pub fn is_within(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}  ({})", self.at.file(), self.at.line(), self.path)
    }
}

/// One mistake. Problems are collected and reported together; while there is one, nothing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: lowercase, the user's words, the value got, what is allowed.
    pub message: String,
    /// Where it was declared; `None` for what concerns a whole stack or program.
    pub origin: Option<Origin>,
    /// How to mend it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem not yet placed.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), origin: None, hint: None }
    }

    /// With the declaration it is about.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// With a way to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(origin) = &self.origin {
            write!(f, "\n  --> {origin}")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}
