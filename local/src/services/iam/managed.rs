//! Policies that roles name by ARN: those of the stack, and the few of AWS that functions commonly have.
//! Not a copy of all that AWS manages: what is not known is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use stackwright_policy::Policy;

use crate::stack::Stack;

const STREAMS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
const QUEUES: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/// What a named policy allows: one of the stack, of another stack, or of AWS. `None` if that needs no grant here.
pub(super) fn policy(
    arn: &str,
    stack: &Stack,
    others: &BTreeMap<String, Arc<Stack>>,
) -> Result<Option<Policy>, String> {
    let stacks = [stack].into_iter().chain(others.values().map(Arc::as_ref));
    let mut declared = stacks.flat_map(|stack| stack.of_kind("AWS::IAM::ManagedPolicy"));
    if let Some(own) = declared.find(|policy| policy.reference() == arn) {
        let policy = Policy::of_identity(&own.document("PolicyDocument")?);
        return policy.map(Some).map_err(|error| error.to_string());
    }
    let actions: &[&str] = match arn.rsplit('/').next().unwrap_or_default() {
        // Logs and traces are written whoever asks.
        "AWSLambdaBasicExecutionRole"
        | "AWSLambdaVPCAccessExecutionRole"
        | "AWSXRayDaemonWriteAccess"
        | "AWSAppSyncPushToCloudWatchLogs"
        | "AmazonAPIGatewayPushToCloudWatchLogs"
        | "CloudWatchLambdaInsightsExecutionRolePolicy" => return Ok(None),
        "AWSLambdaDynamoDBExecutionRole" => &STREAMS,
        "AWSLambdaSQSQueueExecutionRole" => &QUEUES,
        "AWSLambdaRole" => &["lambda:InvokeFunction"],
        "AmazonDynamoDBFullAccess" | "AmazonDynamoDBFullAccess_v2" => &["dynamodb:*"],
        "AmazonSQSFullAccess" => &["sqs:*"],
        "AmazonS3FullAccess" => &["s3:*"],
        "AmazonS3ReadOnlyAccess" => &["s3:Get*", "s3:List*"],
        "AmazonEventBridgeFullAccess" => &["events:*"],
        "AmazonAPIGatewayInvokeFullAccess" => &["execute-api:Invoke", "execute-api:ManageConnections"],
        "AdministratorAccess" => &["*"],
        _ => return Err(format!("what the managed policy `{arn}` allows is not known here")),
    };
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] });
    Policy::of_identity(&document).map(Some).map_err(|error| error.to_string())
}
