//! What only all stacks of a program together show: names given twice, exports and imports that do not meet.
//!
//! Each stack by itself is checked when it is synthesised.

use std::collections::HashMap;

use stackwright_core::{Expr, LogicalId, Problem};

use crate::synthesis::Synthesis;

/// Checks the stacks of a program against each other.
///
/// Imports from stacks that are not of the program are nobody's business here.
#[must_use]
pub fn check_together(stacks: &[Synthesis]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, stack) in stacks.iter().enumerate() {
        if stacks[..index].iter().any(|other| other.name == stack.name) {
            problems.push(Problem::new(format!("two stacks are named `{}`", stack.name)));
        }
    }
    let exporters = exporters(stacks, &mut problems);
    for stack in stacks {
        for (id, name) in imports(stack).filter(|(_, name)| !exporters.contains_key(name)) {
            if let Some(owner) = stacks.iter().find(|owner| is_named_after(name, &owner.name)) {
                let message = format!("`{}` exports no `{name}`, which is imported here", owner.name);
                let problem = Problem::new(message).hint("add it there with `Export::provide`");
                problems.push(Problem { origin: stack.origins.get(&id).cloned(), ..problem });
            }
        }
    }
    problems.extend(circle(stacks, &exporters));
    problems
}

fn is_named_after(export: &str, stack: &str) -> bool {
    export.strip_prefix(stack).is_some_and(|rest| rest.starts_with('-'))
}

/// The stack that exports each name.
fn exporters<'s>(stacks: &'s [Synthesis], problems: &mut Vec<Problem>) -> HashMap<&'s str, &'s str> {
    let mut exporters = HashMap::new();
    for stack in stacks {
        let outputs = stack.template.outputs.iter();
        for name in outputs.filter_map(|(_, output)| output.export.as_ref()?.as_text()) {
            if let Some(other) =
                exporters.insert(name, stack.name.as_str()).filter(|other| *other != stack.name)
            {
                let message = format!("`{other}` and `{}` both export `{name}`", stack.name);
                problems.push(Problem::new(message).hint("an account and region has each name once"));
            }
        }
    }
    exporters
}

/// Each literal name imported in resources and outputs, with the entry that does.
fn imports(stack: &Synthesis) -> impl Iterator<Item = (LogicalId, &str)> {
    let resources = stack.template.resources.iter().flat_map(|(id, resource)| {
        resource
            .properties
            .iter()
            .flat_map(move |(_, value)| imported(value).into_iter().map(move |name| (id, name)))
    });
    let outputs = stack.template.outputs.iter();
    resources.chain(
        outputs.flat_map(|(id, output)| imported(&output.value).into_iter().map(move |name| (id, name))),
    )
}

/// Literal names of `Fn::ImportValue` anywhere in the expression.
fn imported(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Call(function, argument) if function == "ImportValue" => {
            argument.as_text().into_iter().collect()
        }
        other => other.children().flat_map(imported).collect(),
    }
}

/// A circle of stacks that import from each other: none of them could be deployed first.
fn circle(stacks: &[Synthesis], exporters: &HashMap<&str, &str>) -> Option<Problem> {
    let needs = |name: &str| -> Vec<&str> {
        let stack = stacks.iter().find(|stack| stack.name == name);
        stack.into_iter().flat_map(imports).filter_map(|(_, export)| exporters.get(export).copied()).collect()
    };
    let mut done: Vec<&str> = Vec::new();
    for stack in stacks {
        let mut path = vec![stack.name.as_str()];
        if let Some(path) = walk(&needs, &mut path, &mut done) {
            let path: Vec<String> = path.iter().map(|name| format!("`{name}`")).collect();
            return Some(Problem::new(format!("stacks import from each other: {}", path.join(" → "))));
        }
    }
    None
}

fn walk<'s>(
    needs: &impl Fn(&str) -> Vec<&'s str>,
    path: &mut Vec<&'s str>,
    done: &mut Vec<&'s str>,
) -> Option<Vec<&'s str>> {
    let last = *path.last()?;
    for next in needs(last) {
        if let Some(start) = path.iter().position(|name| *name == next) {
            return Some(path[start..].iter().copied().chain([next]).collect());
        }
        if !done.contains(&next) {
            path.push(next);
            if let Some(found) = walk(needs, path, done) {
                return Some(found);
            }
            path.pop();
        }
    }
    done.push(last);
    None
}
