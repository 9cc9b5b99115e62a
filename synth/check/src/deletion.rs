//! What becomes of a resource that is deleted or replaced: policies that it cannot follow.
//!
//! Source: [DeletionPolicy](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html),
//! [UpdateReplacePolicy](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html).
//! Whether data should be kept is not judged.

use stackwright_template::{DeletionPolicy, LogicalId, Resource};

use crate::finding::Finding;
use crate::index::Index;

/// Types of which CloudFormation makes snapshots.
const WITH_SNAPSHOTS: [&str; 9] = [
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    // The page of the type says so, that of the attribute does not: left alone.
    "AWS::Neptune::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// Both policies of every resource.
pub(crate) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    for (id, resource) in index.template.resources.iter() {
        if resource.deletion_policy == Some(DeletionPolicy::Snapshot) {
            let others = "it may be Delete, Retain or RetainExceptOnCreate";
            snapshot(id, resource, "DeletionPolicy", others, findings);
        }
        match resource.update_replace_policy {
            Some(DeletionPolicy::Snapshot) => {
                snapshot(id, resource, "UpdateReplacePolicy", "it may be Delete or Retain", findings);
            }
            Some(DeletionPolicy::RetainExceptOnCreate) => findings.push(except_on_create(id)),
            _ => {}
        }
    }
}

fn snapshot(id: LogicalId, resource: &Resource, attribute: &str, others: &str, findings: &mut Vec<Finding>) {
    if !WITH_SNAPSHOTS.contains(&resource.kind.as_str()) {
        let message = format!("`{attribute}` of `{id}` is Snapshot, but {} has none", resource.kind);
        findings.push(Finding::of_resource(id, attribute, message).hint(others));
    }
}

fn except_on_create(id: LogicalId) -> Finding {
    let message = "`UpdateReplacePolicy` must be Delete, Retain or Snapshot, not RetainExceptOnCreate";
    let finding = Finding::of_resource(id, "UpdateReplacePolicy", message);
    finding.hint("what is replaced was there before: write Retain")
}
