//! Tests of what becomes of resources that are deleted or replaced.

use super::{check, messages};

#[test]
fn policies_that_every_type_follows() {
    for good in [
        "DeletionPolicy: Retain, UpdateReplacePolicy: Delete",
        "DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Retain",
    ] {
        messages(&format!("  Jobs: {{Type: AWS::SQS::Queue, {good}}}"), &[]);
    }
}

#[test]
fn a_replacement_has_no_creation_to_except() {
    check(
        "Resources: {Jobs: {Type: AWS::SQS::Queue, UpdateReplacePolicy: RetainExceptOnCreate}}",
        &["`UpdateReplacePolicy` must be Delete, Retain or Snapshot, not RetainExceptOnCreate
  --> resource Jobs.UpdateReplacePolicy
  hint: what is replaced was there before: write Retain"],
    );
}

#[test]
fn snapshots_of_what_has_some() {
    messages(
        "  Disk: {Type: AWS::EC2::Volume, DeletionPolicy: Snapshot, UpdateReplacePolicy: Snapshot,
    Properties: {AvailabilityZone: eu-west-1a, Size: 1}}",
        &[],
    );
}

#[test]
fn snapshots_of_what_has_none() {
    check(
        "Resources: {Jobs: {Type: AWS::SQS::Queue, DeletionPolicy: Snapshot, UpdateReplacePolicy: Snapshot}}",
        &[
            "`DeletionPolicy` of `Jobs` is Snapshot, but AWS::SQS::Queue has none
  --> resource Jobs.DeletionPolicy
  hint: it may be Delete, Retain or RetainExceptOnCreate",
            "`UpdateReplacePolicy` of `Jobs` is Snapshot, but AWS::SQS::Queue has none
  --> resource Jobs.UpdateReplacePolicy
  hint: it may be Delete or Retain",
        ],
    );
}
