//! Which grants a request needs: its action, on each table and index it touches.
//! Looks at nothing but the request.

use serde_json::Value;

use crate::place::Place;

/// A grant that a request needs.
#[derive(Clone, Debug)]
pub(super) struct Need<'a> {
    pub(super) action: String,
    /// An ARN; `*` for an action without one.
    pub(super) resource: String,
    /// The part of the request that it is for.
    pub(super) about: &'a Value,
}

/// All that a request needs.
pub(super) fn needs<'a>(place: &Place, action: &str, request: &'a Value) -> Vec<Need<'a>> {
    let need = |action: &str, resource, about| Need { action: format!("dynamodb:{action}"), resource, about };
    let table = |name: &Value| table_arn(place, name.as_str().unwrap_or_default());
    match action {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(name, items)| need(action, table_arn(place, name), items)).collect()
        }
        "TransactGetItems" | "TransactWriteItems" => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            let parts = items.filter_map(Value::as_object).flatten();
            parts.map(|(part, item)| need(single(part), table(&item["TableName"]), item)).collect()
        }
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            let statements = statements(place, request).into_iter();
            statements.map(|(action, resource)| need(action, resource, &Value::Null)).collect()
        }
        _ => vec![need(action, resource(place, action, request), request)],
    }
}

/// What an action is about that has one resource.
fn resource(place: &Place, action: &str, request: &Value) -> String {
    let table = table_arn(place, request["TableName"].as_str().unwrap_or_default());
    match (action, request["IndexName"].as_str()) {
        ("Query" | "Scan", Some(index)) => format!("{table}/index/{index}"),
        ("ListTables" | "DescribeLimits" | "DescribeEndpoints", _) => "*".to_owned(),
        ("GetShardIterator" | "DescribeStream", _) => {
            request["StreamArn"].as_str().unwrap_or_default().to_owned()
        }
        ("GetRecords", _) => stream_of(place, &request["ShardIterator"]),
        ("ListStreams", _) if request["TableName"].is_string() => format!("{table}/stream/*"),
        ("ListStreams", _) => "*".to_owned(),
        ("TagResource" | "UntagResource" | "ListTagsOfResource", _) => {
            request["ResourceArn"].as_str().unwrap_or("*").to_owned()
        }
        _ => table,
    }
}

/// The action that a part of a transaction is granted by.
fn single(part: &str) -> &str {
    match part {
        "Get" => "GetItem",
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        "Delete" => "DeleteItem",
        "ConditionCheck" => "ConditionCheckItem",
        other => other,
    }
}

fn table_arn(place: &Place, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { place.arn("dynamodb", &format!("table/{name}")) }
}

/// An iterator begins with the ARN of its stream, as ours are made.
fn stream_of(place: &Place, iterator: &Value) -> String {
    let iterator = iterator.as_str().unwrap_or_default();
    let arn = iterator.split('|').find(|part| part.starts_with("arn:"));
    arn.map_or_else(|| place.arn("dynamodb", "table/*/stream/*"), str::to_owned)
}

/// `PartiQLSelect` and its like, on the table that each statement names.
fn statements(place: &Place, request: &Value) -> Vec<(&'static str, String)> {
    let listed = ["Statements", "TransactStatements"].iter().filter_map(|name| request[*name].as_array());
    let texts = listed.flatten().map(|statement| &statement["Statement"]).chain([&request["Statement"]]);
    texts.filter_map(Value::as_str).map(|text| statement(place, text)).collect()
}

fn statement(place: &Place, text: &str) -> (&'static str, String) {
    let (verb, rest) = word(text);
    let (action, before) = match verb.to_ascii_uppercase().as_str() {
        "INSERT" => ("PartiQLInsert", "INTO"),
        "UPDATE" => ("PartiQLUpdate", ""),
        "DELETE" => ("PartiQLDelete", "FROM"),
        _ => ("PartiQLSelect", "FROM"),
    };
    let mut rest = rest;
    while !before.is_empty() && !rest.is_empty() {
        let (next, after) = word(rest);
        rest = after;
        if next.eq_ignore_ascii_case(before) {
            break;
        }
    }
    let (table, rest) = name(rest.trim_start());
    let table = table_arn(place, table);
    let resource = match rest.strip_prefix('.') {
        Some(index) => format!("{table}/index/{}", name(index).0),
        None => table,
    };
    (action, resource)
}

/// The first word of a text, and what comes after it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// The name that a text begins with, with or without quotes, and what comes after it. Quoted it may have dots.
fn name(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            text.split_at(text.find(|c| !is_of_name(c)).unwrap_or(text.len()))
        }
    }
}

impl Need<'_> {
    /// The table that it is about, or that its index or stream is of.
    pub(super) fn table(&self) -> Option<&str> {
        self.resource.split_once(":table/")?.1.split('/').next()
    }

    /// The index that it is about.
    pub(super) fn index(&self) -> Option<&str> {
        Some(self.resource.split_once("/index/")?.1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(action: &str, request: Value, expected: &[(&str, &str)]) {
        let place = Place { stack: String::new(), region: "eu-west-1".to_owned(), account: "1".to_owned() };
        let arn = |thing: &str| {
            if thing == "*" { "*".to_owned() } else { format!("arn:aws:dynamodb:eu-west-1:1:{thing}") }
        };
        let expected: Vec<_> =
            expected.iter().map(|(action, thing)| (format!("dynamodb:{action}"), arn(thing))).collect();
        let needs = needs(&place, action, &request).into_iter();
        let needs: Vec<_> = needs.map(|need| (need.action, need.resource)).collect();
        assert_eq!(needs, expected, "{action}");
    }

    #[test]
    fn a_request_needs_its_action_on_its_table() {
        check("PutItem", json!({ "TableName": "notes" }), &[("PutItem", "table/notes")]);
        check("ListTables", json!({}), &[("ListTables", "*")]);
    }

    #[test]
    fn an_index_is_a_resource_of_its_own() {
        let query = json!({ "TableName": "notes", "IndexName": "ByUser" });
        check("Query", query, &[("Query", "table/notes/index/ByUser")]);
    }

    #[test]
    fn each_part_of_a_transaction_needs_its_own_action() {
        let request = json!({ "TransactItems": [
            { "Put": { "TableName": "a" } },
            { "ConditionCheck": { "TableName": "b" } },
        ] });
        check("TransactWriteItems", request, &[("PutItem", "table/a"), ("ConditionCheckItem", "table/b")]);
    }

    #[test]
    fn a_batch_needs_its_action_on_every_table() {
        let request = json!({ "RequestItems": { "a": [], "b": [] } });
        check("BatchWriteItem", request, &[("BatchWriteItem", "table/a"), ("BatchWriteItem", "table/b")]);
    }

    #[test]
    fn statements_name_their_table() {
        let select = json!({ "Statement": "SELECT * FROM \"notes\".\"ByUser\" WHERE id = 1" });
        check("ExecuteStatement", select, &[("PartiQLSelect", "table/notes/index/ByUser")]);
        let insert = json!({ "Statement": "insert into notes value {'id': 1}" });
        check("ExecuteStatement", insert, &[("PartiQLInsert", "table/notes")]);
        let update = json!({ "Statement": "UPDATE \"my.notes\"\nSET a = 1 WHERE id = 1" });
        check("ExecuteStatement", update, &[("PartiQLUpdate", "table/my.notes")]);
        let transaction = json!({ "TransactStatements": [
            { "Statement": "EXISTS(SELECT * FROM \"a\" WHERE id = 1)" },
            { "Statement": "DELETE FROM b WHERE id = 1" },
        ] });
        let both = [("PartiQLSelect", "table/a"), ("PartiQLDelete", "table/b")];
        check("ExecuteTransaction", transaction, &both);
    }

    #[test]
    fn a_table_may_be_named_by_its_arn() {
        let arn = "arn:aws:dynamodb:eu-west-1:1:table/notes";
        check("GetItem", json!({ "TableName": arn }), &[("GetItem", "table/notes")]);
        let batch = json!({ "RequestItems": { arn: {} } });
        check("BatchGetItem", batch, &[("BatchGetItem", "table/notes")]);
        let query = json!({ "TableName": arn, "IndexName": "ByUser" });
        check("Scan", query, &[("Scan", "table/notes/index/ByUser")]);
    }

    #[test]
    fn tables_and_indexes_are_found_in_what_is_of_them() {
        for (thing, table, index) in [
            ("table/a", Some("a"), None),
            ("table/b/index/i", Some("b"), Some("i")),
            ("table/c/stream/1", Some("c"), None),
            ("*", None, None),
        ] {
            let resource = format!("arn:aws:dynamodb:eu-west-1:1:{thing}");
            let need = Need { action: "dynamodb:Query".to_owned(), resource, about: &Value::Null };
            assert_eq!((need.table(), need.index()), (table, index));
        }
    }
}
