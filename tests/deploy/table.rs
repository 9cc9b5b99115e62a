//! What is expected of every table, asked of DynamoDB.

use serde_json::{Value, json};

use crate::holds::holds;
use crate::stack::Stack;

/// Checks that the table has this key, of type S; answers how DynamoDB describes it.
#[track_caller]
pub(crate) fn check(stack: &Stack<'_>, name: &str, key: &str) -> Value {
    let table = describe(stack, name);
    let expected = json!({
        "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
        "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
    });
    holds(&table, &expected);
    table
}

/// How DynamoDB describes a table, which is to be ready and paid for on demand.
#[track_caller]
pub(crate) fn describe(stack: &Stack<'_>, name: &str) -> Value {
    let answer = stack.ask(&["dynamodb", "describe-table", "--table-name", name]);
    let paid = json!({ "BillingMode": "PAY_PER_REQUEST" });
    holds(&answer["Table"], &json!({ "TableStatus": "ACTIVE", "BillingModeSummary": paid }));
    answer["Table"].clone()
}

/// Checks that rows of the table `id` die by themselves. ministack forgets the time to live of a table that
/// CloudFormation makes.
#[track_caller]
pub(crate) fn check_expiry(stack: &Stack<'_>, id: &str) {
    let expected = json!({ "TimeToLiveSpecification": { "AttributeName": "expires", "Enabled": true } });
    holds(stack.declared(id), &expected);
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
