//! ARNs of indexes, as policies name them: the table must have the index.
//!
//! Source: [resource types of DynamoDB](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
//! Names with wildcards or references in them are left alone, as are tables of other templates.

use stackwright_template::{LogicalId, Resource};

use super::given;
use crate::index::Index;
use crate::nearest::did_you_mean;

/// What comes between a table's ARN and the name of an index.
pub(super) const STEP: &str = "/index/";

/// Message and hint, if the table is in this template and has no such index.
pub(super) fn lacking(index: &Index<'_>, id: LogicalId, name: &str) -> Option<(String, Option<String>)> {
    if name.contains(['*', '?', '/']) {
        return None;
    }
    let table = index.resources.get(&id)?;
    if !matches!(table.kind.as_str(), "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable") {
        return None;
    }
    let names = names(table)?;
    if names.contains(&name) {
        return None;
    }
    let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Some((format!("`{id}` has no index `{name}`, it has {has}"), did_you_mean(name, names)))
}

/// The names of all indexes, if all are known here.
fn names(table: &Resource) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    for property in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(indexes) = given(table, property) else { continue };
        for index in indexes.as_list()? {
            names.push(index.field("IndexName")?.as_text()?);
        }
    }
    Some(names)
}
