//! [`Place`]: a position inside an entry, kept on the stack while walking.
//!
//! It becomes text only when there is something to report.

use std::fmt;

/// Where a walk is: each step knows the one before.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The start: an attribute of the entry such as `Properties`, or nothing.
    Start(&'a str),
    /// A field of a map.
    Field(&'a Place<'a>, &'a str),
    /// An item of a list.
    Item(&'a Place<'a>, usize),
}

impl<'a> Place<'a> {
    /// The field of that name here.
    pub(crate) const fn field(&'a self, name: &'a str) -> Self {
        Self::Field(self, name)
    }

    /// The item at that index here.
    pub(crate) const fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// The name of the nearest field: what a message calls the value.
    pub(crate) fn name(&self) -> &'a str {
        match *self {
            Self::Start(name) | Self::Field(_, name) => name,
            Self::Item(parent, _) => parent.name(),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(name) | Self::Field(Self::Start(""), name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
