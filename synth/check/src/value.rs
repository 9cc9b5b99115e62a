//! One value against the shape its schema gives it: kind, bounds, allowed values, pattern.
//!
//! What CloudFormation evaluates later fits anywhere, unless it can only be a text where none is taken.
//! CloudFormation turns texts into numbers and booleans and back, so those do fit.

use stackwright_schema::{Shape, Text};
use stackwright_template::{Expr, Key};

use crate::nearest::did_you_mean;
use crate::pattern;
use crate::place::Place;
use crate::schema::Walker;

/// Beyond this many, allowed values are not listed.
const MOST_LISTED: usize = 12;

/// Here `aws cloudformation package` takes the path of a local file and puts a map in its place.
const PACKAGED: [&str; 5] = ["BodyS3Location", "Code", "Content", "DefinitionS3Location", "SourceBundle"];

/// Whether this removes the property it is given to.
pub(crate) fn is_no_value(expr: &Expr) -> bool {
    matches!(expr, Expr::Ref(id) if id.as_str() == "AWS::NoValue")
}

impl Walker<'_, '_> {
    /// The value against the shape.
    pub(crate) fn value(&mut self, value: &Expr, shape: &Shape, place: &Place<'_>) {
        match (value, shape) {
            (Expr::Null, _) | (_, Shape::Json) => {}
            (Expr::Call(function, argument), _) if function == "If" => {
                let branches = argument.as_list().unwrap_or_default().iter().skip(1);
                branches.for_each(|branch| self.value(branch, shape, place));
            }
            (Expr::Ref(_) | Expr::GetAtt(..) | Expr::Sub(..) | Expr::Call(..), _) => {
                self.computed(value, shape, place);
            }
            (_, Shape::OneOf(shapes)) => self.one_of(value, shapes, place),
            (Expr::List(items), Shape::List { items: shape, min, max, unique }) => {
                self.list(items, shape, (*min, *max), *unique, place);
            }
            (Expr::Map(fields), Shape::Map { values, min, max }) => {
                self.map(fields, values, (*min, *max), place);
            }
            (Expr::Map(fields), Shape::Object(name)) => self.definition(fields, name, place),
            (Expr::Text(_), Shape::Object(_)) if PACKAGED.contains(&place.name()) => {}
            (Expr::List(_) | Expr::Map(_), _)
            | (_, Shape::List { .. } | Shape::Map { .. } | Shape::Object(_)) => {
                self.mismatch(value, shape, place);
            }
            (_, Shape::String(text)) => self.text(&scalar(value), text, place),
            (_, Shape::Boolean) => {
                if !matches!(scalar(value).as_str(), "true" | "false") {
                    self.mismatch(value, shape, place);
                }
            }
            (_, Shape::Integer { min, max, allowed }) => {
                self.integer(value, shape, (*min, *max), allowed, place)
            }
            (_, Shape::Number { min, max }) => self.number(value, shape, (*min, *max), place),
        }
    }

    /// A function that gives a text cannot stand for a list or an object.
    fn computed(&mut self, value: &Expr, shape: &Shape, place: &Place<'_>) {
        let text = match value {
            Expr::Sub(..) => true,
            Expr::Call(function, _) => matches!(function.as_ref(), "Join" | "Base64"),
            _ => false,
        };
        if text && matches!(shape, Shape::List { .. } | Shape::Map { .. } | Shape::Object(_)) {
            self.mismatch(value, shape, place);
        }
    }

    fn mismatch(&mut self, value: &Expr, shape: &Shape, place: &Place<'_>) {
        let message = format!("{} must be {}, not {}", called(place), kind(shape), got(value));
        self.report(place, message, None);
    }

    /// The findings of the alternative that fits best.
    fn one_of(&mut self, value: &Expr, shapes: &[Shape], place: &Place<'_>) {
        let mut best: Option<Vec<_>> = None;
        for shape in shapes {
            let mut findings = Vec::new();
            let mut walker =
                Walker { entry: self.entry, kind: self.kind, index: self.index, findings: &mut findings };
            walker.value(value, shape, place);
            if findings.is_empty() {
                return;
            }
            if best.as_ref().is_none_or(|best| findings.len() < best.len()) {
                best = Some(findings);
            }
        }
        self.findings.extend(best.into_iter().flatten());
    }

    fn list(
        &mut self,
        items: &[Expr],
        shape: &Shape,
        bounds: (Option<u64>, Option<u64>),
        unique: bool,
        place: &Place<'_>,
    ) {
        // An `If` among the items may leave its item out, and `Fn::Transform` may bring some.
        if !items.iter().any(|item| is_no_value(item) || matches!(item, Expr::Call(..))) {
            self.count(items.len(), bounds, "item", place);
        }
        for (index, item) in items.iter().enumerate() {
            self.value(item, shape, &place.item(index));
            if unique && matches!(item, Expr::Text(_)) && items[..index].contains(item) {
                let message = format!("{} holds {} twice", called(place), got(item));
                self.report(&place.item(index), message, None);
            }
        }
    }

    fn map(
        &mut self,
        fields: &[(Key, Expr)],
        shape: &Shape,
        bounds: (Option<u64>, Option<u64>),
        place: &Place<'_>,
    ) {
        if !fields.iter().any(|(key, value)| key.starts_with("Fn::") || value.is_intrinsic()) {
            self.count(fields.len(), bounds, "entry", place);
        }
        fields.iter().for_each(|(key, value)| self.value(value, shape, &place.field(key)));
    }

    fn count(&mut self, count: usize, bounds: (Option<u64>, Option<u64>), what: &str, place: &Place<'_>) {
        if let Some(range) = outside(count as u64, bounds) {
            let what = match (bounds, what) {
                ((_, Some(1)) | (Some(1), None), one) => one.to_owned(),
                (_, "entry") => "entries".into(),
                (_, one) => format!("{one}s"),
            };
            let message = format!("{} must have {range} {what}, not {count}", called(place));
            self.report(place, message, None);
        }
    }

    fn text(&mut self, text: &str, shape: &Text, place: &Place<'_>) {
        // The value is elsewhere, in a secret or parameter of the account.
        if text.contains("{{resolve:") {
            return;
        }
        if !shape.allowed.is_empty() && !allowed(text, shape) {
            let message = format!("{} must be {}, not {text:?}", called(place), listed(&shape.allowed));
            return self.report(place, message, did_you_mean(text, shape.allowed.iter().copied()));
        }
        let length = text.chars().count();
        if let Some(range) = outside(length as u64, (shape.min, shape.max)) {
            let message = format!("{} must have {range} characters, not {length}", called(place));
            return self.report(place, message, None);
        }
        if let Some(pattern) = shape.pattern.filter(|pattern| !pattern::allows(pattern, text)) {
            let message = format!("{} must match `{pattern}`, and {text:?} does not", called(place));
            self.report(place, message, None);
        }
    }

    fn integer(
        &mut self,
        value: &Expr,
        shape: &Shape,
        bounds: (Option<i64>, Option<i64>),
        allowed: &[i64],
        place: &Place<'_>,
    ) {
        let Some(number) = whole(value) else { return self.mismatch(value, shape, place) };
        if !allowed.is_empty() && !allowed.contains(&number) {
            let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
            let message = format!("{} must be one of {}, not {number}", called(place), allowed.join(", "));
            self.report(place, message, None);
        } else if let Some(range) = outside(number, bounds) {
            self.report(place, format!("{} must be {range}, not {number}", called(place)), None);
        }
    }

    fn number(&mut self, value: &Expr, shape: &Shape, bounds: (Option<f64>, Option<f64>), place: &Place<'_>) {
        let Ok(number) = scalar(value).parse::<f64>() else { return self.mismatch(value, shape, place) };
        if let Some(range) = outside(number, bounds) {
            self.report(place, format!("{} must be {range}, not {number}", called(place)), None);
        }
    }
}

/// A literal as CloudFormation would write it into a text.
fn scalar(value: &Expr) -> String {
    match value {
        Expr::Text(text) => text.clone().into_owned(),
        Expr::Bool(value) => value.to_string(),
        Expr::Integer(value) => value.to_string(),
        Expr::Float(value) => value.to_string(),
        _ => String::new(),
    }
}

#[allow(clippy::cast_possible_truncation)] // Whole and far smaller than 2^53 where it matters.
fn whole(value: &Expr) -> Option<i64> {
    match value {
        Expr::Integer(value) => Some(*value),
        Expr::Float(value) if value.fract() == 0.0 => Some(*value as i64),
        Expr::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn allowed(text: &str, shape: &Text) -> bool {
    shape.allowed.iter().any(
        |value| {
            if shape.any_case { value.eq_ignore_ascii_case(text) } else { *value == text }
        },
    )
}

/// The bounds in words, if the value is outside them.
fn outside<T: PartialOrd + std::fmt::Display>(value: T, bounds: (Option<T>, Option<T>)) -> Option<String> {
    let below = bounds.0.as_ref().is_some_and(|min| value < *min);
    let above = bounds.1.as_ref().is_some_and(|max| value > *max);
    match bounds {
        _ if !below && !above => None,
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

fn listed(allowed: &[&str]) -> String {
    match allowed {
        [one] => (*one).to_owned(),
        many if many.len() > MOST_LISTED => format!("one of the {} values it allows", many.len()),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
        [] => String::new(),
    }
}

/// The property, and which item of it.
fn called(place: &Place<'_>) -> String {
    match place {
        Place::Item(parent, index) => format!("item {index} of `{}`", parent.name()),
        _ => format!("`{}`", place.name()),
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::String(_) => "a text",
        Shape::Integer { .. } => "a whole number",
        Shape::Number { .. } => "a number",
        Shape::Boolean => "true or false",
        Shape::List { .. } => "a list",
        Shape::Map { .. } | Shape::Object(_) => "a map",
        Shape::Json | Shape::OneOf(_) => "something else",
    }
}

fn got(value: &Expr) -> String {
    match value {
        Expr::List(_) => "a list".into(),
        Expr::Map(_) => "a map".into(),
        Expr::Sub(..) => "the text of a `!Sub`".into(),
        Expr::Call(function, _) => format!("the text of a `!{function}`"),
        Expr::Text(text) => format!("{text:?}"),
        other => scalar(other),
    }
}
