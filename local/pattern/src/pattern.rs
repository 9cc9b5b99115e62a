//! A pattern as a tree, and how it is held against an event.
//! Reads no text: that is for `parse`.

use serde_json::{Map, Value};

use crate::error::PatternError;
use crate::matcher::Matcher;
use crate::parse;

/// A pattern, read once, to be compared with many events.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    fields: Fields,
    /// The ways to all leaves that may be absent.
    absences: Vec<Vec<String>>,
}

/// The ways, out of those, at whose end an event has nothing.
type Absent<'a> = [&'a [String]];

/// What an object must hold: each field, and of each `$or` one alternative.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    pub(crate) fields: Vec<(String, Node)>,
    pub(crate) choices: Vec<Vec<Fields>>,
}

/// What one field must be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Object(Fields),
    Leaf(Leaf),
}

/// Values of which one must be there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    /// The way to it from the event.
    pub(crate) path: Vec<String>,
    pub(crate) matchers: Vec<Matcher>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What EventBridge would refuse, with the place in the pattern.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Pattern::of(&parse::json(text)?)
    }

    /// Takes a pattern that is JSON already, as templates have it.
    ///
    /// # Errors
    /// What EventBridge would refuse, with the place in the pattern.
    pub fn of(pattern: &Value) -> Result<Pattern, PatternError> {
        let fields = parse::pattern(pattern)?;
        let absences = fields.absences();
        Ok(Pattern { fields, absences })
    }

    /// Whether the event is one of those that the pattern is for.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        let absent = self.absences.iter().map(Vec::as_slice).filter(|path| !has_leaf(event, path));
        self.fields.hold_at(Some(event), &absent.collect::<Vec<_>>())
    }
}

impl Fields {
    /// Whether they hold at a place of the event; below an array, in one of its elements.
    fn hold_at(&self, place: Option<&Value>, absent: &Absent<'_>) -> bool {
        match place {
            Some(Value::Array(elements)) if !elements.is_empty() => {
                elements.iter().any(|element| self.hold_at(Some(element), absent))
            }
            _ => self.hold_in(place.and_then(Value::as_object), absent),
        }
    }

    fn absences(&self) -> Vec<Vec<String>> {
        let of_fields = self.fields.iter().flat_map(|(_, node)| match node {
            Node::Object(fields) => fields.absences(),
            Node::Leaf(leaf) => leaf.may_be_absent().then(|| leaf.path.clone()).into_iter().collect(),
        });
        of_fields.chain(self.choices.iter().flatten().flat_map(Fields::absences)).collect()
    }

    /// Without an object nothing is there, which is what `exists: false` asks for.
    fn hold_in(&self, object: Option<&Map<String, Value>>, absent: &Absent<'_>) -> bool {
        let at = |name: &String| object.and_then(|object| object.get(name));
        self.fields.iter().all(|(name, node)| node.holds_at(at(name), absent))
            && self.choices.iter().all(|choice| choice.iter().any(|fields| fields.hold_in(object, absent)))
    }
}

impl Node {
    fn holds_at(&self, place: Option<&Value>, absent: &Absent<'_>) -> bool {
        match self {
            Node::Object(fields) => fields.hold_at(place, absent),
            Node::Leaf(leaf) => leaf.holds_at(place, absent),
        }
    }
}

impl Leaf {
    fn holds_at(&self, place: Option<&Value>, absent: &Absent<'_>) -> bool {
        place.is_some_and(|value| self.accepts(value))
            || self.may_be_absent() && absent.contains(&self.path.as_slice())
    }

    fn may_be_absent(&self) -> bool {
        self.matchers.contains(&Matcher::Absent)
    }

    /// Whether a leaf, or one of an array's, is one of the values. Objects are no leaves.
    fn accepts(&self, value: &Value) -> bool {
        match value {
            Value::Array(elements) => elements.iter().any(|element| self.accepts(element)),
            Value::Object(_) => false,
            leaf => self.matchers.iter().any(|matcher| matcher.accepts(leaf)),
        }
    }
}

/// Whether there is a leaf at the end of the path, in any element of the arrays on its way.
fn has_leaf(value: &Value, path: &[String]) -> bool {
    match (value, path.split_first()) {
        (Value::Array(elements), _) => elements.iter().any(|element| has_leaf(element, path)),
        (Value::Object(object), Some((name, rest))) => {
            object.get(name).is_some_and(|value| has_leaf(value, rest))
        }
        (Value::Object(_), None) | (_, Some(_)) => false,
        (_, None) => true,
    }
}
