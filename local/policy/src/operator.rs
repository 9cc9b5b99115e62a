//! The names of the operators of conditions, such as `ForAnyValue:StringNotLikeIfExists`, taken apart.
//! Compares nothing.

use std::cmp::Ordering;

use crate::error::{Fault, PolicyError};

/// What the name of an operator says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operator {
    pub(crate) quantifier: Quantifier,
    pub(crate) comparison: Comparison,
    /// Whether the opposite is asked for, as `StringNotEquals` does.
    pub(crate) negated: bool,
    /// Whether it holds when the request lacks the key.
    pub(crate) if_exists: bool,
}

/// Which of the request's values are to be so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quantifier {
    /// Keys with one value.
    Single,
    /// `ForAnyValue:`
    Any,
    /// `ForAllValues:`
    All,
}

/// How a value of the request is compared with one of the policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Equal,
    EqualIgnoringCase,
    Like,
    Bool,
    Arn,
    Number(Order),
    Date(Order),
    Address,
    /// Whether the key is missing.
    Null,
}

/// How numbers and dates stand to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Order(pub(crate) &'static [Ordering]);

const EQUAL: Order = Order(&[Ordering::Equal]);
const LESS: Order = Order(&[Ordering::Less]);
const LESS_OR_EQUAL: Order = Order(&[Ordering::Less, Ordering::Equal]);
const GREATER: Order = Order(&[Ordering::Greater]);
const GREATER_OR_EQUAL: Order = Order(&[Ordering::Greater, Ordering::Equal]);

impl Operator {
    pub(crate) fn named(name: &str) -> Result<Operator, PolicyError> {
        let (quantifier, rest) = match name.split_once(':') {
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            _ => (Quantifier::Single, name),
        };
        let (plain, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |plain| (plain, true));
        let known = comparison(plain).filter(|known| !if_exists || known.0 != Comparison::Null);
        let (comparison, negated) = known.ok_or_else(|| Fault::UnknownOperator { got: name.to_owned() })?;
        Ok(Operator { quantifier, comparison, negated, if_exists })
    }
}

/// How it compares, and whether it asks for the opposite.
fn comparison(name: &str) -> Option<(Comparison, bool)> {
    Some(match name {
        "StringEquals" => (Comparison::Equal, false),
        "StringNotEquals" => (Comparison::Equal, true),
        "StringEqualsIgnoreCase" => (Comparison::EqualIgnoringCase, false),
        "StringNotEqualsIgnoreCase" => (Comparison::EqualIgnoringCase, true),
        "StringLike" => (Comparison::Like, false),
        "StringNotLike" => (Comparison::Like, true),
        "Bool" => (Comparison::Bool, false),
        // AWS compares both alike.
        "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
        "IpAddress" => (Comparison::Address, false),
        "NotIpAddress" => (Comparison::Address, true),
        "Null" => (Comparison::Null, false),
        _ => return ordered(name),
    })
}

fn ordered(name: &str) -> Option<(Comparison, bool)> {
    let numbers = name.strip_prefix("Numeric");
    let (order, negated) = match numbers.or_else(|| name.strip_prefix("Date"))? {
        "Equals" => (EQUAL, false),
        "NotEquals" => (EQUAL, true),
        "LessThan" => (LESS, false),
        "LessThanEquals" => (LESS_OR_EQUAL, false),
        "GreaterThan" => (GREATER, false),
        "GreaterThanEquals" => (GREATER_OR_EQUAL, false),
        _ => return None,
    };
    Some((if numbers.is_some() { Comparison::Number(order) } else { Comparison::Date(order) }, negated))
}
