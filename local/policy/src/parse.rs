//! From JSON to a policy, or to the first thing that is wrong with it.
//! Evaluates nothing.

use serde_json::{Map, Value};

use crate::comparison::Operand;
use crate::condition::Condition;
use crate::error::{Fault, PolicyError};
use crate::operator::Operator;
use crate::policy::{Effect, Kind, Policy, Statement, Texts};
use crate::principal::{Name, Principals};
use crate::text::{Reading, Text};

type Parsed<T> = Result<T, PolicyError>;
type Object = Map<String, Value>;

const OF_POLICIES: &[&str] = &["Version", "Id", "Statement"];
const OF_STATEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(crate) fn json(text: &str) -> Parsed<Value> {
    serde_json::from_str(text).map_err(|error| Fault::NotJson(error.to_string()).into())
}

pub(crate) fn policy(document: &Value, kind: Kind) -> Parsed<Policy> {
    let document = object(document, OF_POLICIES)?;
    let variables = version(document).map_err(|error| error.within("Version"))?;
    let parse = |value: &Value| statement(value, kind, variables);
    let statements = match document.get("Statement") {
        None => return Err(Fault::Missing("Statement").into()),
        Some(Value::Array(values)) => each(values, parse),
        Some(single) => parse(single).map(|statement| vec![statement]),
    };
    Ok(Policy { statements: statements.map_err(|error| error.within("Statement"))? })
}

/// Whether the version of the language has variables.
fn version(document: &Object) -> Parsed<bool> {
    match document.get("Version") {
        None => Ok(false),
        Some(version) => match version.as_str() {
            Some("2012-10-17") => Ok(true),
            Some("2008-10-17") => Ok(false),
            _ => Err(Fault::unexpected("\"2012-10-17\" or \"2008-10-17\"", version)),
        },
    }
}

fn statement(value: &Value, kind: Kind, variables: bool) -> Parsed<Statement> {
    let statement = object(value, OF_STATEMENTS)?;
    let sid = statement.get("Sid").map(|sid| string(sid).map_err(|error| error.within("Sid"))).transpose()?;
    Ok(Statement {
        sid: sid.map(str::to_owned),
        effect: effect(statement)?,
        principals: principals(statement, kind)?,
        actions: actions(statement)?,
        resources: resources(statement, kind, variables)?,
        conditions: conditions(statement, variables).map_err(|error| error.within("Condition"))?,
    })
}

fn effect(statement: &Object) -> Parsed<Effect> {
    let value = statement.get("Effect").ok_or(Fault::Missing("Effect"))?;
    match value.as_str() {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        _ => Err(Fault::unexpected("\"Allow\" or \"Deny\"", value).within("Effect")),
    }
}

/// An element or its opposite: its value, and whether it is the opposite.
fn either<'a>(
    statement: &'a Object,
    name: &'static str,
    opposite: &'static str,
) -> Parsed<Option<(&'a Value, bool)>> {
    match (statement.get(name), statement.get(opposite)) {
        (Some(_), Some(_)) => Err(Fault::Both(name).into()),
        (Some(value), None) => Ok(Some((value, false))),
        (None, opposite) => Ok(opposite.map(|value| (value, true))),
    }
}

fn principals(statement: &Object, kind: Kind) -> Parsed<Option<Principals>> {
    match (either(statement, "Principal", "NotPrincipal")?, kind) {
        (None, Kind::Identity) => Ok(None),
        (None, Kind::Resource) => Err(Fault::Missing("Principal").into()),
        (Some((_, negated)), Kind::Identity) => {
            Err(Fault::NotOfIdentities(if negated { "NotPrincipal" } else { "Principal" }).into())
        }
        (Some((value, negated)), Kind::Resource) => {
            let step = if negated { "NotPrincipal" } else { "Principal" };
            let names = names(value).map_err(|error| error.within(step))?;
            Ok(Some(Principals { names, negated }))
        }
    }
}

fn names(value: &Value) -> Parsed<Vec<Name>> {
    let allowed = "\"*\" or an object of AWS, Service, Federated or CanonicalUser";
    let by_kind = match value {
        Value::String(text) if text == "*" => return Ok(vec![Name::Everyone]),
        Value::Object(by_kind) if !by_kind.is_empty() => by_kind,
        other => return Err(Fault::unexpected(allowed, other)),
    };
    let mut names = Vec::new();
    for (kind, value) in by_kind {
        let name: fn(&str) -> Name = match kind.as_str() {
            "AWS" => Name::of_aws,
            "Service" => |name| Name::Service(name.to_owned()),
            "Federated" => |name| Name::Federated(name.to_owned()),
            "CanonicalUser" => |_| Name::Nobody,
            _ => return Err(Fault::unexpected(allowed, value).within(kind)),
        };
        let texts = strings(value, |text| Ok(name(text))).map_err(|error| error.within(kind))?;
        names.extend(texts);
    }
    Ok(names)
}

fn actions(statement: &Object) -> Parsed<Texts> {
    let (value, negated) = either(statement, "Action", "NotAction")?.ok_or(Fault::Missing("Action"))?;
    let action = |text: &str| match text == "*" || text.contains(':') {
        true => Ok(Text::read(text, Reading { wildcards: true, variables: false })),
        false => Err(Fault::NotAnAction { got: text.to_owned() }.into()),
    };
    let texts = strings(value, action);
    Ok(Texts {
        texts: texts.map_err(|error| error.within(if negated { "NotAction" } else { "Action" }))?,
        negated,
    })
}

fn resources(statement: &Object, kind: Kind, variables: bool) -> Parsed<Option<Texts>> {
    let Some((value, negated)) = either(statement, "Resource", "NotResource")? else {
        return if kind == Kind::Resource { Ok(None) } else { Err(Fault::Missing("Resource").into()) };
    };
    let texts = strings(value, |text| Ok(Text::read(text, Reading { wildcards: true, variables })));
    let texts = texts.map_err(|error| error.within(if negated { "NotResource" } else { "Resource" }))?;
    Ok(Some(Texts { texts, negated }))
}

fn conditions(statement: &Object, variables: bool) -> Parsed<Vec<Condition>> {
    let mut conditions = Vec::new();
    let Some(value) = statement.get("Condition") else { return Ok(conditions) };
    for (name, keys) in value.as_object().ok_or_else(|| Fault::unexpected("an object of operators", value))? {
        let operator = Operator::named(name)?;
        let outwards = |error: PolicyError| error.within(name);
        let keys = keys.as_object().ok_or_else(|| outwards(Fault::unexpected("an object of keys", keys)))?;
        for (key, values) in keys {
            let operand = |text: &str| Operand::read(text, operator.comparison, name, variables);
            let operands = scalars(values, operand).map_err(|error| outwards(error.within(key)))?;
            conditions.push(Condition { operator: operator.clone(), key: key.clone(), operands });
        }
    }
    Ok(conditions)
}

/// An object without elements that IAM does not know.
fn object<'a>(value: &'a Value, allowed: &'static [&'static str]) -> Parsed<&'a Object> {
    let object = value.as_object().ok_or_else(|| Fault::unexpected("an object", value))?;
    match object.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(unknown) => Err(Fault::UnknownElement { got: unknown.clone(), allowed }.into()),
        None => Ok(object),
    }
}

fn string(value: &Value) -> Parsed<&str> {
    value.as_str().ok_or_else(|| Fault::unexpected("a string", value))
}

/// A string or a list of them.
fn strings<T>(value: &Value, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    one_or_many(value, |value| parse(string(value)?))
}

/// A string, a number or a boolean, or a list of them.
fn scalars<T>(value: &Value, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    one_or_many(value, |value| match value {
        Value::String(text) => parse(text),
        Value::Bool(_) | Value::Number(_) => parse(&value.to_string()),
        other => Err(Fault::unexpected("a string, a number or a boolean", other)),
    })
}

fn one_or_many<T>(value: &Value, parse: impl Fn(&Value) -> Parsed<T>) -> Parsed<Vec<T>> {
    match value {
        Value::Array(values) if values.is_empty() => Err(Fault::unexpected("one value or more", value)),
        Value::Array(values) => each(values, parse),
        single => Ok(vec![parse(single)?]),
    }
}

/// Each of a list, with its index as the place of an error.
fn each<T>(values: &[Value], parse: impl Fn(&Value) -> Parsed<T>) -> Parsed<Vec<T>> {
    let values = values.iter().enumerate();
    values.map(|(index, value)| parse(value).map_err(|error| error.within(&format!("[{index}]")))).collect()
}
