//! [`Template`] and the entries of its sections.
//!
//! Plain data: nothing here is checked, and the order is the order of declaration.

use crate::expr::{Expr, Fields};
use crate::id::LogicalId;

/// The entries of one section, in the order declared. Keys may repeat until a check has refused them.
#[derive(Clone, Debug, PartialEq)]
pub struct Section<T>(Vec<(LogicalId, T)>);

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Section<T> {
    /// Adds an entry at the end.
    pub fn push(&mut self, id: LogicalId, entry: T) {
        self.0.push((id, entry));
    }

    /// The first entry of that id. Walks the section: build an index to look up many.
    #[must_use]
    pub fn get(&self, id: LogicalId) -> Option<&T> {
        self.0.iter().find(|(key, _)| *key == id).map(|(_, entry)| entry)
    }

    /// The first entry of that id, to change it.
    pub fn get_mut(&mut self, id: LogicalId) -> Option<&mut T> {
        self.0.iter_mut().find(|(key, _)| *key == id).map(|(_, entry)| entry)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (LogicalId, &T)> {
        self.0.iter().map(|(id, entry)| (*id, entry))
    }

    /// The entries in order, to change them.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (LogicalId, &mut T)> {
        self.0.iter_mut().map(|(id, entry)| (*id, entry))
    }

    /// The ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = LogicalId> {
        self.0.iter().map(|(id, _)| *id)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A whole template.
///
/// Source: [template anatomy](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// What the stack is, at most 1,024 bytes.
    pub description: Option<String>,
    /// `Transform`: macros to run, such as `AWS::LanguageExtensions`.
    pub transform: Option<Expr>,
    /// `Metadata` of the template itself.
    pub metadata: Fields,
    /// Values given at deployment.
    pub parameters: Section<Parameter>,
    /// Fixed two-level tables for `Fn::FindInMap`.
    pub mappings: Section<Expr>,
    /// `Rules`: assertions over parameters, kept as they are.
    pub rules: Section<Expr>,
    /// Named conditions.
    pub conditions: Section<Expr>,
    /// The resources.
    pub resources: Section<Resource>,
    /// What the stack tells the outside.
    pub outputs: Section<Output>,
}

/// A value given at deployment, with its constraints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// `String`, `Number`, `CommaDelimitedList`, an `AWS::…` or an `AWS::SSM::Parameter::…` type.
    pub kind: String,
    /// All its other attributes (`Default`, `AllowedValues`, `NoEcho`, …), in order.
    pub attributes: Fields,
}

/// What becomes of a resource's physical counterpart when it leaves the stack or is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It is kept.
    Retain,
    /// It is kept, except when the operation that created it is rolled back.
    RetainExceptOnCreate,
    /// A snapshot of it is kept.
    Snapshot,
}

impl DeletionPolicy {
    /// The same for a resource that is replaced, of which there is no first creation.
    #[must_use]
    pub const fn on_replacement(self) -> Self {
        match self {
            Self::RetainExceptOnCreate => Self::Retain,
            other => other,
        }
    }

    /// The word CloudFormation uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }
}

/// One resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// `AWS::DynamoDB::Table`, `Custom::SiteFiles`, …
    pub kind: String,
    /// The name of the condition under which it exists.
    pub condition: Option<LogicalId>,
    /// What must exist before it, beyond what its properties refer to.
    pub depends_on: Vec<LogicalId>,
    /// What happens when it leaves the stack.
    pub deletion_policy: Option<DeletionPolicy>,
    /// What happens to the old one when it is replaced.
    pub update_replace_policy: Option<DeletionPolicy>,
    /// `CreationPolicy`, as it is.
    pub creation_policy: Option<Expr>,
    /// `UpdatePolicy`, as it is.
    pub update_policy: Option<Expr>,
    /// `Metadata` of the resource.
    pub metadata: Fields,
    /// Its properties, in the order declared.
    pub properties: Fields,
}

impl Resource {
    /// The property of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Expr> {
        self.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Sets a property where it stands, or adds it at the end.
    pub fn set_property(&mut self, name: &'static str, value: Expr) {
        match self.properties.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.properties.push((name.into(), value)),
        }
    }
}

/// One output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// What it says.
    pub value: Expr,
    /// What it is, for a person.
    pub description: Option<String>,
    /// The name under which other stacks import it, unique in an account and region.
    pub export: Option<Expr>,
    /// The name of the condition under which it exists.
    pub condition: Option<LogicalId>,
}
