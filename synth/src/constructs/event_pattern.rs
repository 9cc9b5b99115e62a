//! [`EventPattern`]: which events of a bus a rule is for.
//!
//! It has words for what is common; the rest of the pattern language is written as JSON. Whether EventBridge takes a
//! pattern is checked where the whole template is.

use stackwright_core::{Expr, Json, Problem, Scope, Value};

/// What an event must hold to match: one of the values given, in each of the fields given.
///
/// ```
/// use stackwright::prelude::*;
///
/// let placed = EventPattern::source("shop").detail_type("Order Placed");
/// let others = EventPattern::source("shop").any_detail_type_but(["Order Placed"]);
/// let urgent = EventPattern::source("shop").detail("priority", ["high", "highest"]);
/// let large = EventPattern::json(r#"{"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}"#);
/// ```
///
/// Source: [event patterns](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventPattern {
    /// The sources, such as `shop.orders`; those that start with `aws.` are AWS's own.
    pub sources: Vec<Expr>,
    /// The detail types, or conditions on them.
    pub detail_types: Vec<Expr>,
    /// The fields of `detail`, each with its values or conditions on them.
    pub details: Vec<(String, Vec<Expr>)>,
    /// A whole pattern instead.
    pub json: Option<String>,
}

impl EventPattern {
    /// Events of this source.
    pub fn source(name: impl Into<Value<String>>) -> Self {
        Self { sources: vec![name.into().into_expr()], ..Self::default() }
    }

    /// The pattern as EventBridge takes it: a JSON object whose leaves are lists.
    pub fn json(pattern: impl Into<String>) -> Self {
        Self { json: Some(pattern.into()), ..Self::default() }
    }

    /// Of this detail type, or of one given before.
    #[must_use]
    pub fn detail_type(mut self, name: impl Into<Value<String>>) -> Self {
        self.detail_types.push(name.into().into_expr());
        self
    }

    /// Of any detail type but these, or of one given before.
    #[must_use]
    pub fn any_detail_type_but<const N: usize>(mut self, names: [&'static str; N]) -> Self {
        self.detail_types.push(Expr::map([("anything-but", Expr::list(names))]));
        self
    }

    /// With one of these values in this field of `detail`; a condition is a map, such as `{"prefix": "x"}`.
    #[must_use]
    pub fn detail<E: Into<Expr>, const N: usize>(mut self, field: impl Into<String>, values: [E; N]) -> Self {
        self.details.push((field.into(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// What a rule for these events may be called: by their detail types, where they are known.
    pub(crate) fn subject(&self) -> Option<String> {
        let names: Option<Vec<&str>> = self.detail_types.iter().map(Expr::as_text).collect();
        names.filter(|names| !names.is_empty()).map(|names| names.join(" "))
    }

    /// The pattern of a rule; what cannot be one is reported to its scope.
    pub(crate) fn resolve(self, scope: &mut Scope<'_>) -> Value<Json> {
        let fields = self.fields();
        match self.json {
            None => Value::from_expr(Expr::Map(fields)),
            Some(_) if !fields.is_empty() => {
                let problem = Problem::new("an event pattern is given as JSON and as fields");
                scope.report(problem.hint("write all of it as JSON, or none"));
                Value::from_expr(Expr::Map(fields))
            }
            Some(json) => Value::from_expr(Expr::text(json)),
        }
    }

    fn fields(&self) -> stackwright_template::Fields {
        let named = |name: &'static str, values: &[Expr]| (name.into(), Expr::List(values.to_vec()));
        let mut fields = Vec::new();
        if !self.sources.is_empty() {
            fields.push(named("source", &self.sources));
        }
        if !self.detail_types.is_empty() {
            fields.push(named("detail-type", &self.detail_types));
        }
        if !self.details.is_empty() {
            let details =
                self.details.iter().map(|(name, values)| (name.clone(), Expr::List(values.clone())));
            fields.push(("detail".into(), Expr::map(details)));
        }
        fields
    }
}
