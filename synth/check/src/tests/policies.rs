//! Tests of policies together with what they are about: indexes of tables, lengths for a role.

use super::{check, messages};

const TABLES: &str = "  Notes: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST,
    KeySchema: [{AttributeName: id, KeyType: HASH}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}],
    GlobalSecondaryIndexes: [
      {IndexName: ByUser, KeySchema: [{AttributeName: id, KeyType: HASH}], Projection: {ProjectionType: ALL}},
      {IndexName: ByDay, KeySchema: [{AttributeName: id, KeyType: HASH}], Projection: {ProjectionType: ALL}}]}}
  Plain: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST,
    KeySchema: [{AttributeName: id, KeyType: HASH}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]}}
  Jobs: {Type: AWS::SQS::Queue}\n";

/// The tables, and a managed policy for that resource.
fn for_resource(resource: &str) -> String {
    format!(
        "{TABLES}  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{{Effect: Allow, Action: 'dynamodb:Query', Resource: {resource}}}]"
    )
}

#[test]
fn indexes_that_the_table_has() {
    for good in [
        "!Sub '${Notes.Arn}/index/ByUser'",
        "!Sub '${Notes.Arn}/index/*'",
        "!Sub '${Plain.Arn}/index/*'",
        "!Sub '${Notes.Arn}/index/By${AWS::Region}'",
        "!Sub '${Jobs.Arn}/index/Typo'",
        "[!GetAtt Notes.Arn, !Join ['', [!GetAtt Notes.Arn, /index/ByDay]]]",
    ] {
        messages(&for_resource(good), &[]);
    }
}

#[test]
fn indexes_that_the_table_has_not() {
    check(
        &format!("Resources:\n{}", for_resource("!Sub '${Notes.Arn}/index/ByUsr'")),
        &["`Notes` has no index `ByUsr`, it has ByUser, ByDay
  --> resource P.Properties.PolicyDocument.Statement[0].Resource
  hint: did you mean `ByUser`?"],
    );
    for bad in [
        "!Sub '${Notes.Arn}/index/Typo'",
        "!Sub 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Notes}/index/Typo'",
        "!Sub ['${Table}/index/Typo', {Table: !GetAtt Notes.Arn}]",
        "[!GetAtt Notes.Arn, !Join ['', [!GetAtt Notes.Arn, /index/Typo]]]",
    ] {
        messages(&for_resource(bad), &["`Notes` has no index `Typo`, it has ByUser, ByDay"]);
    }
    messages(
        &for_resource("!Sub '${Plain.Arn}/index/ByUser'"),
        &["`Plain` has no index `ByUser`, it has none"],
    );
}

#[test]
fn indexes_that_are_not_known_here() {
    let tables =
        for_resource("!Sub '${Notes.Arn}/index/Typo'").replace("IndexName: ByDay", "IndexName: !Ref Jobs");
    messages(&tables, &[]);
}
