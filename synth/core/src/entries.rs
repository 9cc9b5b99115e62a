//! What a template has besides resources: parameters, conditions, mappings and outputs, each a construct.
//!
//! Resources are elsewhere; nothing here is specific to a service.

use std::marker::PhantomData;

use stackwright_template::{Expr, Fields, LogicalId, Output as OutputEntry, Parameter as ParameterEntry};

use crate::construct::Construct;
use crate::scope::Scope;
use crate::value::Value;

/// A value given at deployment.
///
/// Source: [parameters](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
#[derive(Clone, Debug)]
pub struct Parameter<T> {
    entry: ParameterEntry,
    kind: PhantomData<fn() -> T>,
}

impl Parameter<String> {
    /// A text (`String`).
    #[must_use]
    pub fn text() -> Self {
        Self::of("String")
    }

    /// The only texts allowed.
    #[must_use]
    pub fn allowed<const N: usize>(self, texts: [&'static str; N]) -> Self {
        self.attribute("AllowedValues", Expr::list(texts))
    }

    /// The regular expression that the whole text must match, and what to tell a person when it does not.
    #[must_use]
    pub fn matching(self, pattern: &'static str, explanation: &'static str) -> Self {
        self.attribute("AllowedPattern", pattern.into())
            .attribute("ConstraintDescription", explanation.into())
    }

    /// The value if none is given.
    #[must_use]
    pub fn default(self, text: &'static str) -> Self {
        self.attribute("Default", text.into())
    }

    /// The greatest number of characters.
    #[must_use]
    pub fn at_most(self, characters: u32) -> Self {
        self.attribute("MaxLength", Expr::Integer(characters.into()))
    }
}

impl Parameter<i64> {
    /// A number (`Number`).
    #[must_use]
    pub fn number() -> Self {
        Self::of("Number")
    }

    /// The value if none is given.
    #[must_use]
    pub fn default(self, number: i64) -> Self {
        self.attribute("Default", Expr::Integer(number))
    }

    /// The numbers allowed, both ends included.
    #[must_use]
    pub fn within(self, range: std::ops::RangeInclusive<i64>) -> Self {
        self.attribute("MinValue", Expr::Integer(*range.start()))
            .attribute("MaxValue", Expr::Integer(*range.end()))
    }
}

impl<T> Parameter<T> {
    /// A parameter of any CloudFormation type, such as `AWS::EC2::VPC::Id`, taking the caller's word for `T`.
    #[must_use]
    pub fn of(kind: &'static str) -> Self {
        let entry = ParameterEntry { kind: kind.into(), attributes: Vec::new() };
        Self { entry, kind: PhantomData }
    }

    /// What it is, for a person.
    #[must_use]
    pub fn description(self, text: &'static str) -> Self {
        self.attribute("Description", text.into())
    }

    /// Masks the value in consoles and logs (`NoEcho`).
    #[must_use]
    pub fn secret(self) -> Self {
        self.attribute("NoEcho", Expr::Bool(true))
    }

    /// Any other attribute of the parameter.
    #[must_use]
    pub fn attribute(mut self, key: &'static str, value: Expr) -> Self {
        self.entry.attributes.push((key.into(), value));
        self
    }
}

/// Refers to a parameter.
#[derive(Debug)]
pub struct ParameterHandle<T>(LogicalId, PhantomData<fn() -> T>);

impl<T> Clone for ParameterHandle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ParameterHandle<T> {}

impl<T> ParameterHandle<T> {
    /// What was given at deployment.
    #[must_use]
    pub fn value(self) -> Value<T> {
        Value::from_expr(Expr::Ref(self.0))
    }
}

impl<T> Construct for Parameter<T> {
    type Handle = ParameterHandle<T>;

    fn declare(self, scope: &mut Scope<'_>) -> ParameterHandle<T> {
        ParameterHandle(scope.declare_parameter(self.entry), PhantomData)
    }
}

/// A named condition, to be made with the functions of [`conditions`].
///
/// Source: [conditions](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html).
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Expr);

/// Refers to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionHandle(LogicalId);

impl ConditionHandle {
    pub(crate) const fn id(self) -> LogicalId {
        self.0
    }
}

impl From<ConditionHandle> for Condition {
    fn from(handle: ConditionHandle) -> Self {
        Self(Expr::call("Condition", Expr::text(handle.0.as_str())))
    }
}

impl Construct for Condition {
    type Handle = ConditionHandle;

    fn declare(self, scope: &mut Scope<'_>) -> ConditionHandle {
        ConditionHandle(scope.declare_condition(self.0))
    }
}

/// The condition functions: `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or`.
pub mod conditions {
    use super::{Condition, Expr};
    use crate::value::Value;

    /// Whether both are the same: texts, numbers or booleans, both of one type.
    pub fn equals<T>(left: Value<T>, right: impl Into<Value<T>>) -> Condition {
        Condition(Expr::call("Equals", vec![as_text(left), as_text(right.into())]))
    }

    /// CloudFormation compares texts, and what parameters give is one, whatever their type.
    fn as_text<T>(value: Value<T>) -> Expr {
        match value.into_expr() {
            Expr::Bool(literal) => Expr::text(literal.to_string()),
            Expr::Integer(literal) => Expr::text(literal.to_string()),
            Expr::Float(literal) => Expr::text(literal.to_string()),
            other => other,
        }
    }

    /// Whether the condition does not hold.
    pub fn not(condition: impl Into<Condition>) -> Condition {
        Condition(Expr::call("Not", vec![condition.into().0]))
    }

    /// Whether all hold; CloudFormation takes 2 to 10.
    pub fn all<const N: usize>(conditions: [Condition; N]) -> Condition {
        Condition(Expr::call("And", conditions.into_iter().map(|condition| condition.0).collect::<Vec<_>>()))
    }

    /// Whether any holds; CloudFormation takes 2 to 10.
    pub fn any<const N: usize>(conditions: [Condition; N]) -> Condition {
        Condition(Expr::call("Or", conditions.into_iter().map(|condition| condition.0).collect::<Vec<_>>()))
    }
}

/// A fixed table of two levels.
///
/// Source: [mappings](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html).
#[derive(Clone, Debug, Default)]
pub struct Mapping(Fields);

impl Mapping {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row: its key, and its columns.
    #[must_use]
    pub fn row<const N: usize>(mut self, key: &'static str, columns: [(&'static str, Expr); N]) -> Self {
        self.0.push((key.into(), Expr::map(columns)));
        self
    }
}

/// Refers to a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappingHandle(LogicalId);

impl MappingHandle {
    /// `Fn::FindInMap`: what stands in that row and column, taking the caller's word for `T`.
    pub fn find<T>(self, row: impl Into<Value<String>>, column: impl Into<Value<String>>) -> Value<T> {
        let arguments = vec![Expr::text(self.0.as_str()), row.into().into_expr(), column.into().into_expr()];
        Value::from_expr(Expr::call("FindInMap", arguments))
    }
}

impl Construct for Mapping {
    type Handle = MappingHandle;

    fn declare(self, scope: &mut Scope<'_>) -> MappingHandle {
        MappingHandle(scope.declare_mapping(Expr::Map(self.0)))
    }
}

/// What the stack tells the outside.
///
/// Source: [outputs](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html).
#[derive(Clone, Debug)]
pub struct Output(OutputEntry);

impl Output {
    /// An output of this value.
    pub fn new(value: impl Into<Expr>) -> Self {
        Self(OutputEntry { value: value.into(), description: None, export: None, condition: None })
    }

    /// What it is, for a person.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.0.description = Some(text.into());
        self
    }

    /// Exports it under a name of one's own; [`crate::Export`] does so with a type.
    #[must_use]
    pub fn exported_as(mut self, name: impl Into<Value<String>>) -> Self {
        self.0.export = Some(name.into().into_expr());
        self
    }

    /// Declares that it exists only if the condition holds.
    #[must_use]
    pub fn only_if(mut self, condition: ConditionHandle) -> Self {
        self.0.condition = Some(condition.id());
        self
    }
}

impl Construct for Output {
    type Handle = ();

    fn declare(self, scope: &mut Scope<'_>) {
        scope.declare_output(self.0);
    }
}
