//! What of an API cannot be run here, or would not be taken by AppSync.
//! Stops nothing but what it is about: the other fields of the API work.

use std::fmt;

/// Something wrong with an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub about: About,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// What a problem is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The schema. No request is answered.
    Schema,
    /// A way to prove who one is: nobody gets in this way.
    Mode(crate::Mode),
    /// The data source of this name: resolvers that ask it fail.
    DataSource(String),
    /// The pipeline function with this id: resolvers that have it fail.
    Function(String),
    /// A resolver: its field fails.
    Resolver {
        /// The type.
        type_name: String,
        /// The field.
        field: String,
    },
}

impl Problem {
    pub(crate) fn new(about: About, message: impl Into<String>) -> Problem {
        Problem { about, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.about {
            About::Schema => write!(f, "schema: {}", self.message),
            About::Mode(mode) => write!(f, "authorization by {}: {}", mode.name(), self.message),
            About::DataSource(name) => write!(f, "data source `{name}`: {}", self.message),
            About::Function(id) => write!(f, "function `{id}`: {}", self.message),
            About::Resolver { type_name, field } => {
                write!(f, "resolver of `{type_name}.{field}`: {}", self.message)
            }
        }
    }
}
