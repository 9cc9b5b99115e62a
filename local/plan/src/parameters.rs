//! Values of parameters: given or default, and whether the template allows them.
//!
//! It looks nothing up: whether an `AWS::EC2::VPC::Id` exists is not asked. A pattern that only Java's engine
//! understands (look-around, back-references) is not applied.
//!
//! Source: [parameters](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).

use std::collections::{BTreeMap, HashMap};

use regex_lite::Regex;
use serde_json::Value;
use stackwright_template::{Expr, LogicalId, Parameter, Template};

use crate::nearest::one_of;
use crate::problem::{Cause, Place, Problem};
use crate::surroundings::Surroundings;

/// What `Ref` to a parameter gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    /// This: a text or a list of texts.
    Value(Value),
    /// What would be stored in Systems Manager under that name, but is not known here.
    NotStored(String),
    /// Nothing: why has been told.
    Wrong,
}

/// Every parameter of the template with its value.
pub(crate) fn given(
    template: &Template,
    values: &BTreeMap<String, String>,
    surroundings: &Surroundings,
    problems: &mut Vec<Problem>,
) -> HashMap<LogicalId, Given> {
    for name in values.keys() {
        if !template.parameters.ids().any(|id| id.as_str() == name) {
            let hint = one_of(name, template.parameters.ids().map(LogicalId::as_str));
            let place = Place { section: "Parameters", entry: None, path: String::new() };
            problems.push(Problem { place, cause: Cause::NoParameter(name.clone()), hint });
        }
    }
    let mut of_one = |id: LogicalId, parameter: &Parameter| {
        let value = values.get(id.as_str()).cloned().or_else(|| written(attribute(parameter, "Default")?));
        let given = value.ok_or((Cause::NoValue(id), Some(format!("give one, as in `{id}=…`"))));
        let given = given.and_then(|value| allowed(parameter, value, surroundings));
        given.unwrap_or_else(|(cause, hint)| {
            let place = Place { section: "Parameters", entry: Some(id), path: String::new() };
            problems.push(Problem { place, cause, hint });
            Given::Wrong
        })
    };
    template.parameters.iter().map(|(id, parameter)| (id, of_one(id, parameter))).collect()
}

type Wrong = (Cause, Option<String>);

fn allowed(parameter: &Parameter, text: String, surroundings: &Surroundings) -> Result<Given, Wrong> {
    let items = split(&parameter.kind, &text);
    if let Some(wanted) = items.iter().find_map(|item| wanted(parameter, item)) {
        let secret = attribute(parameter, "NoEcho").and_then(written).is_some_and(|value| value == "true");
        let value = if secret { "the secret value".into() } else { format!("{text:?}") };
        let hint = attribute(parameter, "ConstraintDescription").and_then(written);
        return Err((Cause::NotAllowed { value, wanted }, hint));
    }
    Ok(match stored_kind(parameter) {
        None => Given::Value(value(&parameter.kind, items)),
        Some(kind) => match surroundings.stored.get(&text) {
            Some(stored) => Given::Value(value(kind, split(kind, stored))),
            None => Given::NotStored(text),
        },
    })
}

/// The kind of the value that Systems Manager stores for it, if that is where its value is.
fn stored_kind(parameter: &Parameter) -> Option<&str> {
    parameter.kind.strip_prefix("AWS::SSM::Parameter::Value<")?.strip_suffix('>')
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

fn split(kind: &str, text: &str) -> Vec<String> {
    match is_list(kind) {
        true => text.split(',').map(|item| item.trim().to_owned()).collect(),
        false => vec![text.to_owned()],
    }
}

fn value(kind: &str, items: Vec<String>) -> Value {
    match is_list(kind) {
        true => items.into(),
        false => items.into_iter().next().unwrap_or_default().into(),
    }
}

/// What is wanted instead of this value, if it is not allowed.
fn wanted(parameter: &Parameter, item: &str) -> Option<String> {
    let number: Option<f64> = item.trim().parse().ok().filter(|number: &f64| number.is_finite());
    if matches!(parameter.kind.as_str(), "Number" | "List<Number>") && number.is_none() {
        return Some("a number".into());
    }
    let length = item.chars().count() as f64;
    other_choice(parameter, item)
        .or_else(|| other_pattern(parameter, item))
        .or_else(|| bounds(parameter, ["MinLength", "MaxLength"], length, " characters long"))
        .or_else(|| bounds(parameter, ["MinValue", "MaxValue"], number?, ""))
}

fn other_choice(parameter: &Parameter, item: &str) -> Option<String> {
    let choices = attribute(parameter, "AllowedValues")?.as_list()?;
    let choices: Vec<String> = choices.iter().filter_map(written).collect();
    (!choices.iter().any(|choice| choice == item)).then(|| format!("one of {}", choices.join(", ")))
}

fn other_pattern(parameter: &Parameter, item: &str) -> Option<String> {
    let pattern = written(attribute(parameter, "AllowedPattern")?)?;
    (!matches(&pattern, item)).then(|| format!("of the pattern {pattern}"))
}

fn bounds(parameter: &Parameter, [least, most]: [&str; 2], got: f64, unit: &str) -> Option<String> {
    let bound = |name| written(attribute(parameter, name)?)?.parse::<f64>().ok();
    let too_little = bound(least).filter(|bound| got < *bound).map(|bound| format!("at least {bound}{unit}"));
    too_little
        .or_else(|| bound(most).filter(|bound| got > *bound).map(|bound| format!("at most {bound}{unit}")))
}

/// Whether the pattern matches the whole text.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).map_or(true, |pattern| pattern.is_match(text))
}

fn attribute<'a>(parameter: &'a Parameter, name: &str) -> Option<&'a Expr> {
    parameter.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// A literal as CloudFormation writes it into a text.
fn written(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(text) => Some(text.clone().into_owned()),
        Expr::Integer(number) => Some(number.to_string()),
        Expr::Float(number) => Some(number.to_string()),
        Expr::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
