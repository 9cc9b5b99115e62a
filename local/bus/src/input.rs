//! What of an event a target gets: all, nothing, a part, or a text made from parts.
//! Reads no template but its own: the `<placeholders>` of input transformers.
//!
//! Source: [input transformation](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::RuleError;
use crate::event::Event;
use crate::path::Path;

/// What a target gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// The event.
    #[default]
    Event,
    /// This JSON text, whatever the event.
    Constant(String),
    /// A part of the event, by its JSON path; `null` where the event has none.
    Path(String),
    /// A text with parts of the event in place of `<names>`.
    Transformer {
        /// The JSON path of each name.
        paths: BTreeMap<String, String>,
        /// The text.
        template: String,
    },
}

/// An input that has been read.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Event,
    Constant(String),
    Path(Path),
    Template(Vec<Piece>),
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// A value, and whether it stands inside of a JSON string.
    Value {
        of: Variable,
        is_quoted: bool,
    },
}

/// What a placeholder stands for.
#[derive(Clone, Debug)]
pub(crate) enum Variable {
    Path(Path),
    RuleArn,
    RuleName,
    IngestionTime,
    /// The event without its detail.
    Head,
    Event,
}

/// The rule by which an event is delivered.
pub(crate) struct By<'a> {
    pub(crate) name: &'a str,
    pub(crate) arn: &'a str,
}

impl Shape {
    pub(crate) fn read(input: &Input, target: &str) -> Result<Shape, RuleError> {
        match input {
            Input::Event => Ok(Shape::Event),
            Input::Constant(text) => match serde_json::from_str::<Value>(text) {
                Ok(_) => Ok(Shape::Constant(text.clone())),
                Err(error) => Err(RuleError::Input { target: target.to_owned(), reason: error.to_string() }),
            },
            Input::Path(path) => Ok(Shape::Path(read_path(path, target)?)),
            Input::Transformer { paths, template } => {
                let read = |(name, path): (&String, &String)| {
                    read_path(path, target).map(|path| (name.clone(), path))
                };
                let paths = paths.iter().map(read).collect::<Result<_, _>>()?;
                pieces(template, &paths)
                    .map(Shape::Template)
                    .map_err(|placeholder| RuleError::Placeholder { target: target.to_owned(), placeholder })
            }
        }
    }

    /// What the target gets of this event.
    pub(crate) fn body(&self, event: &Event, rule: &By<'_>) -> String {
        match self {
            Shape::Event => event.envelope.to_string(),
            Shape::Constant(text) => text.clone(),
            Shape::Path(path) => path.find(&event.envelope).unwrap_or(&Value::Null).to_string(),
            Shape::Template(pieces) => pieces.iter().map(|piece| piece.written(event, rule)).collect(),
        }
    }
}

fn read_path(path: &str, target: &str) -> Result<Path, RuleError> {
    Path::read(path).map_err(|reason| RuleError::Path {
        target: target.to_owned(),
        path: path.to_owned(),
        reason,
    })
}

/// Takes a template apart, or says which placeholder stands for nothing.
fn pieces(template: &str, paths: &BTreeMap<String, Path>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let (mut rest, mut is_quoted) = (template, false);
    while let Some((before, name, after)) = next_placeholder(rest) {
        is_quoted = ends_quoted(before, is_quoted);
        pieces.push(Piece::Text(before.to_owned()));
        let of = Variable::named(name, paths).ok_or_else(|| name.to_owned())?;
        pieces.push(Piece::Value { of, is_quoted });
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Ok(pieces)
}

/// The text before the next `<name>`, the name, and the text after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('<').find_map(|(start, _)| {
        let (name, after) = text[start + 1..].split_once('>')?;
        let is_name = |char: char| char.is_ascii_alphanumeric() || "_-.".contains(char);
        (!name.is_empty() && name.chars().all(is_name)).then_some((&text[..start], name, after))
    })
}

/// Whether a text that began inside or outside of a JSON string ends inside of one.
fn ends_quoted(text: &str, began: bool) -> bool {
    let (ends, _) = text.chars().fold((began, false), |(is_quoted, is_escaped), char| match char {
        '\\' if is_quoted && !is_escaped => (is_quoted, true),
        '"' if !is_escaped => (!is_quoted, false),
        _ => (is_quoted, false),
    });
    ends
}

impl Variable {
    fn named(name: &str, paths: &BTreeMap<String, Path>) -> Option<Variable> {
        match name {
            "aws.events.rule-arn" => Some(Variable::RuleArn),
            "aws.events.rule-name" => Some(Variable::RuleName),
            "aws.events.event.ingestion-time" => Some(Variable::IngestionTime),
            "aws.events.event" => Some(Variable::Head),
            "aws.events.event.json" => Some(Variable::Event),
            name => paths.get(name).cloned().map(Variable::Path),
        }
    }

    fn value(&self, event: &Event, rule: &By<'_>) -> Value {
        match self {
            // A part that is not there is an empty text.
            Variable::Path(path) => path.find(&event.envelope).cloned().unwrap_or_else(|| "".into()),
            Variable::RuleArn => rule.arn.into(),
            Variable::RuleName => rule.name.into(),
            Variable::IngestionTime => event.ingested.as_str().into(),
            Variable::Head => head(&event.envelope),
            Variable::Event => event.envelope.clone(),
        }
    }
}

/// The event without its detail. Here alone AWS writes `detailType`.
fn head(envelope: &Value) -> Value {
    let mut head = envelope.clone();
    if let Some(fields) = head.as_object_mut() {
        fields.remove("detail");
        if let Some(detail_type) = fields.remove("detail-type") {
            fields.insert("detailType".to_owned(), detail_type);
        }
    }
    head
}

impl Piece {
    fn written(&self, event: &Event, rule: &By<'_>) -> String {
        match self {
            Piece::Text(text) => text.clone(),
            Piece::Value { of, is_quoted: false } => of.value(event, rule).to_string(),
            Piece::Value { of, is_quoted: true } => match of.value(event, rule) {
                Value::String(text) => escaped(text),
                value => escaped(value.to_string()),
            },
        }
    }
}

/// A text as it stands between the quotes of a JSON string.
fn escaped(text: String) -> String {
    let quoted = Value::String(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
