//! Tests of policies together with what they are about: indexes of tables, fields of APIs, lengths for a role.

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

/// A GraphQL API with one mutation, and a managed policy for that resource.
fn for_field(resource: &str) -> String {
    format!(
        "  Api: {{Type: AWS::AppSync::GraphQLApi, Properties: {{Name: a, AuthenticationType: AWS_IAM}}}}
  Schema: {{Type: AWS::AppSync::GraphQLSchema, Properties: {{ApiId: !GetAtt Api.ApiId,
    Definition: 'type Query {{ time: Int }} type Mutation {{ announce: Int }}'}}}}
  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {{Version: '2012-10-17',
    Statement: [{{Effect: Allow, Action: 'appsync:GraphQL', Resource: {resource}}}]}}}}}}"
    )
}

#[test]
fn fields_that_the_api_has() {
    for good in [
        "!Sub '${Api.Arn}/types/Mutation/fields/announce'",
        "!Sub '${Api}/types/Mutation/fields/*'",
        "!Sub '${Api.Arn}/types/*/fields/any'",
        "!Sub '${Api.Arn}/types/Mutation/fields/${AWS::Region}'",
        "!Sub '${Api.Arn}/*'",
        "!Sub '${Jobs.Arn}/types/Mutation/fields/typo'",
    ] {
        messages(&format!("  Jobs: {{Type: AWS::SQS::Queue}}\n{}", for_field(good)), &[]);
    }
}

#[test]
fn fields_that_the_api_has_not() {
    check(
        &format!("Resources:\n{}", for_field("!Sub '${Api.Arn}/types/Mutation/fields/anounce'")),
        &["the type `Mutation` of `Schema` has no field `anounce`
  --> resource P.Properties.PolicyDocument.Statement[0].Resource
  hint: did you mean `announce`?"],
    );
    for bad in [
        "!Sub 'arn:aws:appsync:${AWS::Region}:${AWS::AccountId}:apis/${Api.ApiId}/types/Mutation/fields/typo'",
        "[!Join ['', [!GetAtt Api.Arn, /types/Mutation/fields/typo]]]",
    ] {
        messages(&for_field(bad), &["the type `Mutation` of `Schema` has no field `typo`"]);
    }
    messages(&for_field("!Sub '${Api.Arn}/types/Mutations/fields/*'"), &["`Schema` has no type `Mutations`"]);
}

const TRUST: &str = "AssumeRolePolicyDocument: {Version: '2012-10-17',
    Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}";

/// A document of 60 characters, and 26 more for each of its actions.
fn document(actions: usize) -> String {
    let actions = vec!["dynamodb:BatchWriteItem"; actions].join(", ");
    format!("{{Statement: [{{Effect: Allow, Action: [{actions}], Resource: '*'}}]}}")
}

/// An inline policy of the role `R`.
fn attached(id: &str, actions: usize) -> String {
    let document = document(actions);
    format!(
        "  {id}: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: {id}, Roles: [!Ref R], PolicyDocument: {document}}}}}\n"
    )
}

#[test]
fn a_policy_of_its_own_is_measured() {
    let role = format!("  R: {{Type: AWS::IAM::Role, Properties: {{{TRUST}}}}}\n");
    messages(&format!("{role}{}", attached("P", 390)), &[]);
    check(
        &format!("Resources:\n{role}{}", attached("P", 400)),
        &["the policies of `P` have 10460 characters at least; IAM takes 10240
  --> resource P.Properties.PolicyDocument
  hint: put part of it into a managed policy"],
    );
}

#[test]
fn policies_of_a_role_are_measured_together() {
    let role = |inline: usize| {
        let document = document(inline);
        format!(
            "  R: {{Type: AWS::IAM::Role, Properties: {{{TRUST}, Policies: [{{PolicyName: p, PolicyDocument: {document}}}]}}}}\n"
        )
    };
    messages(&format!("{}{}", role(100), attached("P", 200)), &[]);
    messages(
        &format!("{}{}{}", role(200), attached("P", 100), attached("Q", 100)),
        &["the policies of `R` have 10580 characters at least; IAM takes 10240"],
    );
}
