//! Documentation made from facts: what a property takes and what a change to it does.
//!
//! No prose of AWS's is repeated here: each type links to its AWS page.

use stackwright_schema::{Combination, Definition, Property, Replacement, ResourceType, Shape, Text};
use std::fmt::Write as _;

const PAGES: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference";

/// Longer patterns hide more than they tell.
const LONGEST_PATTERN: usize = 160;

/// The documentation of a resource.
pub(crate) fn resource(of: &ResourceType) -> String {
    let mut text = format!("/// [`{}`]({}).\n", of.name, page("resource", of, None));
    if of.stateful {
        text.push_str("///\n/// It holds data that is lost with it: it is kept when it leaves the stack, unless declared otherwise.\n");
    }
    combinations(&mut text, &of.combinations);
    text
}

/// The documentation of an object that properties are made of.
pub(crate) fn definition(of: &Definition, owner: &ResourceType) -> String {
    let page = page("properties", owner, Some(of.name));
    let mut text = format!("/// [`{}`]({page}) of [`{}`].\n", of.name, owner.name);
    text = text.replace(&format!("[`{}`].", owner.name), &format!("`{}`.", owner.name));
    combinations(&mut text, &of.combinations);
    text
}

fn page(kind: &str, of: &ResourceType, definition: Option<&str>) -> String {
    let path = of.name.to_lowercase().replace("::", "-");
    // Only types of AWS's own put the kind of page behind the vendor.
    let path =
        path.split_once('-').map_or_else(String::new, |(vendor, rest)| format!("{vendor}-{kind}-{rest}"));
    let definition = definition.map(|name| format!("-{}", name.to_lowercase())).unwrap_or_default();
    format!("{PAGES}/{path}{definition}.html")
}

/// The documentation of a setter.
pub(crate) fn property(of: &Property) -> String {
    let mut text = format!("/// `{}`", of.name);
    let takes = values(&of.shape);
    if !takes.is_empty() {
        let _ = write!(text, ": {takes}");
    }
    text.push('.');
    if let Some(default) = of.default {
        let _ = write!(text, " Default: `{default}`.");
    }
    text.push_str(match of.replacement {
        Replacement::Never => "",
        Replacement::Sometimes => " A change may replace the resource.",
        Replacement::Always => " A change replaces the resource.",
    });
    targets(&mut text, of);
    text.push('\n');
    text
}

fn targets(text: &mut String, of: &Property) {
    let names: Vec<_> =
        of.targets.iter().map(|it| format!("`{}.{}`", it.resource_type, it.attribute)).collect();
    if !names.is_empty() {
        let _ = write!(text, " Takes {}.", names.join(", "));
    }
}

/// What a value must look like, as far as the Rust type does not say it.
fn values(shape: &Shape) -> String {
    match shape {
        Shape::String(text) => string(text),
        Shape::Integer { min, max, allowed } if allowed.is_empty() => span(*min, *max, ""),
        Shape::Integer { allowed, .. } => one_of(allowed.iter()),
        Shape::Number { min, max } => span(*min, *max, ""),
        Shape::List { items, min, max, unique } => {
            let items = values(items);
            let each = if items.is_empty() { items } else { format!("each {items}") };
            let unique = if *unique { "no two alike" } else { "" };
            join([span(*min, *max, " items"), unique.to_owned(), each])
        }
        Shape::Map { values: inner, min, max } => {
            let inner = values(inner);
            let each = if inner.is_empty() { inner } else { format!("each {inner}") };
            join([span(*min, *max, " entries"), each])
        }
        Shape::OneOf(shapes) => shapes.iter().map(kind).collect::<Vec<_>>().join(" or "),
        Shape::Boolean | Shape::Json | Shape::Object(_) => String::new(),
    }
}

fn string(text: &Text) -> String {
    // The variants of an enum say it, but for lists that are too long for one.
    if text.allowed.len() > crate::enumeration::LARGEST {
        return format!("one of {} values", text.allowed.len());
    }
    let pattern = text.pattern.filter(|pattern| pattern.len() <= LONGEST_PATTERN);
    let pattern = pattern.map(|pattern| format!("matching {}", code(pattern))).unwrap_or_default();
    let bounds =
        if text.allowed.is_empty() { span(text.min, text.max, " characters") } else { String::new() };
    join([bounds, pattern])
}

/// Text in a code span, whatever backticks it has.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn kind(shape: &Shape) -> String {
    match shape {
        Shape::String(_) => "text".to_owned(),
        Shape::Integer { .. } | Shape::Number { .. } => "a number".to_owned(),
        Shape::Boolean => "true or false".to_owned(),
        Shape::Json => "JSON".to_owned(),
        Shape::List { .. } => "a list".to_owned(),
        Shape::Map { .. } => "a map".to_owned(),
        Shape::Object(name) => format!("`{name}`"),
        Shape::OneOf(_) => "a choice".to_owned(),
    }
}

fn span<T: ToString + PartialEq>(min: Option<T>, max: Option<T>, unit: &str) -> String {
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), None) => format!("at least {}{unit}", min.to_string()),
        (None, Some(max)) => format!("at most {}{unit}", max.to_string()),
        (Some(min), Some(max)) if min == max => format!("exactly {}{unit}", min.to_string()),
        (Some(min), Some(max)) => format!("{} to {}{unit}", min.to_string(), max.to_string()),
    }
    .replace(" 1 items", " 1 item")
}

fn one_of<T: std::fmt::Display>(values: impl Iterator<Item = T>) -> String {
    let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
    format!("one of {}", values.join(", "))
}

fn join<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn combinations(text: &mut String, combinations: &[Combination]) {
    for combination in combinations {
        let _ = writeln!(text, "///\n/// {}", sentence(combination));
    }
}

fn sentence(combination: &Combination) -> String {
    match combination {
        Combination::AnyOf(groups) => format!("At least one of: {}.", alternatives(groups)),
        Combination::OneOf(groups) => format!("Exactly one of: {}.", alternatives(groups)),
        Combination::Requires { property, others } => format!("`{property}` needs {}.", all(others)),
        Combination::Excludes { property, others } => format!("`{property}` shuts out {}.", all(others)),
    }
}

fn alternatives(groups: &[Vec<&str>]) -> String {
    groups.iter().map(|group| all(group)).collect::<Vec<_>>().join("; ")
}

fn all(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
