//! [`Expr`]: any value a template may hold, literal or intrinsic function.
//!
//! It is untyped on purpose: what kind of value is wanted where is the concern of `Value<T>` and of the checks.

use std::borrow::Cow;

use crate::id::LogicalId;

/// A key of a map: mostly known at compile time.
pub type Key = Cow<'static, str>;

/// The entries of a map in the order they were declared.
pub type Fields = Vec<(Key, Expr)>;

/// A value in a template: a literal, a reference or an intrinsic function.
///
/// Source: [intrinsic function reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(Cow<'static, str>),
    /// A list.
    List(Vec<Expr>),
    /// A map, in the order declared.
    Map(Fields),
    /// `Ref`: a resource, a parameter or a pseudo parameter such as `AWS::Region`.
    Ref(LogicalId),
    /// `Fn::GetAtt`: an attribute of a resource.
    GetAtt(LogicalId, Cow<'static, str>),
    /// `Fn::Sub`: a text with `${Name}` and `${Name.Attribute}` in it, and variables of its own.
    Sub(Cow<'static, str>, Fields),
    /// Any other function, by its short name (`Join`, `If`, `ImportValue`, …), with its argument.
    Call(Cow<'static, str>, Box<Expr>),
}

impl Expr {
    /// A string.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list of what the iterator yields.
    pub fn list<E: Into<Expr>>(items: impl IntoIterator<Item = E>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// A map of the pairs, in their order.
    pub fn map<K: Into<Key>, E: Into<Expr>>(fields: impl IntoIterator<Item = (K, E)>) -> Self {
        Self::Map(fields.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// `Ref` to an entry or pseudo parameter.
    #[must_use]
    pub fn reference(name: &str) -> Self {
        Self::Ref(LogicalId::new(name))
    }

    /// A function that has no variant of its own, by its short name.
    pub fn call(function: impl Into<Cow<'static, str>>, argument: impl Into<Expr>) -> Self {
        Self::Call(function.into(), Box::new(argument.into()))
    }

    /// The string, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The fields, if this is a map.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Key, Expr)]> {
        match self {
            Self::Map(fields) => Some(fields),
            _ => None,
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Expr]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The field of that name, if this is a map that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Expr> {
        self.as_map()?.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether CloudFormation has to evaluate this: a reference or a function, not a literal.
    #[must_use]
    pub fn is_intrinsic(&self) -> bool {
        matches!(self, Self::Ref(_) | Self::GetAtt(..) | Self::Sub(..) | Self::Call(..))
    }

    /// The expressions directly inside this one.
    pub fn children(&self) -> Box<dyn Iterator<Item = &Expr> + '_> {
        match self {
            Self::List(items) => Box::new(items.iter()),
            Self::Map(fields) | Self::Sub(_, fields) => Box::new(fields.iter().map(|(_, value)| value)),
            Self::Call(_, argument) => Box::new(std::iter::once(argument.as_ref())),
            _ => Box::new(std::iter::empty()),
        }
    }
}

impl From<&'static str> for Expr {
    fn from(text: &'static str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Expr {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Expr {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Expr {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Expr {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<Vec<Expr>> for Expr {
    fn from(items: Vec<Expr>) -> Self {
        Self::List(items)
    }
}

impl From<Fields> for Expr {
    fn from(fields: Fields) -> Self {
        Self::Map(fields)
    }
}
