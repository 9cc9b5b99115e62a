//! Names chosen for resources: two of one type cannot have the same in an account.
//!
//! Only types whose names are unique by themselves: a record set or a stage may share its name with another.

use super::{duplicates, given};
use crate::finding::Finding;
use crate::index::Index;

/// Types and the property that names their resources, unique in an account and region.
const NAMED: [(&str, &str); 12] = [
    ("AWS::CloudWatch::Alarm", "AlarmName"),
    ("AWS::DynamoDB::Table", "TableName"),
    ("AWS::Events::EventBus", "Name"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::Kinesis::Stream", "Name"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SSM::Parameter", "Name"),
];

/// Every resource of those types that is given a name.
pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (kind, property) in NAMED {
        let key = |resource| Some(vec![given(resource, property)?]);
        duplicates(index.of_type(kind), key, |id, _, first| {
            let message = format!("`{id}` and `{first}` have the same {property}");
            findings.push(Finding::of_resource(id, format!("Properties.{property}"), message));
        });
    }
}
