//! References to what is not there: entries, attributes, conditions, mapping keys.
//!
//! Who waits for whom is the concern of `cycles`; what a property may hold that of `schema`.

use stackwright_schema::{ResourceType, resource_type};
use stackwright_template::{Expr, LogicalId, Resource};

use crate::finding::{Entry, EntryKind, Finding};
use crate::index::{Index, PSEUDO_PARAMETERS};
use crate::nearest::did_you_mean;
use crate::place::Place;
use crate::references::{Reference, Target, references};

/// Every reference in the template that leads nowhere.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut graph = Graph { index, findings };
    for (id, condition) in index.template.conditions.iter() {
        let from = Referrer { entry: EntryKind::Condition.entry(id), condition: None };
        graph.expr(from, condition, &Place::Start(""));
    }
    for (id, resource) in index.template.resources.iter() {
        graph.resource(EntryKind::Resource.entry(id), resource);
    }
    for (id, output) in index.template.outputs.iter() {
        let entry = EntryKind::Output.entry(id);
        graph.condition_exists(entry, output.condition, &Place::Start("Condition"));
        graph.expr(Referrer { entry, condition: output.condition }, &output.value, &Place::Start("Value"));
        if let Some(name) = &output.export {
            graph.export(entry, name);
        }
    }
}

/// Who refers: an entry, and the condition under which it exists.
#[derive(Clone, Copy)]
struct Referrer {
    entry: Entry,
    condition: Option<LogicalId>,
}

struct Graph<'i, 't, 'f> {
    index: &'i Index<'t>,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Graph<'_, 't, '_> {
    fn resource(&mut self, entry: Entry, resource: &'t Resource) {
        self.condition_exists(entry, resource.condition, &Place::Start("Condition"));
        self.depends_on(entry, &resource.depends_on);
        let from = Referrer { entry, condition: resource.condition };
        for (start, fields) in [("Properties", &resource.properties), ("Metadata", &resource.metadata)] {
            let start = Place::Start(start);
            for (key, value) in fields {
                self.expr(from, value, &start.field(key));
            }
        }
        let policies =
            [("CreationPolicy", &resource.creation_policy), ("UpdatePolicy", &resource.update_policy)];
        for (start, policy) in policies {
            if let Some(policy) = policy {
                self.expr(from, policy, &Place::Start(start));
            }
        }
    }

    fn depends_on(&mut self, entry: Entry, ids: &[LogicalId]) {
        for (index, id) in ids.iter().enumerate() {
            if self.index.expands || self.index.resources.contains_key(id) {
                continue;
            }
            let start = Place::Start("DependsOn");
            let place = if ids.len() == 1 { start } else { start.item(index) };
            let names = self.index.template.resources.ids().map(LogicalId::as_str);
            let hint = did_you_mean(id.as_str(), names);
            let message =
                format!("`{}` depends on `{id}`, which is not a resource of this template", entry.id);
            self.findings.push(entry.finding(&place, message).maybe_hint(hint));
        }
    }

    fn expr(&mut self, from: Referrer, expr: &'t Expr, place: &Place<'_>) {
        references(expr, place, &mut |reference, place| self.reference(from, &reference, place));
    }

    fn reference(&mut self, from: Referrer, reference: &Reference<'t>, place: &Place<'_>) {
        match reference.target {
            Target::Ref(id) => self.name(from, id, reference, place),
            Target::Attribute(id, attribute) => self.attribute(from, id, attribute, reference, place),
            Target::If(id) => self.condition_exists(from.entry, Some(id), place),
            Target::Condition(id) if from.entry.kind == EntryKind::Condition => {
                self.condition_exists(from.entry, Some(id), place);
            }
            Target::Condition(_) => {}
            Target::Mapping(arguments) => self.mapping(from.entry, arguments, place),
        }
    }

    fn name(&mut self, from: Referrer, id: LogicalId, reference: &Reference<'_>, place: &Place<'_>) {
        if self.index.parameters.contains_key(&id) || PSEUDO_PARAMETERS.contains(&id.as_str()) {
            return;
        }
        match self.index.resources.get(&id) {
            Some(resource) => self.resource_exists(from, (id, resource), reference, place),
            None if self.index.expands => {}
            None => self.missing(from.entry, id, reference, place),
        }
    }

    fn missing(&mut self, entry: Entry, id: LogicalId, reference: &Reference<'_>, place: &Place<'_>) {
        let message = format!("`{}` refers to `{id}`, which is neither a resource nor a parameter", entry.id);
        let hint = did_you_mean(id.as_str(), self.names()).or_else(|| {
            reference
                .in_text
                .then(|| format!("write `${{!{id}}}` if the text itself is meant to hold `${{{id}}}`"))
        });
        self.findings.push(entry.finding(place, message).maybe_hint(hint));
    }

    /// All that a `Ref` may name.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let template = self.index.template;
        let entries = template.resources.ids().chain(template.parameters.ids()).map(LogicalId::as_str);
        entries.chain(PSEUDO_PARAMETERS).collect::<Vec<_>>().into_iter()
    }

    fn attribute(
        &mut self,
        from: Referrer,
        id: LogicalId,
        attribute: Option<&str>,
        reference: &Reference<'_>,
        place: &Place<'_>,
    ) {
        let entry = from.entry;
        if let Some(resource) = self.index.resources.get(&id) {
            self.resource_exists(from, (id, resource), reference, place);
            if let (Some(attribute), Some(kind)) = (attribute, resource_type(&resource.kind)) {
                self.attribute_exists(entry, id, attribute, kind, place);
            }
        } else if self.index.parameters.contains_key(&id) {
            let message = format!("`{id}` is a parameter: it has no attributes");
            self.findings.push(entry.finding(place, message).hint(format!("write `!Ref {id}`")));
        } else if !self.index.expands {
            let message =
                format!("`{}` refers to `{id}`, which is not a resource of this template", entry.id);
            let names = self.index.template.resources.ids().map(LogicalId::as_str);
            self.findings.push(entry.finding(place, message).maybe_hint(did_you_mean(id.as_str(), names)));
        }
    }

    fn attribute_exists(
        &mut self,
        entry: Entry,
        id: LogicalId,
        attribute: &str,
        kind: &ResourceType,
        place: &Place<'_>,
    ) {
        if has_attribute(kind, attribute) {
            return;
        }
        let names = kind.attributes.iter().map(|known| known.name);
        let message = format!("`{id}` is an {} and has no attribute `{attribute}`", kind.name);
        let hint = did_you_mean(attribute, names).unwrap_or_else(|| attributes(id, kind));
        self.findings.push(entry.finding(place, message).hint(hint));
    }

    /// What refers to a resource must not exist without it.
    fn resource_exists(
        &mut self,
        from: Referrer,
        (id, resource): (LogicalId, &Resource),
        reference: &Reference<'_>,
        place: &Place<'_>,
    ) {
        let entry = from.entry;
        if entry.kind == EntryKind::Condition {
            let message = format!("condition `{}` refers to the resource `{id}`", entry.id);
            let hint = "conditions are decided before there are resources: they may refer to parameters";
            self.findings.push(entry.finding(place, message).hint(hint));
        } else if let (None, false, Some(only_if)) = (from.condition, reference.in_branch, resource.condition)
        {
            let message = format!(
                "`{}` always exists, but refers to `{id}`, which exists only if `{only_if}` holds",
                entry.id
            );
            let hint = format!("refer to it inside `!If [{only_if}, …]`, or give both the same condition");
            self.findings.push(entry.finding(place, message).hint(hint));
        }
    }

    fn condition_exists(&mut self, entry: Entry, condition: Option<LogicalId>, place: &Place<'_>) {
        let Some(id) = condition else { return };
        if self.index.expands || self.index.conditions.contains_key(&id) {
            return;
        }
        let names = self.index.template.conditions.ids().map(LogicalId::as_str);
        let message = format!("there is no condition `{id}`");
        self.findings.push(entry.finding(place, message).maybe_hint(did_you_mean(id.as_str(), names)));
    }

    /// `FindInMap`: the mapping, and its keys as far as they are literal. A fourth argument is a default value.
    fn mapping(&mut self, entry: Entry, arguments: &[Expr], place: &Place<'_>) {
        let [Expr::Text(name), top, second] = arguments else { return };
        if self.index.expands {
            return;
        }
        let Some(mapping) = self.index.mappings.get(&LogicalId::new(name)) else {
            let names = self.index.template.mappings.ids().map(LogicalId::as_str);
            let message = format!("there is no mapping `{name}`");
            self.findings.push(entry.finding(place, message).maybe_hint(did_you_mean(name, names)));
            return;
        };
        let Some(top) = top.as_text() else { return };
        let missing = match mapping.field(top) {
            None => key_missing(name, mapping, top),
            Some(row) => second
                .as_text()
                .filter(|key| row.field(key).is_none())
                .and_then(|key| key_missing(&format!("{name}.{top}"), row, key)),
        };
        if let Some((message, hint)) = missing {
            self.findings.push(entry.finding(place, message).maybe_hint(hint));
        }
    }

    fn export(&mut self, entry: Entry, name: &'t Expr) {
        let place = Place::Start("Export.Name");
        references(name, &place, &mut |reference, place| match reference.target {
            Target::Ref(id) | Target::Attribute(id, _) if self.index.resources.contains_key(&id) => {
                let message = format!("the export's name refers to the resource `{id}`");
                let hint = "an export is named by texts, parameters and pseudo parameters";
                self.findings.push(entry.finding(place, message).hint(hint));
            }
            _ => self.reference(Referrer { entry, condition: None }, &reference, place),
        });
    }
}

/// Message and hint for a key that a mapping lacks.
fn key_missing(name: &str, rows: &Expr, key: &str) -> Option<(String, Option<String>)> {
    let keys: Vec<&str> = rows.as_map()?.iter().map(|(key, _)| key.as_ref()).collect();
    let hint =
        did_you_mean(key, keys.iter().copied()).unwrap_or_else(|| format!("it has {}", keys.join(", ")));
    Some((format!("the mapping `{name}` has no key `{key}`"), Some(hint)))
}

/// Which attributes there are, those that are no properties first of all: one knows the properties.
fn attributes(id: LogicalId, kind: &ResourceType) -> String {
    let all = kind.attributes.iter().map(|known| known.name);
    let own: Vec<&str> = all.filter(|name| kind.property(name).is_none_or(|known| known.read_only)).collect();
    match own.as_slice() {
        [] => format!("`!Ref {id}` gives its id"),
        _ => format!("it has {}", own.join(", ")),
    }
}

/// Whether the type has the attribute. What a nested stack or a custom resource answers is known to them alone.
fn has_attribute(kind: &ResourceType, attribute: &str) -> bool {
    kind.name.starts_with("AWS::CloudFormation::")
        || attribute.starts_with("Outputs.")
        || kind.attribute(attribute).is_some()
}
