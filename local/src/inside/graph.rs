//! `GET /_local/graph`: the parts of the system, what may call what, and how often it did. Its form stands in `inside.md`.
//! Lays nothing out: that is the page's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::arrows::{self, OUTSIDE};
use crate::cloud::Cloud;
use crate::moment;
use crate::traffic::Totals;

pub(super) fn of(cloud: &Cloud) -> Value {
    // First: what comes while the rest is gathered is then told rather than never.
    let (newest, mut traffic) = cloud.traffic.arrows(|| cloud.recent.newest());
    let nodes = cloud.nodes();
    let stacks = cloud.stacks();
    let declared = arrows::declared(stacks.values().map(AsRef::as_ref), &nodes, &cloud.access.all());
    let names: BTreeSet<&str> = nodes.all().iter().map(|node| node.name.as_str()).chain([OUTSIDE]).collect();
    // A stack may have changed since.
    traffic.retain(|(from, to), _| names.contains(from.as_str()) && names.contains(to.as_str()));
    let arrows = with_totals(declared, traffic);
    json!({ "newest": newest, "nodes": nodes.all(), "arrows": arrows })
}

/// Arrows that are declared, and those of calls that happened without.
fn with_totals(mut declared: arrows::Arrows, traffic: BTreeMap<(String, String), Totals>) -> Vec<Value> {
    let mut totals: BTreeMap<_, Totals> = BTreeMap::new();
    for (ends, its) in traffic {
        let actions = declared.entry(ends.clone()).or_default();
        if actions.is_empty() {
            // What is declared as leading somewhere, or not at all, does not say how.
            actions.clone_from(&its.actions);
        }
        totals.insert(ends, its);
    }
    let arrow = |(ends, actions): ((String, String), BTreeSet<String>)| {
        let its = totals.get(&ends).cloned().unwrap_or_default();
        let (from, to) = ends;
        json!({
            "from": from,
            "to": to,
            "actions": actions,
            "calls": its.calls,
            "denied": its.denied,
            "failed": its.failed,
            "lastAt": its.last_at.map(moment::iso),
            "reason": its.reason,
        })
    };
    declared.into_iter().map(arrow).collect()
}
