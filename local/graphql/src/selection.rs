//! What a field's selection is for its resolver: `ctx.info.selectionSetList` and `selectionSetGraphQL`.
//! Looks at no values: what `@skip` and `@include` leave out is in it.
//!
//! Source: [info](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html#aws-appsync-resolver-context-reference-info-js).

use std::collections::HashSet;

use apollo_compiler::executable::{ExecutableDocument, Field, Selection, SelectionSet};
use apollo_compiler::{Name, Node};

/// Names that a list has at most: selections inside fragments can double at each level.
const LONGEST: usize = 10_000;

/// The fields below, by their names in the answer: `author`, `author/name`.
pub(crate) fn list(document: &ExecutableDocument, fields: &[&Node<Field>]) -> Vec<String> {
    let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
    let mut list = Vec::new();
    extend(document, &sets, "", &mut list);
    list
}

fn extend(document: &ExecutableDocument, sets: &[&SelectionSet], prefix: &str, list: &mut Vec<String>) {
    let mut level = Level { document, fields: Vec::new(), spread: HashSet::new() };
    sets.iter().for_each(|set| level.add(set));
    for (key, sets) in level.fields {
        if list.len() >= LONGEST {
            return;
        }
        let name = format!("{prefix}{key}");
        let below = format!("{name}/");
        list.push(name);
        extend(document, &sets, &below, list);
    }
}

/// The fields at one place, each with all that is selected of it.
struct Level<'d> {
    document: &'d ExecutableDocument,
    fields: Vec<(&'d Name, Vec<&'d SelectionSet>)>,
    spread: HashSet<&'d Name>,
}

impl<'d> Level<'d> {
    fn add(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.add_field(field),
                Selection::InlineFragment(inline) => self.add(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|one| self.spread.insert(&one.name)) {
                        self.add(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn add_field(&mut self, field: &'d Field) {
        match self.fields.iter_mut().find(|(key, _)| *key == field.response_key()) {
            Some((_, sets)) => sets.push(&field.selection_set),
            None => self.fields.push((field.response_key(), vec![&field.selection_set])),
        }
    }
}

/// The selection as GraphQL; empty for a scalar.
pub(crate) fn text(fields: &[&Node<Field>]) -> String {
    let sets: Vec<&SelectionSet> =
        fields.iter().map(|field| &field.selection_set).filter(|set| !set.is_empty()).collect();
    let Some(first) = sets.first() else { return String::new() };
    let mut set = (*first).clone();
    set.selections.extend(sets.iter().skip(1).flat_map(|set| set.selections.iter().cloned()));
    set.to_string()
}
