//! What IAM asks for when DynamoDB gets a request: its own action, or those of its parts.
//! Judges no request: the engine does.

use handler_calls::Call;
use serde_json::Value;

/// The calls that an operation (`DynamoDB_20120810.PutItem`) with that body is.
pub(crate) fn calls(target: &str, body: &Value) -> Vec<Call> {
    let operation = target.rsplit('.').next().unwrap();
    match operation {
        // A transaction needs the actions of its parts and none of its own.
        "TransactWriteItems" | "TransactGetItems" => {
            body["TransactItems"].as_array().unwrap().iter().flat_map(parts).collect()
        }
        "BatchGetItem" | "BatchWriteItem" => {
            body["RequestItems"].as_object().unwrap().keys().map(|table| call(operation, table)).collect()
        }
        _ => vec![whole(operation, body)],
    }
}

fn parts(item: &Value) -> Vec<Call> {
    let parts = item.as_object().unwrap().iter();
    parts.map(|(part, body)| call(action(part), body["TableName"].as_str().unwrap())).collect()
}

fn action(part: &str) -> &str {
    match part {
        "ConditionCheck" => "ConditionCheckItem",
        "Delete" => "DeleteItem",
        "Get" => "GetItem",
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        other => other,
    }
}

fn whole(operation: &str, body: &Value) -> Call {
    let call = call(operation, body["TableName"].as_str().unwrap_or_default());
    match body["IndexName"].as_str() {
        Some(index) => call.part(format!("index {index}")),
        None => call,
    }
}

fn call(operation: &str, table: &str) -> Call {
    Call::new(&format!("dynamodb:{operation}"), table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(operation: &str, body: Value, expected: &[&str]) {
        let calls = calls(&format!("DynamoDB_20120810.{operation}"), &body);
        assert_eq!(calls.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn most_operations_are_their_own_action() {
        check("PutItem", json!({"TableName": "notes"}), &["dynamodb:PutItem on notes"]);
        check("Query", json!({"TableName": "notes"}), &["dynamodb:Query on notes"]);
    }

    #[test]
    fn a_query_of_an_index_is_on_the_index() {
        let body = json!({"TableName": "notes", "IndexName": "ByTitle"});
        check("Query", body, &["dynamodb:Query on index ByTitle of notes"]);
    }

    #[test]
    fn a_transaction_is_its_parts() {
        let [a, b] = ["a", "b"].map(|table| json!({ "TableName": table }));
        let body =
            json!({"TransactItems": [{"Put": a}, {"Update": b}, {"Delete": a}, {"ConditionCheck": b}]});
        let expected = [
            "dynamodb:PutItem on a",
            "dynamodb:UpdateItem on b",
            "dynamodb:DeleteItem on a",
            "dynamodb:ConditionCheckItem on b",
        ];
        check("TransactWriteItems", body, &expected);
        check("TransactGetItems", json!({"TransactItems": [{"Get": a}]}), &["dynamodb:GetItem on a"]);
    }

    #[test]
    fn a_batch_is_its_own_action_on_each_table() {
        let body = json!({"RequestItems": {"a": [], "b": []}});
        check("BatchWriteItem", body, &["dynamodb:BatchWriteItem on a", "dynamodb:BatchWriteItem on b"]);
    }
}
