//! Entries that wait for each other: resources through their properties and `DependsOn`, conditions through conditions.
//!
//! References inside a branch of `If` do not count: which branch is taken is not known here.

use std::collections::{HashMap, HashSet};

use stackwright_template::{LogicalId, Resource};

use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;
use crate::references::{Reference, Target, references};

/// Every circle of resources and of conditions.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let resources: Vec<LogicalId> = index.template.resources.ids().collect();
    let edges = edges(&resources, |id, meet| {
        if let Some(resource) = index.resources.get(&id) {
            needs(resource, &mut |needed, _| meet(needed));
        }
    });
    for circle in circles(&edges) {
        let ids: Vec<LogicalId> = circle.iter().map(|&node| resources[node]).collect();
        findings.push(of_resources(index, &ids));
    }
    conditions(index, findings);
}

/// All that exists before the resource does: what it needs, what that needs, and so on.
pub(crate) fn waits_for(index: &Index<'_>, id: LogicalId) -> HashSet<LogicalId> {
    let mut known = HashSet::new();
    let mut open = vec![id];
    while let Some(resource) = open.pop().and_then(|id| index.resources.get(&id)) {
        needs(resource, &mut |needed, _| {
            if index.resources.contains_key(&needed) && known.insert(needed) {
                open.push(needed);
            }
        });
    }
    known
}

fn conditions(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let conditions: Vec<LogicalId> = index.template.conditions.ids().collect();
    let edges = edges(&conditions, |id, meet| {
        if let Some(condition) = index.conditions.get(&id) {
            references(condition, &Place::Start(""), &mut |reference, _| match reference.target {
                Target::Condition(needed) | Target::If(needed) => meet(needed),
                _ => {}
            });
        }
    });
    for circle in circles(&edges) {
        let ids: Vec<LogicalId> = circle.iter().map(|&node| conditions[node]).collect();
        let message = format!("conditions are made of each other: {}", path(&ids));
        findings.push(EntryKind::Condition.entry(ids[0]).finding(&Place::Start(""), message));
    }
}

fn of_resources(index: &Index<'_>, ids: &[LogicalId]) -> Finding {
    let steps: Vec<(LogicalId, LogicalId, String)> = pairs(ids)
        .filter_map(|(from, to)| Some((from, to, through(index.resources.get(&from)?, to)?)))
        .collect();
    let place = steps.first().map_or(String::new(), |(_, _, place)| place.clone());
    let message = match ids {
        [one] => format!("`{one}` refers to itself"),
        _ => format!("resources wait for each other: {}", path(ids)),
    };
    let reasons: Vec<String> =
        steps.iter().map(|(from, to, place)| format!("`{from}` needs `{to}` for {place}")).collect();
    let finding = Finding::of_resource(ids[0], place, message);
    if ids.len() == 1 { finding } else { finding.hint(format!("{}; one must go", reasons.join(", "))) }
}

/// `A → B → C → A`.
fn path(ids: &[LogicalId]) -> String {
    let names: Vec<String> = ids.iter().chain(ids.first()).map(|id| format!("`{id}`")).collect();
    names.join(" → ")
}

/// Each with the next, and the last with the first.
fn pairs(ids: &[LogicalId]) -> impl Iterator<Item = (LogicalId, LogicalId)> {
    ids.iter().copied().zip(ids.iter().copied().cycle().skip(1))
}

/// Where in `resource` the first reference to `needed` is.
fn through(resource: &Resource, needed: LogicalId) -> Option<String> {
    let mut first = None;
    needs(resource, &mut |id, place| {
        if id == needed && first.is_none() {
            first = Some(place.to_string());
        }
    });
    first
}

/// Calls `meet` for all that must exist before the resource.
fn needs(resource: &Resource, meet: &mut dyn FnMut(LogicalId, &Place<'_>)) {
    resource.depends_on.iter().for_each(|id| meet(*id, &Place::Start("DependsOn")));
    let mut reference = |reference: Reference<'_>, place: &Place<'_>| match reference.target {
        Target::Ref(id) | Target::Attribute(id, _) if !reference.in_branch => meet(id, place),
        _ => {}
    };
    let start = Place::Start("Properties");
    for (key, value) in &resource.properties {
        references(value, &start.field(key), &mut reference);
    }
}

/// For each id the positions of those it needs; ids that are no node are left out.
fn edges(ids: &[LogicalId], needed: impl Fn(LogicalId, &mut dyn FnMut(LogicalId))) -> Vec<Vec<usize>> {
    let positions: HashMap<LogicalId, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    ids.iter()
        .map(|id| {
            let mut targets = Vec::new();
            needed(*id, &mut |other| targets.extend(positions.get(&other).copied()));
            targets
        })
        .collect()
}

/// The circles met while following every edge once, each starting with the node reached first.
fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search { edges, done: vec![false; edges.len()], path: Vec::new(), found: Vec::new() };
    (0..edges.len()).for_each(|node| search.visit(node));
    search.found
}

struct Search<'e> {
    edges: &'e [Vec<usize>],
    done: Vec<bool>,
    path: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn visit(&mut self, node: usize) {
        if self.done[node] {
            return;
        }
        if let Some(start) = self.path.iter().position(|on_path| *on_path == node) {
            let circle = self.path[start..].to_vec();
            if !self.found.contains(&circle) {
                self.found.push(circle);
            }
            return;
        }
        self.path.push(node);
        self.edges[node].iter().for_each(|&next| self.visit(next));
        self.path.pop();
        self.done[node] = true;
    }
}
