//! What a field's selection is for its resolver: `ctx.info.selectionSetList` and `selectionSetGraphQL`.
//! Looks at no values: what `@skip` and `@include` leave out is in it.
//!
//! Source: [info](https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html#aws-appsync-resolver-context-reference-info-js).

use apollo_compiler::Node;
use apollo_compiler::executable::{ExecutableDocument, Field, Selection, SelectionSet};

/// The fields below, by their names in the answer: `author`, `author/name`.
pub(crate) fn list(document: &ExecutableDocument, fields: &[&Node<Field>]) -> Vec<String> {
    let mut list = Vec::new();
    for field in fields {
        extend(document, &field.selection_set, "", &mut list);
    }
    list
}

fn extend(document: &ExecutableDocument, set: &SelectionSet, prefix: &str, list: &mut Vec<String>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                let path = format!("{prefix}{}", field.response_key());
                let below = format!("{path}/");
                if !list.contains(&path) {
                    list.push(path);
                }
                extend(document, &field.selection_set, &below, list);
            }
            Selection::InlineFragment(inline) => extend(document, &inline.selection_set, prefix, list),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    extend(document, &fragment.selection_set, prefix, list);
                }
            }
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
