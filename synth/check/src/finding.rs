//! [`Finding`]: one thing that is wrong with a template, and where.
//!
//! It knows no files and no lines: who declared the entry is known to the caller.

use std::fmt;

use stackwright_template::LogicalId;

use crate::place::Place;

/// One mistake in a template: CloudFormation or the service behind it would refuse or misread it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The entry it is about; `None` for what concerns the whole template.
    pub entry: Option<Entry>,
    /// Where in the entry, such as `Properties.KeySchema[0].KeyType`; empty for the entry as a whole.
    pub place: String,
    /// What is wrong: the user's words, the value got, what is allowed.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// An entry of a template: ids are unique in their section only, so an output may be called like a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The section it is in.
    pub kind: EntryKind,
    /// Its id there.
    pub id: LogicalId,
}

/// The section of an entry, named by what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// Of `Parameters`.
    Parameter,
    /// Of `Mappings`.
    Mapping,
    /// Of `Rules`.
    Rule,
    /// Of `Conditions`.
    Condition,
    /// Of `Resources`.
    Resource,
    /// Of `Outputs`.
    Output,
}

impl EntryKind {
    /// The entry of that id.
    pub(crate) const fn entry(self, id: LogicalId) -> Entry {
        Entry { kind: self, id }
    }
}

impl Entry {
    /// A mistake in this entry.
    pub(crate) fn finding(self, place: &Place<'_>, message: impl Into<String>) -> Finding {
        Finding { entry: Some(self), place: place.to_string(), message: message.into(), hint: None }
    }
}

impl Finding {
    /// A mistake in the template as a whole.
    pub(crate) fn of_template(message: impl Into<String>) -> Self {
        Self { entry: None, place: String::new(), message: message.into(), hint: None }
    }

    /// A mistake in a resource.
    pub(crate) fn of_resource(id: LogicalId, place: impl Into<String>, message: impl Into<String>) -> Self {
        let entry = Some(EntryKind::Resource.entry(id));
        Self { entry, place: place.into(), message: message.into(), hint: None }
    }

    /// With a way to mend it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a way to mend it, if there is one.
    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parameter => "parameter",
            Self::Mapping => "mapping",
            Self::Rule => "rule",
            Self::Condition => "condition",
            Self::Resource => "resource",
            Self::Output => "output",
        })
    }
}

/// The finding as text, for a caller that does not know who declared the entry.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(Entry { kind, id }) = self.entry {
            let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
            write!(f, "\n  --> {kind} {id}{dot}{}", self.place)?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}
