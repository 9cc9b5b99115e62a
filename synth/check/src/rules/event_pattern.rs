//! Event patterns: of the rules of a bus, and of the filters of event source mappings.
//!
//! Source: [event patterns](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html). Whether a
//! pattern ever matches is not judged, but for fields that no event has.

use stackwright_template::{Expr, Key};

use crate::finding::{Entry, Finding};
use crate::nearest::did_you_mean;
use crate::place::Place;

/// What an event on a bus has.
const OF_EVENTS: [&str; 10] = [
    "account",
    "detail",
    "detail-type",
    "id",
    "region",
    "replay-name",
    "resources",
    "source",
    "time",
    "version",
];
/// What may be asked of a value instead of naming it.
const MATCHES: [&str; 9] = [
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exactly",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

/// The pattern of a rule.
pub(super) fn of_rule(entry: Entry, pattern: &Expr, place: &Place<'_>, findings: &mut Vec<Finding>) {
    let mut checked = Pattern { entry, findings };
    checked.read(pattern, place, |checked, pattern| {
        checked.object(pattern, place);
        checked.fields_of_events(pattern, place);
    });
}

/// A filter, which is always a text.
pub(super) fn of_filter(entry: Entry, pattern: &Expr, place: &Place<'_>, findings: &mut Vec<Finding>) {
    let mut checked = Pattern { entry, findings };
    checked.read(pattern, place, |checked, pattern| checked.object(pattern, place));
}

struct Pattern<'f> {
    entry: Entry,
    findings: &'f mut Vec<Finding>,
}

impl Pattern<'_> {
    fn report(&mut self, place: &Place<'_>, message: String, hint: Option<String>) {
        self.findings.push(self.entry.finding(place, message).maybe_hint(hint));
    }

    /// Looks at the pattern, which may be written as a text.
    fn read(&mut self, pattern: &Expr, place: &Place<'_>, look: impl FnOnce(&mut Self, &Expr)) {
        match pattern {
            Expr::Text(json) => match serde_json::from_str(json) {
                Ok(value) => look(self, &expr(value)),
                Err(error) => self.report(place, format!("this pattern is no JSON: {error}"), None),
            },
            other => look(self, other),
        }
    }

    fn object(&mut self, pattern: &Expr, place: &Place<'_>) {
        match pattern {
            Expr::Map(fields) if fields.is_empty() => {
                self.report(place, "an empty pattern matches nothing".into(), None);
            }
            Expr::Map(fields) => fields.iter().for_each(|(name, value)| self.field(name, value, place)),
            other if other.is_intrinsic() => {}
            _ => self.report(place, "a pattern is an object of fields".into(), None),
        }
    }

    fn field(&mut self, name: &Key, value: &Expr, place: &Place<'_>) {
        let place = place.field(name);
        match value {
            Expr::List(branches) if name == "$or" && alternatives(branches) => {
                branches.iter().enumerate().for_each(|(at, branch)| self.object(branch, &place.item(at)));
            }
            Expr::List(values) if values.is_empty() => {
                self.report(&place, format!("`{name}` is to be one of no values"), None);
            }
            Expr::List(values) => {
                values.iter().enumerate().for_each(|(at, value)| self.value(value, &place.item(at)));
            }
            Expr::Map(_) => self.object(value, &place),
            other if other.is_intrinsic() => {}
            _ => {
                let message = format!("a pattern has a list of values for `{name}`, not a single one");
                self.report(&place, message, Some("put it into [ ]".into()));
            }
        }
    }

    fn value(&mut self, value: &Expr, place: &Place<'_>) {
        match value {
            Expr::Map(fields) => match fields.as_slice() {
                [(name, _)] if MATCHES.contains(&name.as_ref()) || name.starts_with("Fn::") => {}
                [(name, _)] => {
                    let message = format!("there is no way to match called `{name}`");
                    let hint = did_you_mean(name, MATCHES).unwrap_or_else(|| MATCHES.join(", "));
                    self.report(place, message, Some(hint));
                }
                _ => self.report(place, "a value is matched in one way".into(), None),
            },
            Expr::List(_) => self.report(place, "a pattern has no lists inside of lists".into(), None),
            _ => {}
        }
    }

    /// A field that no event has would never match.
    fn fields_of_events(&mut self, pattern: &Expr, place: &Place<'_>) {
        let fields = pattern.as_map().unwrap_or_default().iter();
        for (name, _) in fields.filter(|(name, _)| !OF_EVENTS.contains(&name.as_ref()) && name != "$or") {
            let message = format!("events have no field `{name}`, so the rule would never match");
            let hint = did_you_mean(name, OF_EVENTS)
                .unwrap_or_else(|| "fields of one's own are below `detail`".into());
            self.report(&place.field(name), message, Some(hint));
        }
    }
}

/// Whether `$or` is meant, and no field of that name.
fn alternatives(branches: &[Expr]) -> bool {
    branches.len() > 1 && branches.iter().all(|branch| branch.as_map().is_some())
}

fn expr(value: serde_json::Value) -> Expr {
    use serde_json::Value;
    match value {
        Value::Null => Expr::Null,
        Value::Bool(value) => Expr::Bool(value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Expr::Integer(whole),
            None => Expr::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Expr::text(text),
        Value::Array(items) => Expr::List(items.into_iter().map(expr).collect()),
        Value::Object(fields) => Expr::map(fields.into_iter().map(|(name, value)| (name, expr(value)))),
    }
}
