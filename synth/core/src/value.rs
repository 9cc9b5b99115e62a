//! [`Value<T>`]: an expression known to be a `T`, literal or not.
//!
//! Nothing is resolved here: a value is written into the template and CloudFormation does the rest.

use std::fmt;
use std::marker::PhantomData;

use stackwright_template::Expr;

/// An expression that is a `T` once CloudFormation has evaluated it.
///
/// `T` is `String`, `bool`, `i64`, `f64`, [`Arn`], [`Json`], `Vec<T>`, [`Map<T>`], or a type of the L1 crate.
pub struct Value<T> {
    expr: Expr,
    kind: PhantomData<fn() -> T>,
}

/// Marks values that are an Amazon Resource Name, so that a name cannot stand where an ARN is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Arn {}

/// Marks values of any shape, such as a policy document.
#[derive(Clone, Copy, Debug)]
pub enum Json {}

/// Marks maps from strings to `T`.
pub struct Map<T>(PhantomData<fn() -> T>);

impl<T> Value<T> {
    /// Takes the caller's word that the expression is a `T`.
    #[must_use]
    pub const fn from_expr(expr: Expr) -> Self {
        Self { expr, kind: PhantomData }
    }

    /// The expression.
    #[must_use]
    pub fn into_expr(self) -> Expr {
        self.expr
    }

    /// The expression, looked at.
    #[must_use]
    pub const fn expr(&self) -> &Expr {
        &self.expr
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self::from_expr(self.expr.clone())
    }
}

impl<T> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T> From<Value<T>> for Expr {
    fn from(value: Value<T>) -> Self {
        value.expr
    }
}

impl From<&str> for Value<String> {
    fn from(text: &str) -> Self {
        Self::from_expr(Expr::text(text.to_owned()))
    }
}

impl From<String> for Value<String> {
    fn from(text: String) -> Self {
        Self::from_expr(Expr::text(text))
    }
}

impl From<&String> for Value<String> {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Value<Arn>> for Value<String> {
    fn from(arn: Value<Arn>) -> Self {
        Self::from_expr(arn.expr)
    }
}

impl From<bool> for Value<bool> {
    fn from(value: bool) -> Self {
        Self::from_expr(Expr::Bool(value))
    }
}

impl From<f64> for Value<f64> {
    fn from(value: f64) -> Self {
        Self::from_expr(Expr::Float(value))
    }
}

macro_rules! whole_numbers {
    ($($number:ty),* => $kind:ty) => {$(
        impl From<$number> for Value<$kind> {
            fn from(value: $number) -> Self {
                Self::from_expr(Expr::Integer(value.into()))
            }
        }
    )*};
}

whole_numbers!(i64, i32, u32, u16, u8 => i64);
// Where any number goes a whole one does, and is written without a point.
whole_numbers!(i32, u32 => f64);

impl From<Expr> for Value<Json> {
    fn from(expr: Expr) -> Self {
        Self::from_expr(expr)
    }
}

impl<T, V: Into<Value<T>>> From<Vec<V>> for Value<Vec<T>> {
    fn from(items: Vec<V>) -> Self {
        Self::from_expr(Expr::List(items.into_iter().map(|item| item.into().expr).collect()))
    }
}

impl<T, V: Into<Value<T>>, const N: usize> From<[V; N]> for Value<Vec<T>> {
    fn from(items: [V; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<T, K: Into<String>, V: Into<Value<T>>> From<Vec<(K, V)>> for Value<Map<T>> {
    fn from(fields: Vec<(K, V)>) -> Self {
        let fields = fields.into_iter().map(|(key, value)| (key.into().into(), value.into().expr)).collect();
        Self::from_expr(Expr::Map(fields))
    }
}

impl<T, K: Into<String>, V: Into<Value<T>>, const N: usize> From<[(K, V); N]> for Value<Map<T>> {
    fn from(fields: [(K, V); N]) -> Self {
        Vec::from(fields).into()
    }
}

impl Value<Arn> {
    /// An ARN known in full, `arn:partition:service:region:account:resource`.
    #[must_use]
    pub fn arn(text: &str) -> Self {
        Self::from_expr(Expr::text(text.to_owned()))
    }

    /// This ARN with text behind it: `/index/*`, `:*`.
    #[must_use]
    pub fn and(self, suffix: &str) -> Self {
        Self::from_expr(Expr::concat([self.expr, Expr::text(suffix.to_owned())]))
    }

    /// An ARN put together from texts and values.
    #[must_use]
    pub fn of<const N: usize>(parts: [Value<String>; N]) -> Self {
        Self::from_expr(Expr::concat(parts.map(Value::into_expr)))
    }
}

impl<T> Value<T> {
    /// `Fn::If`: one value if the condition holds, another if not.
    pub fn when(
        condition: crate::ConditionHandle,
        then: impl Into<Value<T>>,
        otherwise: impl Into<Value<T>>,
    ) -> Self {
        let arguments = vec![Expr::text(condition.id().as_str()), then.into().expr, otherwise.into().expr];
        Self::from_expr(Expr::call("If", arguments))
    }

    /// `Fn::If` that leaves the property out (`AWS::NoValue`) if the condition does not hold.
    pub fn only_when(condition: crate::ConditionHandle, then: impl Into<Value<T>>) -> Self {
        Self::when(condition, then, Self::from_expr(Expr::reference("AWS::NoValue")))
    }
}

impl<T> Value<Vec<T>> {
    /// `Fn::Select`: the item at `index`, counted from 0.
    #[must_use]
    pub fn select(self, index: u32) -> Value<T> {
        Value::from_expr(Expr::call("Select", vec![Expr::Integer(index.into()), self.expr]))
    }
}

impl Value<Vec<String>> {
    /// `Fn::Join`: the items with `separator` between them.
    #[must_use]
    pub fn join(self, separator: &'static str) -> Value<String> {
        Value::from_expr(Expr::call("Join", vec![Expr::text(separator), self.expr]))
    }
}

impl Value<String> {
    /// `Fn::Split`: the parts between the separators.
    #[must_use]
    pub fn split(self, separator: &'static str) -> Value<Vec<String>> {
        Value::from_expr(Expr::call("Split", vec![Expr::text(separator), self.expr]))
    }

    /// `Fn::Base64`: this text, encoded.
    #[must_use]
    pub fn base64(self) -> Self {
        Self::from_expr(Expr::call("Base64", self.expr))
    }
}

/// Texts and values, one after the other, as one `Fn::Sub` (or a plain text if all are).
///
/// ```
/// use stackwright_core::{join, region};
/// let host = join(["logs.".into(), region(), ".amazonaws.com".into()]);
/// ```
#[must_use]
pub fn join<const N: usize>(parts: [Value<String>; N]) -> Value<String> {
    Value::from_expr(Expr::concat(parts.map(Value::into_expr)))
}

macro_rules! pseudo_parameters {
    ($($(#[$doc:meta])* $function:ident = $name:literal;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $function() -> Value<String> {
            Value::from_expr(Expr::reference($name))
        }
    )*};
}

pseudo_parameters! {
    /// `AWS::Region`: where the stack is deployed, such as `eu-west-1`.
    region = "AWS::Region";
    /// `AWS::AccountId`: the twelve digits of the account.
    account = "AWS::AccountId";
    /// `AWS::Partition`: `aws`, `aws-cn`, `aws-us-gov`, ….
    partition = "AWS::Partition";
    /// `AWS::URLSuffix`: `amazonaws.com`, `amazonaws.com.cn`, ….
    url_suffix = "AWS::URLSuffix";
    /// `AWS::StackName`: the name given at deployment.
    stack_name = "AWS::StackName";
}
