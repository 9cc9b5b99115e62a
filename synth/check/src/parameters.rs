//! Parameters: their types, attributes and defaults.
//!
//! Source: [parameters](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
//! What a parameter's value will be is not known here; how long its name and default may be is the concern of `limits`.

use stackwright_template::{Expr, Parameter};

use crate::finding::{Entry, EntryKind, Finding};
use crate::index::Index;
use crate::nearest::did_you_mean;
use crate::place::Place;

const ATTRIBUTES: [&str; 10] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
];
/// Beside these there are the types of values in the account, `AWS::…` and `List<AWS::…>`.
const TYPES: [&str; 5] = ["CommaDelimitedList", "List<Number>", "List<String>", "Number", "String"];

/// Every parameter.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, parameter) in index.template.parameters.iter() {
        let entry = EntryKind::Parameter.entry(id);
        kind(entry, parameter, findings);
        for (key, _) in parameter.attributes.iter().filter(|(key, _)| !ATTRIBUTES.contains(&key.as_ref())) {
            let message = format!("a parameter has no `{key}`");
            let hint = did_you_mean(key, ATTRIBUTES);
            findings.push(entry.finding(&Place::Start(key), message).maybe_hint(hint));
        }
        if let Some(message) = default(parameter) {
            findings.push(entry.finding(&Place::Start("Default"), message));
        }
    }
}

fn kind(entry: Entry, parameter: &Parameter, findings: &mut Vec<Finding>) {
    let kind = parameter.kind.as_str();
    if TYPES.contains(&kind) || kind.starts_with("AWS::") || kind.starts_with("List<AWS::") {
        return;
    }
    let message = match kind {
        "" => format!("the parameter `{}` needs `Type`", entry.id),
        _ => format!("{kind:?} is not the type of a parameter"),
    };
    let hint = did_you_mean(kind, TYPES).unwrap_or_else(|| format!("it may be {}", TYPES.join(", ")));
    findings.push(entry.finding(&Place::Start("Type"), message).hint(hint));
}

/// What is wrong with the default, if there is one.
fn default(parameter: &Parameter) -> Option<String> {
    let attribute = |name| parameter.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let default = match attribute("Default")? {
        Expr::Text(text) => text.clone().into_owned(),
        Expr::Integer(number) => number.to_string(),
        Expr::Float(number) => number.to_string(),
        Expr::Bool(value) => value.to_string(),
        _ => return Some("a default must be a text or a number".into()),
    };
    let allowed = attribute("AllowedValues").and_then(Expr::as_list).unwrap_or_default();
    let allowed: Vec<String> = allowed.iter().filter_map(written).collect();
    let single = matches!(parameter.kind.as_str(), "String" | "Number");
    if parameter.kind == "Number" && default.parse::<f64>().is_err() {
        Some(format!("the default of a Number must be a number, not {default:?}"))
    } else if single && !allowed.is_empty() && !allowed.contains(&default) {
        Some(format!("the default {default:?} is not one of the AllowedValues {}", allowed.join(", ")))
    } else {
        None
    }
}

fn written(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(text) => Some(text.clone().into_owned()),
        Expr::Integer(number) => Some(number.to_string()),
        Expr::Float(number) => Some(number.to_string()),
        Expr::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
