//! Tables named by their ARN, as AWS takes them, in place of their name.
//! Renames in requests, and in answers what is told by the name of the request; all else in answers has names.

use serde_json::{Map, Value};

use crate::settings::Settings;

/// The members of answers to batches that are by table.
const BY_TABLE: [&str; 4] = ["Responses", "UnprocessedKeys", "UnprocessedItems", "ItemCollectionMetrics"];

/// The tables that a batch has named by ARN, by their names.
#[derive(Debug, Default)]
pub(crate) struct Renamed(Vec<(String, String)>);

/// Puts names in place of ARNs of this place's tables: in `TableName`, also of the parts of a transaction, and in
/// `RequestItems`. The engine refuses those of other places.
pub(crate) fn name_tables(request: &mut Value, settings: &Settings) -> Renamed {
    let prefix = settings.table_arn("");
    rename(request, &prefix);
    let parts = request.get_mut("TransactItems").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
        part.values_mut().for_each(|member| rename(member, &prefix));
    }
    match request.get_mut("RequestItems").and_then(Value::as_object_mut) {
        Some(tables) => rename_batch(tables, &prefix),
        None => Renamed::default(),
    }
}

fn rename(request: &mut Value, prefix: &str) {
    let Some(Value::String(table)) = request.get_mut("TableName") else { return };
    if let Some(name) = table.strip_prefix(prefix) {
        *table = name.to_owned();
    }
}

/// A table that is named in both ways stays so, and the engine refuses it.
fn rename_batch(tables: &mut Map<String, Value>, prefix: &str) -> Renamed {
    let arns = tables.keys().filter_map(|arn| Some((arn.strip_prefix(prefix)?.to_owned(), arn.clone())));
    let renamed: Vec<_> = arns.filter(|(name, _)| !tables.contains_key(name)).collect();
    for (name, arn) in &renamed {
        let items = tables.remove(arn).unwrap_or_default();
        tables.insert(name.clone(), items);
    }
    Renamed(renamed)
}

impl Renamed {
    /// Has the answer to a batch name tables as the batch did.
    pub(crate) fn restore(&self, answer: &mut Value) {
        for member in BY_TABLE {
            let Some(tables) = answer.get_mut(member).and_then(Value::as_object_mut) else { continue };
            for (name, arn) in &self.0 {
                if let Some(items) = tables.remove(name) {
                    tables.insert(arn.clone(), items);
                }
            }
        }
    }
}
