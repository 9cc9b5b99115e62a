//! The reader of `data/<service>.txt`, a line of plain text for each fact.
//!
//! It trusts its input, which `cargo xtask schema` writes and a test reads whole: a line that it does not know is
//! passed over, so that data written by a newer importer still reads.
//!
//! ```text
//! AWS::DynamoDB::Table
//!   stateful
//!   identifier TableName
//!   tags Tags list
//!   arn arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}
//!   property BillingMode string enum PAY_PER_REQUEST|PROVISIONED
//!   property KeySchema required may-replace list 1.. unique object KeySchema
//!   property TableName replaces string 1..1024
//!   attribute Arn string
//!   one-of A B|C                       exactly one of the groups A+B, C; any-of: at least one
//!   requires A B C                     with A also B and C; excludes: neither B nor C
//!   definition KeySchema
//!     property AttributeName required string 1..255
//!     property KeyType required string enum HASH|RANGE
//! ```
//!
//! Two spaces a level. After `property` and its name come flags, then a shape:
//! `required`, `replaces`, `may-replace`, `read-only`, `default=VALUE`, `to=TYPE.ATTRIBUTE|TYPE.ATTRIBUTE`;
//! `string [anycase] [MIN..MAX] [~PATTERN to the end of the line | enum A|B|C]`, `integer [MIN..MAX] [enum 1|2]`,
//! `number [MIN..MAX]`, `boolean`, `json`, `list [MIN..MAX] [unique] SHAPE`, `map [MIN..MAX] SHAPE`,
//! `object DEFINITION`, and `oneof`, whose alternatives stand below it as `or SHAPE`, a level deeper.
//! `open` says that keys which are not listed are accepted.

use crate::model::{
    Attribute, Combination, Definition, Property, Replacement, ResourceType, Shape, TagForm, Tags, Target,
    Text,
};
use std::str::FromStr;

/// Whether the line starts the section of a resource type.
pub(crate) fn is_heading(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '#'])
}

/// The lines of one resource type, from its heading to the empty line after it.
pub(crate) fn section(text: &'static str, name: &str) -> Option<&'static str> {
    let heading = format!("\n{name}\n");
    let start = text.find(&heading)? + 1;
    let body = start + name.len();
    let end = text[body..].find("\n\n").map_or(text.len(), |at| body + at);
    text.get(start..end)
}

/// Reads one section.
pub(crate) fn resource_type(section: &'static str) -> ResourceType {
    let mut lines = Lines::new(section);
    let mut it = empty(lines.next_at(0).unwrap_or_default());
    while let Some(line) = lines.next_at(1) {
        let (keyword, rest) = split(line);
        match keyword {
            "stateful" => it.stateful = true,
            "identifier" => it.identifier = rest.split(' ').collect(),
            "tags" => it.tags = tags(rest),
            "arn" => it.arn = Some(rest),
            "attribute" => it.attributes.push(attribute(rest, &mut lines)),
            "definition" => it.definitions.push(definition(rest, &mut lines)),
            "open" => it.open = true,
            "property" => it.properties.push(property(rest, 1, &mut lines)),
            _ => it.combinations.extend(combination(keyword, rest)),
        }
    }
    it
}

fn empty(name: &'static str) -> ResourceType {
    ResourceType {
        name,
        stateful: false,
        identifier: Vec::new(),
        tags: None,
        arn: None,
        open: false,
        properties: Vec::new(),
        combinations: Vec::new(),
        attributes: Vec::new(),
        definitions: Vec::new(),
    }
}

fn definition(name: &'static str, lines: &mut Lines) -> Definition {
    let mut it = Definition { name, open: false, properties: Vec::new(), combinations: Vec::new() };
    while let Some(line) = lines.next_at(2) {
        let (keyword, rest) = split(line);
        match keyword {
            "open" => it.open = true,
            "property" => it.properties.push(property(rest, 2, lines)),
            _ => it.combinations.extend(combination(keyword, rest)),
        }
    }
    it
}

fn attribute(rest: &'static str, lines: &mut Lines) -> Attribute {
    let (name, rest) = split(rest);
    Attribute { name, shape: shape(rest, 1, lines) }
}

fn property(rest: &'static str, depth: usize, lines: &mut Lines) -> Property {
    let (name, mut rest) = split(rest);
    let mut it = Property {
        name,
        shape: Shape::Json,
        required: false,
        replacement: Replacement::Never,
        read_only: false,
        default: None,
        targets: Vec::new(),
    };
    while let Some(after) = flag(&mut it, rest) {
        rest = after;
    }
    it.shape = shape(rest, depth, lines);
    it
}

/// Takes one flag off the front; `None` where the shape begins.
fn flag(property: &mut Property, text: &'static str) -> Option<&'static str> {
    let (word, rest) = split(text);
    match word {
        "required" => property.required = true,
        "replaces" => property.replacement = Replacement::Always,
        "may-replace" => property.replacement = Replacement::Sometimes,
        "read-only" => property.read_only = true,
        _ => match word.split_once('=')? {
            ("default", value) => property.default = Some(value),
            ("to", list) => property.targets = list.split('|').filter_map(target).collect(),
            _ => return None,
        },
    }
    Some(rest)
}

fn target(text: &'static str) -> Option<Target> {
    let (resource_type, attribute) = text.split_once('.')?;
    Some(Target { resource_type, attribute })
}

fn tags(rest: &'static str) -> Option<Tags> {
    let (property, form) = split(rest);
    let form = match form {
        "list" => TagForm::List,
        "autoscaling" => TagForm::AutoScaling,
        "map" => TagForm::Map,
        _ => return None,
    };
    Some(Tags { property, form })
}

fn combination(keyword: &str, rest: &'static str) -> Option<Combination> {
    let groups = || rest.split('|').map(|group| group.split(' ').collect()).collect();
    let (property, others) = split(rest);
    let others = || others.split(' ').collect();
    match keyword {
        "any-of" => Some(Combination::AnyOf(groups())),
        "one-of" => Some(Combination::OneOf(groups())),
        "requires" => Some(Combination::Requires { property, others: others() }),
        "excludes" => Some(Combination::Excludes { property, others: others() }),
        _ => None,
    }
}

/// Reads a shape; the alternatives of a `oneof` stand on the lines below `depth`.
fn shape(text: &'static str, depth: usize, lines: &mut Lines) -> Shape {
    let (kind, rest) = split(text);
    match kind {
        "string" => Shape::String(string(rest)),
        "integer" => integer(rest),
        "number" => {
            let (min, max, _) = range(rest);
            Shape::Number { min, max }
        }
        "boolean" => Shape::Boolean,
        "list" => list(rest, depth, lines),
        "map" => {
            let (min, max, rest) = range(rest);
            Shape::Map { values: Box::new(shape(rest, depth, lines)), min, max }
        }
        "object" => Shape::Object(rest),
        "oneof" => Shape::OneOf(alternatives(depth + 1, lines)),
        _ => Shape::Json,
    }
}

fn alternatives(depth: usize, lines: &mut Lines) -> Vec<Shape> {
    let mut found = Vec::new();
    while let Some(line) = lines.next_at(depth) {
        found.push(shape(split(line).1, depth, lines));
    }
    found
}

fn list(rest: &'static str, depth: usize, lines: &mut Lines) -> Shape {
    let (min, max, rest) = range(rest);
    let (unique, rest) = rest.strip_prefix("unique ").map_or((false, rest), |after| (true, after));
    Shape::List { items: Box::new(shape(rest, depth, lines)), min, max, unique }
}

fn integer(rest: &'static str) -> Shape {
    let (min, max, rest) = range(rest);
    let allowed = rest.strip_prefix("enum ").unwrap_or_default();
    Shape::Integer { min, max, allowed: allowed.split('|').filter_map(|each| each.parse().ok()).collect() }
}

fn string(rest: &'static str) -> Text {
    let (any_case, rest) = rest.strip_prefix("anycase ").map_or((false, rest), |after| (true, after));
    let (min, max, rest) = range(rest);
    let allowed = rest.strip_prefix("enum ").map_or_else(Vec::new, |list| list.split('|').collect());
    Text { min, max, pattern: rest.strip_prefix('~'), allowed, any_case }
}

/// Takes `MIN..MAX` off the front, where either may be missing.
fn range<T: FromStr>(text: &'static str) -> (Option<T>, Option<T>, &'static str) {
    if text.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == '-') {
        let (word, rest) = split(text);
        if let Some((min, max)) = word.split_once("..") {
            return (min.parse().ok(), max.parse().ok(), rest);
        }
    }
    (None, None, text)
}

fn split(text: &'static str) -> (&'static str, &'static str) {
    text.split_once(' ').unwrap_or((text, ""))
}

/// The lines of a section, read a level at a time.
struct Lines {
    lines: std::iter::Peekable<std::str::Lines<'static>>,
}

impl Lines {
    fn new(section: &'static str) -> Self {
        Self { lines: section.lines().peekable() }
    }

    /// The next line if it stands at this depth, without its indentation.
    fn next_at(&mut self, depth: usize) -> Option<&'static str> {
        let line = self.lines.peek()?;
        let text = line.trim_start_matches(' ');
        if line.len() - text.len() != 2 * depth {
            return None;
        }
        self.lines.next();
        Some(text)
    }
}
