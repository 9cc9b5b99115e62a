//! CloudFormation's own limits: how many entries, how long their names, how large the template.
//!
//! Source: [CloudFormation quotas](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).
//! Quotas of an account (how many stacks, how many functions) are not known here.

use std::collections::HashSet;

use stackwright_template::{Expr, LogicalId, Parameter, Section, Template};

use crate::finding::{EntryKind, Finding};
use crate::index::Index;
use crate::place::Place;

const MOST_RESOURCES: usize = 500;
/// Parameters, outputs, mappings, and the keys of one mapping.
const MOST_OTHERS: usize = 200;
const LONGEST_NAME: usize = 255;
/// In bytes, of the template and of an output.
const LONGEST_DESCRIPTION: usize = 1_024;
/// In bytes; of a default, which is a value like any other.
const LONGEST_PARAMETER_VALUE: usize = 4_096;
/// In bytes. Beyond 51,200 the template goes through S3, which is a matter of deploying.
const LARGEST_TEMPLATE: usize = 1_000_000;

/// A finding if the written template is too large for CloudFormation.
pub(crate) fn size(bytes: usize) -> Option<Finding> {
    (bytes > LARGEST_TEMPLATE).then(|| {
        Finding::of_template(format!(
            "the template has {bytes} bytes; CloudFormation takes {LARGEST_TEMPLATE}"
        ))
        .hint("split it into several stacks")
    })
}

/// Every limit that the template breaks, and every id given twice.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let template = index.template;
    counts(template, index.expands, findings);
    ids(&template.parameters, EntryKind::Parameter, findings);
    ids(&template.mappings, EntryKind::Mapping, findings);
    ids(&template.conditions, EntryKind::Condition, findings);
    ids(&template.resources, EntryKind::Resource, findings);
    ids(&template.outputs, EntryKind::Output, findings);
    shared_ids(index, findings);
    description(template, findings);
    template.parameters.iter().for_each(|(id, parameter)| default(id, parameter, findings));
    mappings(template, findings);
    outputs(template, findings);
}

fn counts(template: &Template, expands: bool, findings: &mut Vec<Finding>) {
    let counts = [
        ("resources", template.resources.len(), MOST_RESOURCES),
        ("parameters", template.parameters.len(), MOST_OTHERS),
        ("mappings", template.mappings.len(), MOST_OTHERS),
        ("outputs", template.outputs.len(), MOST_OTHERS),
    ];
    for (what, count, most) in counts.into_iter().filter(|(_, count, most)| count > most) {
        let message = format!("the template has {count} {what}; CloudFormation takes {most}");
        findings.push(Finding::of_template(message).hint("split it into several stacks"));
    }
    if template.resources.is_empty() && !expands {
        findings.push(Finding::of_template(
            "the template has no resources; CloudFormation asks for one at least",
        ));
    }
}

fn ids<T>(section: &Section<T>, kind: EntryKind, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::with_capacity(section.len());
    for id in section.ids() {
        if !seen.insert(id) {
            let message = format!("there are two {kind}s called `{id}`");
            findings.push(
                kind.entry(id).finding(&Place::Start(""), message).hint("name one of them differently"),
            );
        }
        if let Some(message) = malformed(id) {
            findings.push(kind.entry(id).finding(&Place::Start(""), format!("the {kind} `{id}` {message}")));
        }
    }
}

fn malformed(id: LogicalId) -> Option<String> {
    let length = id.as_str().chars().count();
    if length > LONGEST_NAME {
        Some(format!("has a name of {length} characters; CloudFormation takes {LONGEST_NAME}"))
    } else if id.as_str().is_empty() || !id.as_str().chars().all(|letter| letter.is_ascii_alphanumeric()) {
        Some("must be named with letters and digits only (A-Z, a-z, 0-9)".into())
    } else {
        None
    }
}

/// `Ref` looks for resources and parameters alike.
fn shared_ids(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for id in index.template.parameters.ids().filter(|id| index.resources.contains_key(id)) {
        let message = format!("`{id}` is a parameter and a resource: `!Ref {id}` could mean either");
        let finding = EntryKind::Resource.entry(id).finding(&Place::Start(""), message);
        findings.push(finding.hint("name one of them differently"));
    }
}

fn description(template: &Template, findings: &mut Vec<Finding>) {
    if let Some(bytes) = template.description.as_deref().and_then(too_long) {
        findings.push(Finding::of_template(format!(
            "the description has {bytes} bytes; CloudFormation takes {LONGEST_DESCRIPTION}"
        )));
    }
}

fn too_long(description: &str) -> Option<usize> {
    Some(description.len()).filter(|bytes| *bytes > LONGEST_DESCRIPTION)
}

fn default(id: LogicalId, parameter: &Parameter, findings: &mut Vec<Finding>) {
    let default = parameter.attributes.iter().find(|(key, _)| key == "Default");
    let Some(bytes) = default.and_then(|(_, value)| value.as_text()).map(str::len) else { return };
    if bytes > LONGEST_PARAMETER_VALUE {
        let message =
            format!("the default has {bytes} bytes; CloudFormation takes {LONGEST_PARAMETER_VALUE}");
        findings.push(EntryKind::Parameter.entry(id).finding(&Place::Start("Default"), message));
    }
}

fn mappings(template: &Template, findings: &mut Vec<Finding>) {
    for (id, mapping) in template.mappings.iter() {
        let keys = mapping.as_map().map_or(0, <[_]>::len);
        if keys > MOST_OTHERS {
            let message = format!("the mapping `{id}` has {keys} keys; CloudFormation takes {MOST_OTHERS}");
            findings.push(EntryKind::Mapping.entry(id).finding(&Place::Start(""), message));
        }
    }
}

fn outputs(template: &Template, findings: &mut Vec<Finding>) {
    let mut exported = HashSet::new();
    for (id, output) in template.outputs.iter() {
        let entry = EntryKind::Output.entry(id);
        if let Some(bytes) = output.description.as_deref().and_then(too_long) {
            let message =
                format!("the description has {bytes} bytes; CloudFormation takes {LONGEST_DESCRIPTION}");
            findings.push(entry.finding(&Place::Start("Description"), message));
        }
        if let Some(message) = not_a_text(&output.value) {
            findings.push(entry.finding(&Place::Start("Value"), message));
        }
        let Some(name) = output.export.as_ref().and_then(Expr::as_text) else { continue };
        let mut finding = |message| findings.push(entry.finding(&Place::Start("Export.Name"), message));
        if let Some(message) = bad_export(name) {
            finding(message);
        }
        if !exported.insert(name) {
            finding(format!("two outputs export `{name}`"));
        }
    }
}

fn not_a_text(value: &Expr) -> Option<String> {
    let got = match value {
        Expr::List(_) => "a list",
        Expr::Map(_) => "a map",
        Expr::Null => "nothing",
        _ => return None,
    };
    Some(format!("an output must be a text, not {got}"))
}

fn bad_export(name: &str) -> Option<String> {
    let length = name.chars().count();
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '-');
    if length > LONGEST_NAME {
        Some(format!("the export's name has {length} characters; CloudFormation takes {LONGEST_NAME}"))
    } else if name.is_empty() || !name.chars().all(allowed) {
        Some(format!("the export's name {name:?} may hold letters, digits, `:` and `-` only"))
    } else {
        None
    }
}
