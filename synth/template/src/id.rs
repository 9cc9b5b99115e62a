//! [`LogicalId`]: the name of a template's entry.
//!
//! It does not make names: the language's `name` module does that.

use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, Mutex, PoisonError};

/// The key of a resource, parameter, condition, mapping or output in a template.
///
/// Interned, so that handles are `Copy`; two ids are equal when their texts are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogicalId(&'static str);

static INTERNED: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);

impl LogicalId {
    /// The id with this text. The text is kept for the life of the process, once per distinct text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut interned = INTERNED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = interned.get(text) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(text.into());
        interned.insert(kept);
        Self(kept)
    }

    /// Its text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<&str> for LogicalId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
