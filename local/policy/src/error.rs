//! Why a document is no policy, and where in it.
//! Says nothing of requests: every request can be held against every policy.

use serde_json::Value;

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}{fault}", self.place())]
pub struct PolicyError {
    /// Where, such as `Statement[1].Effect`; empty for the document itself.
    pub path: String,
    /// What.
    pub fault: Fault,
}

/// The ways in which a policy can be wrong. `got` is JSON.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The text cannot be read.
    #[error("a policy is JSON: {0}")]
    NotJson(String),
    /// A value of the wrong kind.
    #[error("{allowed} is allowed here, got {got}")]
    Unexpected {
        /// What is allowed.
        allowed: &'static str,
        /// What stands there.
        got: String,
    },
    /// An element that IAM does not know.
    #[error("no element is called `{got}`, there are {}", allowed.join(", "))]
    UnknownElement {
        /// Its name.
        got: String,
        /// The elements there are.
        allowed: &'static [&'static str],
    },
    /// A statement that says nothing of its actions, or of whom or what it is for.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// An element and its opposite.
    #[error("`{0}` and `Not{0}` stand side by side, one of them is allowed")]
    Both(&'static str),
    /// An element that belongs to the other kind of policy.
    #[error("the policy of an identity has no `{0}`: it is for whoever has it")]
    NotOfIdentities(&'static str),
    /// An action without its service.
    #[error("an action is `service:Name` or `*`, got `{got}`")]
    NotAnAction {
        /// What stands there.
        got: String,
    },
    /// A comparison that is not there.
    #[error("no operator of conditions is called `{got}`")]
    UnknownOperator {
        /// Its name.
        got: String,
    },
    /// A value that an operator cannot compare with.
    #[error("`{operator}` compares with {allowed}, got `{got}`")]
    Operand {
        /// Its name.
        operator: String,
        /// What it compares with.
        allowed: &'static str,
        /// What stands there.
        got: String,
    },
}

impl PolicyError {
    /// The same, seen from one level further out.
    pub(crate) fn within(self, step: &str) -> PolicyError {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        PolicyError { path: format!("{step}{dot}{}", self.path), fault: self.fault }
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) }
    }
}

impl From<Fault> for PolicyError {
    fn from(fault: Fault) -> PolicyError {
        PolicyError { path: String::new(), fault }
    }
}

impl Fault {
    pub(crate) fn unexpected(allowed: &'static str, got: &Value) -> PolicyError {
        Fault::Unexpected { allowed, got: got.to_string() }.into()
    }
}
