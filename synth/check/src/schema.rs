//! Resources against the schemas of their types: which types and properties there are, which are needed, which
//! exclude each other.
//!
//! A single value is the concern of `value`; what schemas cannot say that of `rules`.

use stackwright_schema::{
    Combination, Property, ResourceType, resource_type, service, service_name, services,
};
use stackwright_template::{Expr, Key, LogicalId, Resource};

use crate::finding::{Entry, EntryKind, Finding};
use crate::index::Index;
use crate::nearest::{did_you_mean, nearest};
use crate::place::Place;
use crate::value::is_no_value;

/// Every resource that is not as its type's schema says.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        let entry = EntryKind::Resource.entry(id);
        if is_custom(&resource.kind) {
            custom(id, resource, findings);
        } else if let Some(kind) = resource_type(&resource.kind) {
            let mut walker = Walker { entry, kind, index, findings };
            walker.resource(resource);
        } else if resource.kind.starts_with("AWS::") && !index.expands {
            findings.push(unknown_type(entry, &resource.kind));
        }
    }
}

fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

/// A custom resource takes what its handler takes; only who that is must be said.
fn custom(id: LogicalId, resource: &Resource, findings: &mut Vec<Finding>) {
    if resource.property("ServiceToken").is_none() {
        let message = format!("the custom resource `{id}` needs `ServiceToken`");
        let hint = "it is the ARN of the function or topic that handles it";
        findings.push(Finding::of_resource(id, "Properties", message).hint(hint));
    }
}

fn unknown_type(entry: Entry, kind: &str) -> Finding {
    let names = service_name(kind)
        .and_then(|name| service(&name).or_else(|| service(nearest(&name, services())?)))
        .into_iter()
        .flat_map(stackwright_schema::Service::type_names);
    let message = format!("there is no resource type `{kind}`");
    entry.finding(&Place::Start("Type"), message).maybe_hint(did_you_mean(kind, names))
}

/// A walk through one resource, with its type's schema beside it.
pub(crate) struct Walker<'t, 'f> {
    pub(crate) entry: Entry,
    pub(crate) kind: &'static ResourceType,
    pub(crate) index: &'f Index<'t>,
    pub(crate) findings: &'f mut Vec<Finding>,
}

/// An object of a schema: the resource type itself or one of its definitions.
#[derive(Clone, Copy)]
struct Object<'s> {
    properties: &'s [Property],
    combinations: &'s [Combination],
    open: bool,
}

impl Walker<'_, '_> {
    fn resource(&mut self, resource: &Resource) {
        let kind = self.kind;
        let object =
            Object { properties: &kind.properties, combinations: &kind.combinations, open: kind.open };
        self.object(&resource.properties, object, &Place::Start("Properties"));
    }

    /// The fields against the definition of that name, if the type has it.
    pub(crate) fn definition(&mut self, fields: &[(Key, Expr)], name: &str, place: &Place<'_>) {
        let Some(known) = self.kind.definition(name) else { return };
        let object =
            Object { properties: &known.properties, combinations: &known.combinations, open: known.open };
        self.object(fields, object, place);
    }

    fn object(&mut self, fields: &[(Key, Expr)], object: Object<'_>, place: &Place<'_>) {
        // A macro, or a function in its long form that the graph has already refused.
        if fields.iter().any(|(key, _)| key.starts_with("Fn::")) {
            return;
        }
        for (name, value) in fields {
            let place = place.field(name);
            match find(object.properties, name) {
                Some(property) if property.read_only => self.read_only(name, value, &place),
                Some(property) => {
                    self.value(value, &property.shape, &place);
                    self.points(value, property, &place);
                }
                None if object.open => {}
                None => self.unknown(name, object, &place),
            }
        }
        let missing = object.properties.iter().filter(|property| property.required && !property.read_only);
        for property in missing.filter(|property| presence(fields, property.name) == Presence::Absent) {
            let message = format!("{} needs `{}`", self.subject(place), property.name);
            self.report(place, message, None);
        }
        for combination in object.combinations {
            if let Some(message) = broken(fields, combination) {
                self.report(place, format!("{} {message}", self.subject(place)), None);
            }
        }
    }

    fn read_only(&mut self, name: &str, value: &Expr, place: &Place<'_>) {
        if !is_no_value(value) {
            let message = format!("`{name}` is set by AWS and cannot be chosen");
            self.report(place, message, None);
        }
    }

    fn unknown(&mut self, name: &str, object: Object<'_>, place: &Place<'_>) {
        let (Place::Field(parent, _) | Place::Item(parent, _)) = place else { return };
        let message = format!("{} has no property `{name}`", self.subject(parent));
        let names = object.properties.iter().filter(|property| !property.read_only);
        self.report(place, message, did_you_mean(name, names.map(|property| property.name)));
    }

    /// What the place is called in a message: the type, or the property.
    fn subject(&self, place: &Place<'_>) -> String {
        match place {
            Place::Start(_) => format!("`{}` ({})", self.entry.id, self.kind.name),
            _ => format!("`{}`", place.name()),
        }
    }

    pub(crate) fn report(&mut self, place: &Place<'_>, message: String, hint: Option<String>) {
        self.findings.push(self.entry.finding(place, message).maybe_hint(hint));
    }
}

fn find<'s>(properties: &'s [Property], name: &str) -> Option<&'s Property> {
    let at = properties.binary_search_by(|property| property.name.cmp(name)).ok()?;
    properties.get(at)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Present,
    /// It depends on a condition.
    Perhaps,
    Absent,
}

fn presence(fields: &[(Key, Expr)], name: &str) -> Presence {
    match fields.iter().find(|(key, _)| key == name) {
        Some((_, value)) => presence_of(value),
        None => Presence::Absent,
    }
}

fn presence_of(value: &Expr) -> Presence {
    match value {
        Expr::Call(function, argument) if function == "If" => {
            let branches = argument.as_list().unwrap_or_default().iter().skip(1);
            let branches: Vec<Presence> = branches.map(presence_of).collect();
            match branches.first() {
                Some(first) if branches.iter().all(|branch| branch == first) => *first,
                _ => Presence::Perhaps,
            }
        }
        value if is_no_value(value) => Presence::Absent,
        _ => Presence::Present,
    }
}

/// What is wrong with which properties stand together, if that is certain.
fn broken(fields: &[(Key, Expr)], combination: &Combination) -> Option<String> {
    let present = |name: &&str| presence(fields, name) == Presence::Present;
    let absent = |name: &&str| presence(fields, name) == Presence::Absent;
    let possible = |group: &&Vec<&str>| !group.iter().any(&absent);
    let complete = |group: &&Vec<&str>| group.iter().all(&present);
    match combination {
        Combination::AnyOf(groups) => {
            (!groups.iter().any(|group| possible(&group))).then(|| format!("needs {}", alternatives(groups)))
        }
        Combination::OneOf(groups) => {
            let several = groups.iter().filter(complete).count() > 1;
            let none = !groups.iter().any(|group| possible(&group));
            (several || none).then(|| format!("needs exactly one of {}", alternatives(groups)))
        }
        Combination::Requires { property, others } => {
            let missing = others.iter().find(|name| absent(name)).filter(|_| present(property))?;
            Some(format!("needs `{missing}` beside `{property}`"))
        }
        Combination::Excludes { property, others } => {
            let other = others.iter().find(|name| present(name)).filter(|_| present(property))?;
            Some(format!("cannot have both `{property}` and `{other}`"))
        }
    }
}

/// `A`, `B` with `C`, or `D`.
fn alternatives(groups: &[Vec<&str>]) -> String {
    let group =
        |names: &Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" with ");
    let texts: Vec<String> = groups.iter().map(group).collect();
    match texts.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => texts.concat(),
    }
}
