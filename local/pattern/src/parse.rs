//! From JSON to a pattern, or to the first thing that is wrong with it.
//! Compares nothing.

use serde_json::{Map, Value};

use crate::error::{Fault, PatternError};
use crate::matcher::{Matcher, Range, Text, comparable};
use crate::pattern::{Fields, Leaf, Node};
use crate::wildcard::Wildcard;

type Parsed<T> = Result<T, PatternError>;

/// The names of all matchers.
pub(crate) const MATCHERS: &[&str] =
    &["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

pub(crate) fn json(text: &str) -> Parsed<Value> {
    serde_json::from_str(text).map_err(|error| Fault::NotJson(error.to_string()).into())
}

pub(crate) fn pattern(value: &Value) -> Parsed<Fields> {
    let object = value.as_object().ok_or_else(|| Fault::NotAnObject { got: value.to_string() })?;
    fields(object, &[], false)
}

fn fields(object: &Map<String, Value>, path: &[String], in_or: bool) -> Parsed<Fields> {
    if object.is_empty() {
        return Err(Fault::Empty("object").into());
    }
    let mut fields = Fields::default();
    for (name, value) in object {
        let outwards = |error: PatternError| error.within(name);
        if name == "$or" {
            fields.choices.push(choice(value, path).map_err(outwards)?);
        } else if in_or && MATCHERS.contains(&name.as_str()) {
            return Err(Fault::ReservedInOr { got: name.clone() }.into());
        } else {
            let path = [path, std::slice::from_ref(name)].concat();
            fields.fields.push((name.clone(), node(value, path, in_or).map_err(outwards)?));
        }
    }
    Ok(fields)
}

fn choice(value: &Value, path: &[String]) -> Parsed<Vec<Fields>> {
    let alternatives =
        value.as_array().filter(|objects| objects.len() > 1 && objects.iter().all(Value::is_object));
    let alternatives = alternatives.ok_or_else(|| Fault::NoAlternatives { got: value.to_string() })?;
    let objects = alternatives.iter().filter_map(Value::as_object);
    each(objects, |object| fields(object, path, true))
}

fn node(value: &Value, path: Vec<String>, in_or: bool) -> Parsed<Node> {
    match value {
        Value::Object(object) => Ok(Node::Object(fields(object, &path, in_or)?)),
        Value::Array(values) if values.is_empty() => Err(Fault::Empty("array").into()),
        Value::Array(values) => Ok(Node::Leaf(Leaf { path, matchers: each(values, matcher)? })),
        bare => Err(Fault::BareValue { got: bare.to_string() }.into()),
    }
}

/// Each of a list, with its index as the place of an error.
fn each<T, U>(items: impl IntoIterator<Item = T>, parse: impl Fn(T) -> Parsed<U>) -> Parsed<Vec<U>> {
    let items = items.into_iter().enumerate();
    items.map(|(index, item)| parse(item).map_err(|error| error.within(&format!("[{index}]")))).collect()
}

fn matcher(value: &Value) -> Parsed<Matcher> {
    match value {
        Value::Array(_) => Err(Fault::NotAValue { got: value.to_string() }.into()),
        Value::Object(object) => {
            let (name, operand) = only_entry(object)?;
            named(name, operand)
        }
        leaf => Ok(Matcher::Equal(leaf.clone())),
    }
}

fn only_entry(object: &Map<String, Value>) -> Parsed<(&str, &Value)> {
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((name, operand)), None) => Ok((name, operand)),
        (None, _) => Err(Fault::Empty("object").into()),
        _ => Err(Fault::SeveralMatchers { got: Value::Object(object.clone()).to_string() }.into()),
    }
}

fn named(name: &str, operand: &Value) -> Parsed<Matcher> {
    match name {
        "anything-but" => anything_but(operand),
        "cidr" => cidr(operand),
        "exists" => match operand.as_bool() {
            Some(true) => Ok(Matcher::Exists),
            Some(false) => Ok(Matcher::Absent),
            None => Err(Fault::operand("exists", "true or false", operand)),
        },
        "numeric" => numeric(operand),
        _ => Ok(Matcher::Text(text(name, operand, true)?)),
    }
}

/// The matchers of strings. Only outside of `anything-but` can the ends of a string be compared without case.
fn text(name: &str, operand: &Value, with_case_option: bool) -> Parsed<Text> {
    match name {
        "equals-ignore-case" => {
            Ok(Text::EqualIgnoringCase(string("equals-ignore-case", operand)?.to_lowercase()))
        }
        "prefix" => match ignoring_case(operand).filter(|_| with_case_option) {
            Some(prefix) => Ok(Text::PrefixIgnoringCase(prefix)),
            None => Ok(Text::Prefix(string("prefix", operand)?.to_owned())),
        },
        "suffix" => match ignoring_case(operand).filter(|_| with_case_option) {
            Some(suffix) => Ok(Text::SuffixIgnoringCase(suffix)),
            None => Ok(Text::Suffix(string("suffix", operand)?.to_owned())),
        },
        "wildcard" => {
            let allowed = "a string without `**`, and with a backslash only before `*` and itself";
            let wildcard = Wildcard::parse(string("wildcard", operand)?);
            wildcard.map(Text::Wildcard).ok_or_else(|| Fault::operand("wildcard", allowed, operand))
        }
        _ => Err(Fault::UnknownMatcher { got: name.to_owned() }.into()),
    }
}

fn string<'a>(matcher: &'static str, operand: &'a Value) -> Parsed<&'a str> {
    operand.as_str().ok_or_else(|| Fault::operand(matcher, "a string", operand))
}

/// The text of `{"equals-ignore-case": "text"}`, in lower case.
fn ignoring_case(operand: &Value) -> Option<String> {
    let (name, text) = only_entry(operand.as_object()?).ok()?;
    (name == "equals-ignore-case").then(|| text.as_str().map(str::to_lowercase))?
}

fn cidr(operand: &Value) -> Parsed<Matcher> {
    let block = operand.as_str().and_then(|text| text.parse().ok()).map(Matcher::Cidr);
    block.ok_or_else(|| Fault::operand("cidr", "a block of addresses such as \"10.0.0.0/24\"", operand))
}

fn anything_but(operand: &Value) -> Parsed<Matcher> {
    let allowed = "strings or numbers, one or a list, or one of equals-ignore-case, prefix, suffix, wildcard";
    let refused = || Fault::operand("anything-but", allowed, operand);
    let excluded = match operand {
        Value::Object(object) => {
            let (name, operand) = only_entry(object)?;
            let is_of_strings = ["equals-ignore-case", "prefix", "suffix", "wildcard"].contains(&name);
            if !is_of_strings {
                return Err(refused());
            }
            let texts = texts(name, operand).map_err(|error| error.within("anything-but"))?;
            return Ok(Matcher::AnythingLike(texts));
        }
        Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    };
    let are_alike = excluded.iter().all(Value::is_string) || excluded.iter().all(Value::is_number);
    let is_allowed = are_alike && !excluded.is_empty();
    is_allowed.then_some(Matcher::AnythingBut(excluded)).ok_or_else(refused)
}

/// One string of a matcher or a list of them.
fn texts(name: &str, operand: &Value) -> Parsed<Vec<Text>> {
    match operand {
        Value::Array(operands) if operands.is_empty() => Err(Fault::Empty("array").into()),
        Value::Array(operands) => each(operands, |operand| text(name, operand, false)),
        single => Ok(vec![text(name, single, false)?]),
    }
}

fn numeric(operand: &Value) -> Parsed<Matcher> {
    let terms = operand.as_array().map(Vec::as_slice).unwrap_or_default();
    let range = match terms {
        [sign, number] => range(sign, number),
        [from, low, to, high] => {
            range(from, low).zip(range(to, high)).and_then(|(low, high)| between(low, high))
        }
        _ => None,
    };
    let allowed = "`=` or bounds with numbers within ±5e9, such as [\">\", 0, \"<=\", 5]";
    range.map(Matcher::Numeric).ok_or_else(|| Fault::operand("numeric", allowed, operand))
}

fn range(sign: &Value, number: &Value) -> Option<Range> {
    let number = comparable(number)?;
    let (from, to) = match sign.as_str()? {
        "=" => (Some((number, true)), Some((number, true))),
        ">" => (Some((number, false)), None),
        ">=" => (Some((number, true)), None),
        "<" => (None, Some((number, false))),
        "<=" => (None, Some((number, true))),
        _ => return None,
    };
    Some(Range { from, to })
}

/// A lower bound, then an upper one that is higher.
fn between(low: Range, high: Range) -> Option<Range> {
    match (low, high) {
        (Range { from: Some(from), to: None }, Range { from: None, to: Some(to) }) if from.0 < to.0 => {
            Some(Range { from: Some(from), to: Some(to) })
        }
        _ => None,
    }
}
