//! Policies that roles name by ARN: those of the stack, and the few of AWS that functions commonly have.
//! Not a copy of all that AWS manages: what is not known is told.

use serde_json::json;
use stackwright_policy::Policy;

use crate::stack::Stack;

const STREAMS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
const QUEUES: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/// What a named policy allows; nothing for one that the stack declares itself, whose own `Roles` are read elsewhere.
pub(crate) fn policy(arn: &str, stack: &Stack) -> Result<Option<Policy>, String> {
    let name = arn.rsplit('/').next().unwrap_or_default();
    let actions: &[&str] = match name {
        // Logs and traces are written whoever asks.
        "AWSLambdaBasicExecutionRole"
        | "AWSXRayDaemonWriteAccess"
        | "AWSAppSyncPushToCloudWatchLogs"
        | "AmazonAPIGatewayPushToCloudWatchLogs"
        | "CloudWatchLambdaInsightsExecutionRolePolicy" => return Ok(None),
        "AWSLambdaDynamoDBExecutionRole" => &STREAMS,
        "AWSLambdaSQSQueueExecutionRole" => &QUEUES,
        "AmazonDynamoDBFullAccess" => &["dynamodb:*"],
        "AmazonSQSFullAccess" => &["sqs:*"],
        "AmazonS3FullAccess" => &["s3:*"],
        "AmazonS3ReadOnlyAccess" => &["s3:Get*", "s3:List*"],
        "AmazonEventBridgeFullAccess" => &["events:*"],
        "AmazonAPIGatewayInvokeFullAccess" => &["execute-api:Invoke", "execute-api:ManageConnections"],
        "AdministratorAccess" => &["*"],
        _ => return declared(arn, stack),
    };
    let document = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] });
    Policy::of_identity(&document).map(Some).map_err(|error| error.to_string())
}

fn declared(arn: &str, stack: &Stack) -> Result<Option<Policy>, String> {
    let own = stack.of_kind("AWS::IAM::ManagedPolicy").find(|policy| policy.reference() == arn);
    let Some(own) = own else {
        return Err(format!("what the managed policy `{arn}` allows is not known here"));
    };
    Policy::of_identity(&own.document("PolicyDocument")?).map(Some).map_err(|error| error.to_string())
}
