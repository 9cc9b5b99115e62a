//! Tags: from the scopes that declare them to the resources below that take them.
//!
//! What a resource says itself goes first, then what the nearest scope says.

use std::collections::HashMap;

use stackwright_core::{Expr, LogicalId, Origin, Problem, Template};
use stackwright_schema::{TagForm, Tags};
use stackwright_template::Resource;

/// The path at and below which a tag applies, its key and its value.
type Declared = (String, String, Expr);

/// Adds the tags to every resource at or below their scope whose type takes tags.
pub(crate) fn apply(
    template: &mut Template,
    tags: &[Declared],
    origins: &HashMap<LogicalId, Origin>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, resource) in template.resources.iter_mut() {
        let (Some(origin), Some(property)) = (origins.get(&id), tags_of(&resource.kind)) else { continue };
        let own = nearest_first(tags, origin);
        if !own.is_empty() && !add(resource, property, &own) {
            let message = format!("`{id}` has tags that no more can be added to");
            problems.push(Problem::new(message).at(origin.clone()).hint("give its tags as a list or map"));
        }
    }
    problems
}

fn tags_of(kind: &str) -> Option<Tags> {
    stackwright_schema::resource_type(kind)?.tags
}

/// The tags for what was declared there, one of each key: the deepest scope's, and of one scope the last.
fn nearest_first<'t>(tags: &'t [Declared], origin: &Origin) -> Vec<(&'t str, &'t Expr)> {
    let mut within: Vec<&Declared> = tags.iter().rev().filter(|(path, ..)| origin.is_within(path)).collect();
    within.sort_by_key(|(path, ..)| std::cmp::Reverse(path.len()));
    let mut own: Vec<(&str, &Expr)> = Vec::new();
    for (_, key, value) in within {
        if !own.iter().any(|(known, _)| known == key) {
            own.push((key, value));
        }
    }
    own
}

/// Whether the tags could be added to those the resource has.
fn add(resource: &mut Resource, tags: Tags, own: &[(&str, &Expr)]) -> bool {
    let value = match (tags.form, resource.property(tags.property)) {
        (TagForm::Map, None) => with_fields(&[], own),
        (TagForm::Map, Some(Expr::Map(old))) => with_fields(old, own),
        (form, None) => with_items(&[], own, form),
        (form, Some(Expr::List(old))) => with_items(old, own, form),
        _ => return false,
    };
    resource.set_property(tags.property, value);
    true
}

fn with_fields(old: &[(stackwright_template::Key, Expr)], own: &[(&str, &Expr)]) -> Expr {
    let new = own.iter().filter(|(key, _)| !old.iter().any(|(known, _)| known == key));
    let new = new.map(|(key, value)| ((*key).to_owned().into(), (*value).clone()));
    Expr::Map(old.iter().cloned().chain(new).collect())
}

fn with_items(old: &[Expr], own: &[(&str, &Expr)], form: TagForm) -> Expr {
    let has = |key: &str| old.iter().any(|tag| tag.field("Key").and_then(Expr::as_text) == Some(key));
    let item = |(key, value): &(&str, &Expr)| {
        let mut fields =
            vec![("Key".into(), Expr::text((*key).to_owned())), ("Value".into(), (*value).clone())];
        if matches!(form, TagForm::AutoScaling) {
            fields.push(("PropagateAtLaunch".into(), Expr::Bool(true)));
        }
        Expr::Map(fields)
    };
    Expr::List(old.iter().cloned().chain(own.iter().filter(|(key, _)| !has(key)).map(item)).collect())
}
