//! Tables named by their ARN, as AWS takes them, in place of their name.
//! Renames in requests only: answers have names.

use serde_json::Value;

use crate::settings::Settings;

/// Puts names in place of ARNs of this place's tables: in `TableName`, also of the parts of a transaction. The engine
/// refuses those of other places.
pub(crate) fn name_tables(request: &mut Value, settings: &Settings) {
    let prefix = settings.table_arn("");
    rename(request, &prefix);
    let parts = request.get_mut("TransactItems").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
        part.values_mut().for_each(|member| rename(member, &prefix));
    }
}

fn rename(request: &mut Value, prefix: &str) {
    let Some(Value::String(table)) = request.get_mut("TableName") else { return };
    if let Some(name) = table.strip_prefix(prefix) {
        *table = name.to_owned();
    }
}
