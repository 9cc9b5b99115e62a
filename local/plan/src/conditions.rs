//! Conditions: each decided from parameters, mappings and other conditions.
//! It knows no resources: conditions are decided before there are any.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stackwright_template::{Expr, LogicalId};

use crate::evaluation::{Evaluation, Sight, text};
use crate::facts::Facts;
use crate::nearest::one_of;
use crate::order::{Needs, ordered};
use crate::problem::{Cause, Place, Problem};

/// Which conditions hold, by name; one that cannot be decided is told, and left out.
type Decided = BTreeMap<LogicalId, bool>;

/// Decides every condition of the template.
pub(crate) fn decide(facts: &mut Facts<'_>, problems: &mut Vec<Problem>) {
    let all = &facts.template.conditions;
    let needs: Needs = all.iter().map(|(id, condition)| (id, named(condition))).collect();
    let (order, cycles) = ordered(&needs);
    let mut decided = Decided::new();
    for id in order.into_iter().filter(|id| !cycles.iter().flatten().any(|member| member == id)) {
        let Some(condition) = all.get(id) else { continue };
        let mut evaluation = Evaluation::new(facts, Sight::Nothing, "Conditions", id);
        if let Some(holds) = holds(condition, &decided, &mut evaluation) {
            decided.insert(id, holds);
        }
        problems.append(&mut evaluation.problems);
    }
    problems.extend(cycles.into_iter().map(|cycle| Problem {
        place: Place { section: "Conditions", entry: cycle.first().copied(), path: String::new() },
        cause: Cause::Cycle(cycle),
        hint: None,
    }));
    facts.conditions = decided;
}

/// The conditions that a condition refers to.
fn named(condition: &Expr) -> BTreeSet<LogicalId> {
    match condition {
        Expr::Call(function, name) if function == "Condition" => {
            name.as_text().map(LogicalId::new).into_iter().collect()
        }
        other => other.children().flat_map(named).collect(),
    }
}

fn holds(condition: &Expr, decided: &Decided, evaluation: &mut Evaluation<'_>) -> Option<bool> {
    let Expr::Call(function, argument) = condition else {
        return evaluation.problem(Cause::NotACondition, of_what());
    };
    if let ("Condition", Expr::Text(name)) = (function.as_ref(), argument.as_ref()) {
        return decision(LogicalId::new(name), decided, evaluation);
    }
    evaluation.inside(&format!("Fn::{function}"), |evaluation| {
        match (function.as_ref(), argument.as_list()) {
            ("Not", Some([one])) => holds(one, decided, evaluation).map(|holds| !holds),
            ("And", Some(all)) => {
                each(all, decided, evaluation).map(|all| all.into_iter().all(|holds| holds))
            }
            ("Or", Some(all)) => each(all, decided, evaluation).map(|all| all.into_iter().any(|holds| holds)),
            ("Equals", Some([left, right])) => {
                let (left, right) = (evaluation.value(left), evaluation.value(right));
                Some(same(&left?, &right?))
            }
            _ => evaluation.problem(Cause::NotACondition, of_what()),
        }
    })
}

fn each(all: &[Expr], decided: &Decided, evaluation: &mut Evaluation<'_>) -> Option<Vec<bool>> {
    let one = |(index, one)| evaluation.inside(&format!("[{index}]"), |this| holds(one, decided, this));
    // All of them before any is missed: every problem is to be told.
    let all: Vec<Option<bool>> = all.iter().enumerate().map(one).collect();
    all.into_iter().collect()
}

fn decision(id: LogicalId, decided: &Decided, evaluation: &mut Evaluation<'_>) -> Option<bool> {
    let conditions = &evaluation.facts.template.conditions;
    if conditions.get(id).is_none() {
        let hint = one_of(id.as_str(), conditions.ids().map(LogicalId::as_str));
        return evaluation.problem(Cause::NoCondition(id), hint);
    }
    decided.get(&id).copied()
}

fn of_what() -> Option<String> {
    Some(
        "a condition is `Fn::Equals` of two values, `Fn::Not` of one condition, `Fn::And` or `Fn::Or`".into(),
    )
}

/// Texts and numbers are the same when they are written alike: a parameter's value is a text.
fn same(left: &Value, right: &Value) -> bool {
    match (text(left), text(right)) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}
