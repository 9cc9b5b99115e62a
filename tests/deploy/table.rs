//! What is expected of every table, asked of DynamoDB.

use serde_json::{Value, json};

use crate::holds::holds;
use crate::stack::Stack;

/// Checks that the table has this key and is paid for on demand; answers how DynamoDB describes it.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, name: &str, key: &str) -> Value {
    let answer = stack.ask(&["dynamodb", "describe-table", "--table-name", name]);
    let expected = json!({
        "TableStatus": "ACTIVE",
        "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
        "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
        "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
    });
    holds(&answer["Table"], &expected);
    answer["Table"].clone()
}

/// Checks that the table has a stream of new images; answers its ARN.
#[track_caller]
pub(crate) fn check_stream(table: &Value) -> String {
    let expected = json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" });
    assert_eq!(table["StreamSpecification"], expected);
    table["LatestStreamArn"].as_str().expect("the ARN of the stream").to_owned()
}

/// The ARN of a table.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:dynamodb:us-east-1:000000000000:table/{name}")
}
