//! Which grants a request needs: its action, on each table and index it touches.
//! Looks at nothing but the request.

use std::collections::HashSet;

use serde_json::Value;

use crate::place::Place;

/// The actions and ARNs that a request is about, each once; the ARN is `*` for an action without one.
pub(super) fn resources(place: &Place, action: &str, request: &Value) -> Vec<(String, String)> {
    let mut seen = HashSet::new();
    let mut all = each(place, action, request);
    all.retain(|one| seen.insert(one.clone()));
    all
}

fn each(place: &Place, action: &str, request: &Value) -> Vec<(String, String)> {
    let granted = |action: &str| format!("dynamodb:{action}");
    let table = |name: &Value| table_arn(place, name.as_str().unwrap_or_default());
    match action {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(name, _)| (granted(action), table_arn(place, name))).collect()
        }
        "TransactGetItems" | "TransactWriteItems" => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            let parts = items.filter_map(Value::as_object).flatten();
            parts.map(|(part, item)| (granted(single(part)), table(&item["TableName"]))).collect()
        }
        "Query" | "Scan" if request["IndexName"].is_string() => {
            let index = request["IndexName"].as_str().unwrap_or_default();
            vec![(granted(action), format!("{}/index/{index}", table(&request["TableName"])))]
        }
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => statements(place, request),
        "ListTables" | "DescribeLimits" | "DescribeEndpoints" => vec![(granted(action), "*".to_owned())],
        "GetShardIterator" | "DescribeStream" => {
            let stream = request["StreamArn"].as_str().unwrap_or_default();
            vec![(granted(action), stream.to_owned())]
        }
        "GetRecords" => vec![(granted(action), stream_of(place, &request["ShardIterator"]))],
        "ListStreams" => {
            let stream = format!("{}/stream/*", table(&request["TableName"]));
            vec![(granted(action), if request["TableName"].is_string() { stream } else { "*".to_owned() })]
        }
        "TagResource" | "UntagResource" | "ListTagsOfResource" => {
            vec![(granted(action), request["ResourceArn"].as_str().unwrap_or("*").to_owned())]
        }
        _ => vec![(granted(action), table(&request["TableName"]))],
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
fn statements(place: &Place, request: &Value) -> Vec<(String, String)> {
    let listed = ["Statements", "TransactStatements"].iter().filter_map(|name| request[*name].as_array());
    let texts = listed.flatten().map(|statement| &statement["Statement"]).chain([&request["Statement"]]);
    texts.filter_map(Value::as_str).map(|text| statement(place, text)).collect()
}

fn statement(place: &Place, text: &str) -> (String, String) {
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
    (format!("dynamodb:{action}"), resource)
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

/// The names of the tables among ARNs, also of those of indexes and streams.
pub(super) fn tables(resources: &[(String, String)]) -> impl Iterator<Item = &str> {
    let table = |(_, arn): &'_ (String, String)| -> Option<std::ops::Range<usize>> {
        let start = arn.find(":table/")? + ":table/".len();
        let length = arn[start..].find('/').unwrap_or(arn.len() - start);
        Some(start..start + length)
    };
    resources.iter().filter_map(move |resource| Some(&resource.1[table(resource)?]))
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
        assert_eq!(resources(&place, action, &request), expected, "{action}");
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
    fn tables_are_found_in_whatever_is_of_them() {
        let of = |thing: &str| ("dynamodb:Query".to_owned(), format!("arn:aws:dynamodb:eu-west-1:1:{thing}"));
        let all = [of("table/a"), of("table/b/index/i"), of("table/c/stream/1"), ("x".into(), "*".into())];
        assert_eq!(tables(&all).collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
