//! One value of a pattern against one value of an event.
//! Looks neither into arrays nor into objects: it is given leaves.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Number, Value};

use crate::wildcard::Wildcard;

/// What a leaf may be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Matcher {
    /// This string, number, boolean or null.
    Equal(Value),
    /// A string like this.
    Text(Text),
    /// A number in this range.
    Numeric(Range),
    /// An address in this block.
    Cidr(IpNet),
    /// Anything but these strings or numbers.
    AnythingBut(Vec<Value>),
    /// Anything but strings like these.
    AnythingLike(Vec<Text>),
    /// Anything at all.
    Exists,
    /// No leaf matches; it is the lack of one that does.
    Absent,
}

/// What a string may look like. Texts that ignore case are in lower case here.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Text {
    EqualIgnoringCase(String),
    Prefix(String),
    PrefixIgnoringCase(String),
    Suffix(String),
    SuffixIgnoringCase(String),
    Wildcard(Wildcard),
}

/// A range of numbers; a bound says whether it belongs to the range.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) from: Option<(f64, bool)>,
    pub(crate) to: Option<(f64, bool)>,
}

impl Matcher {
    /// Whether a leaf of an event is what this asks for.
    pub(crate) fn accepts(&self, leaf: &Value) -> bool {
        match self {
            Matcher::Equal(value) => equal(value, leaf),
            Matcher::Text(text) => text.accepts(leaf),
            Matcher::Numeric(range) => comparable(leaf).is_some_and(|number| range.contains(number)),
            Matcher::Cidr(block) => address(leaf).is_some_and(|address| block.contains(&address)),
            Matcher::AnythingBut(values) => !values.iter().any(|value| equal(value, leaf)),
            Matcher::AnythingLike(texts) => !texts.iter().any(|text| text.accepts(leaf)),
            Matcher::Exists => true,
            Matcher::Absent => false,
        }
    }
}

impl Text {
    fn accepts(&self, leaf: &Value) -> bool {
        let Some(text) = leaf.as_str() else { return false };
        match self {
            Text::EqualIgnoringCase(wanted) => text.to_lowercase() == *wanted,
            Text::Prefix(wanted) => text.starts_with(wanted),
            Text::PrefixIgnoringCase(wanted) => text.to_lowercase().starts_with(wanted),
            Text::Suffix(wanted) => text.ends_with(wanted),
            Text::SuffixIgnoringCase(wanted) => text.to_lowercase().ends_with(wanted),
            Text::Wildcard(wanted) => wanted.matches(text),
        }
    }
}

impl Range {
    fn contains(&self, number: f64) -> bool {
        self.from.is_none_or(|(bound, included)| number > bound || included && number == bound)
            && self.to.is_none_or(|(bound, included)| number < bound || included && number == bound)
    }
}

/// A number that EventBridge puts into ranges: it does so up to five billion, on both sides of zero.
pub(crate) fn comparable(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.abs() <= 5e9)
}

fn address(leaf: &Value) -> Option<IpAddr> {
    leaf.as_str()?.parse().ok()
}

/// Equality of leaves: 300, 300.0 and 3e2 are one number, "300" is another thing.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => equal_numbers(one, other),
        _ => one == other,
    }
}

/// Whole numbers are compared as such: as floats, two large ids would be one.
fn equal_numbers(one: &Number, other: &Number) -> bool {
    let are_whole = !one.is_f64() && !other.is_f64();
    if are_whole { one == other } else { one.as_f64() == other.as_f64() }
}
