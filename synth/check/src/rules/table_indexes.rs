//! ARNs of indexes, as policies name them: the table must have the index.
//!
//! Source: [resource types of DynamoDB](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
//! Names with wildcards or references in them are left alone, as are tables of other templates.

use stackwright_template::{Expr, Fields, LogicalId, Resource};

use super::given;
use crate::index::Index;
use crate::nearest::did_you_mean;
use crate::place::Place;

const STEP: &str = "/index/";

/// Calls `found` with message and hint for every index named in `value` that its table does not have.
pub(super) fn missing(
    index: &Index<'_>,
    value: &Expr,
    place: &Place<'_>,
    found: &mut dyn FnMut(&Place<'_>, String, Option<String>),
) {
    if let Some((table, name)) = named(value)
        && let Some((message, hint)) = lacking(index, table, name)
    {
        found(place, message, hint);
    }
    match value {
        Expr::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| missing(index, item, &place.item(at), found));
        }
        Expr::Call(function, argument) if function == "If" => missing(index, argument, place, found),
        _ => {}
    }
}

/// The resource and the literal name of the index, if this is the ARN of an index.
fn named(value: &Expr) -> Option<(LogicalId, &str)> {
    let (table, name) = match value {
        Expr::Sub(text, variables) => in_text(text, variables)?,
        Expr::Call(function, argument) if function == "Join" => joined(argument.as_list()?)?,
        _ => return None,
    };
    (!name.is_empty() && !name.contains(['*', '?', '$', '/'])).then_some((table, name))
}

/// `${Table.Arn}/index/Name`, or an ARN with `${Table}` in that place.
fn in_text<'t>(text: &'t str, variables: &'t Fields) -> Option<(LogicalId, &'t str)> {
    let (before, name) = text.split_once(STEP)?;
    let (_, reference) = before.strip_suffix('}')?.rsplit_once("${")?;
    if let Some((_, value)) = variables.iter().find(|(key, _)| key == reference) {
        return Some((table(value)?, name));
    }
    match reference.split_once('.') {
        None => Some((LogicalId::new(reference), name)),
        Some((id, "Arn")) => Some((LogicalId::new(id), name)),
        Some(_) => None,
    }
}

/// The same, put together by `Join`.
fn joined(arguments: &[Expr]) -> Option<(LogicalId, &str)> {
    let [Expr::Text(separator), Expr::List(parts)] = arguments else { return None };
    let [.., before, last] = parts.as_slice() else { return None };
    let name = last.as_text()?.strip_prefix(STEP).filter(|_| separator.is_empty())?;
    Some((table(before)?, name))
}

fn table(value: &Expr) -> Option<LogicalId> {
    match value {
        Expr::Ref(id) => Some(*id),
        Expr::GetAtt(id, attribute) => (attribute == "Arn").then_some(*id),
        _ => None,
    }
}

/// Message and hint, if the table is in this template and has no such index.
fn lacking(index: &Index<'_>, id: LogicalId, name: &str) -> Option<(String, Option<String>)> {
    let table = index.resources.get(&id)?;
    if !matches!(table.kind.as_str(), "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable") {
        return None;
    }
    let names = names(table)?;
    if names.contains(&name) {
        return None;
    }
    let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Some((format!("`{id}` has no index `{name}`, it has {has}"), did_you_mean(name, names)))
}

/// The names of all indexes, if all are known here.
fn names(table: &Resource) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    for property in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(indexes) = given(table, property) else { continue };
        for index in indexes.as_list()? {
            names.push(index.field("IndexName")?.as_text()?);
        }
    }
    Some(names)
}
