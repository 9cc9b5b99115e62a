//! Keys given twice in one map: a property, an attribute, a key of a mapping, a variable.
//!
//! Ids given twice in a section are the concern of `limits`.

use stackwright_template::{Expr, Fields, Template};

use crate::finding::{Entry, EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;

/// Every key that its map has already.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let template = index.template;
    Repeats { entry: None, findings }.fields(&template.metadata, &Place::Start("Metadata"));
    for (id, parameter) in template.parameters.iter() {
        let entry = Some(EntryKind::Parameter.entry(id));
        Repeats { entry, findings }.fields(&parameter.attributes, &Place::Start(""));
    }
    plain(template, findings);
    resources(template, findings);
    for (id, output) in template.outputs.iter() {
        let mut repeats = Repeats { entry: Some(EntryKind::Output.entry(id)), findings };
        repeats.expr(&output.value, &Place::Start("Value"));
        output.export.iter().for_each(|name| repeats.expr(name, &Place::Start("Export.Name")));
    }
}

/// The sections whose entries are plain expressions.
fn plain(template: &Template, findings: &mut Vec<Finding>) {
    let sections = [
        (EntryKind::Mapping, &template.mappings),
        (EntryKind::Rule, &template.rules),
        (EntryKind::Condition, &template.conditions),
    ];
    for (kind, section) in sections {
        for (id, entry) in section.iter() {
            Repeats { entry: Some(kind.entry(id)), findings }.expr(entry, &Place::Start(""));
        }
    }
}

fn resources(template: &Template, findings: &mut Vec<Finding>) {
    for (id, resource) in template.resources.iter() {
        let mut repeats = Repeats { entry: Some(EntryKind::Resource.entry(id)), findings };
        repeats.fields(&resource.properties, &Place::Start("Properties"));
        repeats.fields(&resource.metadata, &Place::Start("Metadata"));
        let policies =
            [("CreationPolicy", &resource.creation_policy), ("UpdatePolicy", &resource.update_policy)];
        for (start, policy) in policies {
            policy.iter().for_each(|policy| repeats.expr(policy, &Place::Start(start)));
        }
    }
}

struct Repeats<'f> {
    /// `None`: what is in the template itself.
    entry: Option<Entry>,
    findings: &'f mut Vec<Finding>,
}

impl Repeats<'_> {
    fn fields(&mut self, fields: &Fields, place: &Place<'_>) {
        for (at, (key, value)) in fields.iter().enumerate() {
            let place = place.field(key);
            // Maps are small: comparing is cheaper than a set. The third of a name says nothing new.
            if fields[..at].iter().filter(|(before, _)| before == key).count() == 1 {
                self.report(key, &place);
            }
            self.expr(value, &place);
        }
    }

    fn report(&mut self, key: &str, place: &Place<'_>) {
        let message = format!("`{key}` is given twice");
        let finding =
            Finding { entry: self.entry, place: place.to_string(), ..Finding::of_template(message) };
        self.findings.push(finding.hint("a map has each key once: leave one of the two out"));
    }

    fn expr(&mut self, expr: &Expr, place: &Place<'_>) {
        match expr {
            Expr::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.expr(item, &place.item(at)));
            }
            Expr::Map(fields) | Expr::Sub(_, fields) => self.fields(fields, place),
            Expr::Call(_, argument) => self.expr(argument, place),
            _ => {}
        }
    }
}
