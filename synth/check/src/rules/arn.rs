//! ARNs of what is inside a resource, as policies name them: `${Table.Arn}/index/ByUser`.
//!
//! Names with references in them are left alone; what a name means is for the rules that ask.

use stackwright_template::{Expr, Fields, LogicalId};

use crate::place::Place;

/// Calls `found` with every resource of this template below which `value` names something by `step`, and the literal
/// text that follows it.
pub(super) fn each<'t>(
    value: &'t Expr,
    place: &Place<'_>,
    step: &str,
    found: &mut dyn FnMut(&Place<'_>, LogicalId, &'t str),
) {
    if let Some((of, name)) = below(value, step) {
        found(place, of, name);
    }
    match value {
        Expr::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| each(item, &place.item(at), step, found));
        }
        Expr::Call(function, argument) if function == "If" => each(argument, place, step, found),
        _ => {}
    }
}

fn below<'t>(value: &'t Expr, step: &str) -> Option<(LogicalId, &'t str)> {
    let (of, name) = match value {
        Expr::Sub(text, variables) => in_text(text, variables, step)?,
        Expr::Call(function, argument) if function == "Join" => joined(argument.as_list()?, step)?,
        _ => return None,
    };
    (!name.is_empty() && !name.contains('$')).then_some((of, name))
}

/// `${Table.Arn}/index/Name`, or an ARN with `${Table}` in that place.
fn in_text<'t>(text: &'t str, variables: &Fields, step: &str) -> Option<(LogicalId, &'t str)> {
    let (before, name) = text.split_once(step)?;
    let (_, reference) = before.strip_suffix('}')?.rsplit_once("${")?;
    if let Some((_, value)) = variables.iter().find(|(key, _)| key == reference) {
        return Some((resource(value)?, name));
    }
    match reference.split_once('.') {
        None => Some((LogicalId::new(reference), name)),
        Some((id, attribute)) => names_it(attribute).then(|| (LogicalId::new(id), name)),
    }
}

/// The same, put together by `Join`.
fn joined<'t>(arguments: &'t [Expr], step: &str) -> Option<(LogicalId, &'t str)> {
    let [Expr::Text(separator), Expr::List(parts)] = arguments else { return None };
    let [.., before, last] = parts.as_slice() else { return None };
    let name = last.as_text()?.strip_prefix(step).filter(|_| separator.is_empty())?;
    Some((resource(before)?, name))
}

fn resource(value: &Expr) -> Option<LogicalId> {
    match value {
        Expr::Ref(id) => Some(*id),
        Expr::GetAtt(id, attribute) => names_it(attribute).then_some(*id),
        _ => None,
    }
}

/// Whether the attribute stands for the resource in an ARN.
fn names_it(attribute: &str) -> bool {
    matches!(attribute, "Arn" | "ApiId")
}
