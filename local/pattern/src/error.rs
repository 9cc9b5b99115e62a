//! Why a text is no pattern, and where in it.
//! Says nothing of events: every event can be compared with every pattern.

use serde_json::Value;

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}{fault}", self.place())]
pub struct PatternError {
    /// Where, such as `detail.state[0]`; empty for the pattern itself.
    pub path: String,
    /// What.
    pub fault: Fault,
}

/// The ways in which a pattern can be wrong. `got` is JSON.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The text cannot be read.
    #[error("a pattern is JSON: {0}")]
    NotJson(String),
    /// A pattern that is no object.
    #[error("a pattern is an object, got {got}")]
    NotAnObject {
        /// What stands there.
        got: String,
    },
    /// Nothing could be compared.
    #[error("an empty {0} is not allowed")]
    Empty(&'static str),
    /// A field with a bare value.
    #[error("a field takes an object or an array of values, got {got}")]
    BareValue {
        /// What stands there.
        got: String,
    },
    /// An array among the values of a field.
    #[error("a value is a string, a number, a boolean, null or a matcher, got {got}")]
    NotAValue {
        /// What stands there.
        got: String,
    },
    /// A matcher that does not exist.
    #[error("no matcher is called `{got}`, there are {}", crate::parse::MATCHERS.join(", "))]
    UnknownMatcher {
        /// Its name.
        got: String,
    },
    /// Two matchers in one object.
    #[error("an object among values is one matcher, got {got}")]
    SeveralMatchers {
        /// The object.
        got: String,
    },
    /// A matcher with something it cannot compare with.
    #[error("`{matcher}` takes {allowed}, got {got}")]
    Operand {
        /// Its name.
        matcher: &'static str,
        /// What it takes.
        allowed: &'static str,
        /// What stands there.
        got: String,
    },
    /// A `$or` over something else than objects.
    #[error("`$or` takes an array of at least two objects, got {got}")]
    NoAlternatives {
        /// What stands there.
        got: String,
    },
    /// A field below `$or` that has a matcher's name: most likely a level is missing.
    #[error("`{got}` is a matcher's name, which no field inside `$or` may have")]
    ReservedInOr {
        /// Its name.
        got: String,
    },
}

impl PatternError {
    /// The same, seen from one level further out.
    pub(crate) fn within(self, step: &str) -> PatternError {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        PatternError { path: format!("{step}{dot}{}", self.path), fault: self.fault }
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) }
    }
}

impl From<Fault> for PatternError {
    fn from(fault: Fault) -> PatternError {
        PatternError { path: String::new(), fault }
    }
}

impl Fault {
    pub(crate) fn operand(matcher: &'static str, allowed: &'static str, got: &Value) -> PatternError {
        Fault::Operand { matcher, allowed, got: got.to_string() }.into()
    }
}
