//! The parts of a transaction: a change of one item, or a look at one, on a condition.
//! Carries nothing out.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};

use crate::key::Item;

/// A condition or a change in DynamoDB's language, and the values in it.
///
/// Of the attributes here only `name` is a reserved word: it is written `#name`.
#[derive(Clone, Debug)]
pub(crate) struct Clause {
    text: String,
    values: Item,
}

impl Clause {
    pub(crate) fn new<const N: usize>(
        text: impl Into<String>,
        values: [(&str, AttributeValue); N],
    ) -> Clause {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Clause { text: text.into(), values }
    }

    /// Both hold.
    pub(crate) fn and(self, other: Clause) -> Clause {
        Clause { text: format!("{} AND {}", self.text, other.text), values: join(self.values, other.values) }
    }
}

fn join(one: Item, other: Item) -> Item {
    one.into_iter().chain(other).collect()
}

/// DynamoDB refuses names and values that an expression does not use, and empty maps of them.
fn names(texts: &[&str]) -> Option<HashMap<String, String>> {
    let is_used = texts.iter().any(|text| text.contains("#name"));
    is_used.then(|| [("#name".to_owned(), "name".to_owned())].into())
}

fn values(values: Item) -> Option<Item> {
    Some(values).filter(|values| !values.is_empty())
}

pub(crate) fn put(table: &str, item: Item, on: Option<Clause>) -> Result<TransactWriteItem, BuildError> {
    let mut put = Put::builder().table_name(table).set_item(Some(item));
    if let Some(condition) = on {
        put = put
            .set_expression_attribute_names(names(&[&condition.text]))
            .condition_expression(condition.text)
            .set_expression_attribute_values(values(condition.values));
    }
    Ok(TransactWriteItem::builder().put(put.build()?).build())
}

pub(crate) fn update(
    table: &str,
    key: Item,
    change: Clause,
    on: Clause,
) -> Result<TransactWriteItem, BuildError> {
    let update = Update::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&change.text, &on.text]))
        .update_expression(change.text)
        .condition_expression(on.text)
        .set_expression_attribute_values(values(join(change.values, on.values)));
    Ok(TransactWriteItem::builder().update(update.build()?).build())
}

pub(crate) fn delete(table: &str, key: Item, on: Option<Clause>) -> Result<TransactWriteItem, BuildError> {
    let mut delete = Delete::builder().table_name(table).set_key(Some(key));
    if let Some(condition) = on {
        delete = delete
            .set_expression_attribute_names(names(&[&condition.text]))
            .condition_expression(condition.text)
            .set_expression_attribute_values(values(condition.values));
    }
    Ok(TransactWriteItem::builder().delete(delete.build()?).build())
}

pub(crate) fn check(table: &str, key: Item, on: Clause) -> Result<TransactWriteItem, BuildError> {
    let check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key))
        .set_expression_attribute_names(names(&[&on.text]))
        .condition_expression(on.text)
        .set_expression_attribute_values(values(on.values));
    Ok(TransactWriteItem::builder().condition_check(check.build()?).build())
}
