//! Conditions: each decided from parameters, mappings and other conditions.
//! It knows no resources: conditions are decided before there are any.

use std::collections::HashMap;

use serde_json::Value;
use stackwright_template::{Expr, LogicalId};

use crate::evaluation::{Evaluation, Sight, text};
use crate::facts::Facts;
use crate::nearest::one_of;
use crate::problem::{Cause, Problem};

/// Decides every condition of the template; one that cannot be decided is told, and left out.
pub(crate) fn decide(facts: &mut Facts<'_>, problems: &mut Vec<Problem>) {
    let mut deciding = Deciding { facts, decided: HashMap::new(), open: Vec::new(), problems };
    for id in facts.template.conditions.ids() {
        deciding.condition(id);
    }
    let decided = deciding.decided.into_iter().filter_map(|(id, holds)| Some((id, holds?)));
    facts.conditions = decided.collect();
}

struct Deciding<'f, 'a, 'p> {
    facts: &'f Facts<'a>,
    decided: HashMap<LogicalId, Option<bool>>,
    /// Those being decided, each because of the one before.
    open: Vec<LogicalId>,
    problems: &'p mut Vec<Problem>,
}

impl Deciding<'_, '_, '_> {
    fn condition(&mut self, id: LogicalId) -> Option<bool> {
        if let Some(decided) = self.decided.get(&id) {
            return *decided;
        }
        let expr = self.facts.template.conditions.get(id)?;
        self.open.push(id);
        let mut evaluation = Evaluation::new(self.facts, Sight::Nothing, "Conditions", id);
        let holds = self.holds(expr, &mut evaluation);
        self.problems.append(&mut evaluation.problems);
        self.open.pop();
        self.decided.insert(id, holds);
        holds
    }

    fn holds(&mut self, expr: &Expr, evaluation: &mut Evaluation<'_>) -> Option<bool> {
        let Expr::Call(function, argument) = expr else {
            return evaluation.problem(Cause::NotACondition, of_what());
        };
        evaluation.inside(&format!("Fn::{function}"), |evaluation| {
            match (function.as_ref(), argument.as_ref()) {
                ("Condition", Expr::Text(name)) => self.named(LogicalId::new(name), evaluation),
                ("Not", Expr::List(one)) if one.len() == 1 => {
                    self.holds(&one[0], evaluation).map(|holds| !holds)
                }
                ("And", Expr::List(all)) => {
                    self.each(all, evaluation).map(|all| all.into_iter().all(|holds| holds))
                }
                ("Or", Expr::List(all)) => {
                    self.each(all, evaluation).map(|all| all.into_iter().any(|holds| holds))
                }
                ("Equals", Expr::List(both)) if both.len() == 2 => {
                    let (left, right) = (evaluation.value(&both[0]), evaluation.value(&both[1]));
                    Some(same(&left?, &right?))
                }
                _ => evaluation.problem(Cause::NotACondition, of_what()),
            }
        })
    }

    fn each(&mut self, all: &[Expr], evaluation: &mut Evaluation<'_>) -> Option<Vec<bool>> {
        let all: Vec<_> = all.iter().map(|one| self.holds(one, evaluation)).collect();
        all.into_iter().collect()
    }

    fn named(&mut self, id: LogicalId, evaluation: &mut Evaluation<'_>) -> Option<bool> {
        if let Some(start) = self.open.iter().position(|open| *open == id) {
            return evaluation.problem(Cause::Cycle(self.open[start..].to_vec()), None);
        }
        if self.facts.template.conditions.get(id).is_none() {
            let names = self.facts.template.conditions.ids().map(LogicalId::as_str);
            return evaluation.problem(Cause::NoCondition(id), one_of(id.as_str(), names));
        }
        self.condition(id)
    }
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
