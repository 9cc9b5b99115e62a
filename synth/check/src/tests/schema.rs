//! Tests of resources against their schemas.

use super::{check, messages};

/// A function with these properties beside the required ones.
#[track_caller]
fn function(properties: &str, expected: &[&str]) {
    messages(
        &format!(
            "  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/f
      Code: {{ZipFile: x}}
      Runtime: python3.13
      Handler: index.handler
      {properties}"
        ),
        expected,
    );
}

#[test]
fn types_that_do_not_exist() {
    check(
        "Resources: {T: {Type: AWS::DynamoDB::Tabel}}",
        &["there is no resource type `AWS::DynamoDB::Tabel`
  --> resource T.Type
  hint: did you mean `AWS::DynamoDB::Table`?"],
    );
    check(
        "Resources: {T: {Type: AWS::DynamDB::Table}}",
        &["there is no resource type `AWS::DynamDB::Table`
  --> resource T.Type
  hint: did you mean `AWS::DynamoDB::Table`?"],
    );
}

#[test]
fn types_of_others_are_free() {
    messages("  T: {Type: Acme::Rockets::Launch, Properties: {Fuel: 1}}", &[]);
    messages("  T: {Type: Custom::Thing, Properties: {ServiceToken: x, Any: {thing: 1}}}", &[]);
    messages("  T: {Type: Custom::Thing}", &["the custom resource `T` needs `ServiceToken`"]);
}

#[test]
fn properties_unknown_missing_or_not_to_be_set() {
    check(
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {VisibiltyTimeout: 30}}}",
        &["`Q` (AWS::SQS::Queue) has no property `VisibiltyTimeout`
  --> resource Q.Properties.VisibiltyTimeout
  hint: did you mean `VisibilityTimeout`?"],
    );
    check(
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Arn: x}}}",
        &["`Arn` is set by AWS and cannot be chosen\n  --> resource Q.Properties.Arn"],
    );
    check(
        "Resources: {P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [x]}}}",
        &["`P` (AWS::SQS::QueuePolicy) needs `PolicyDocument`\n  --> resource P.Properties"],
    );
    check(
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: a, Vlue: b}]}}}",
        &[
            "`Tags` has no property `Vlue`
  --> resource Q.Properties.Tags[0].Vlue
  hint: did you mean `Value`?",
            "`Tags` needs `Value`\n  --> resource Q.Properties.Tags[0]",
        ],
    );
}

#[test]
fn kinds_of_values() {
    function("Timeout: '30'", &[]);
    function("Timeout: soon", &["`Timeout` must be a whole number, not \"soon\""]);
    function("Timeout: 1.5", &["`Timeout` must be a whole number, not 1.5"]);
    function("Timeout: true", &["`Timeout` must be a whole number, not true"]);
    function("Description: 12", &[]);
    function("Description: [a]", &["`Description` must be a text, not a list"]);
    function("Layers: arn", &["`Layers` must be a list, not \"arn\""]);
    function("Environment: [A]", &["`Environment` must be a map, not a list"]);
    function("PublishToLatestPublished: 'true'", &[]);
    function("PublishToLatestPublished: 1", &["`PublishToLatestPublished` must be true or false, not 1"]);
}

#[test]
fn bounds_and_lengths() {
    function("MemorySize: 64", &["`MemorySize` must be 128 to 32768, not 64"]);
    function(
        "ReservedConcurrentExecutions: -1",
        &["`ReservedConcurrentExecutions` must be at least 0, not -1"],
    );
    let long = "x".repeat(257);
    function(&format!("Description: {long}"), &["`Description` must have 0 to 256 characters, not 257"]);
    function("Architectures: [arm64, x86_64]", &["`Architectures` must have exactly 1 item, not 2"]);
}

#[test]
fn allowed_values_and_patterns() {
    check(
        "Resources: {T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQEST,
  KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}}",
        &["`BillingMode` must be PAY_PER_REQUEST or PROVISIONED, not \"PAY_PER_REQEST\"
  --> resource T.Properties.BillingMode
  hint: did you mean `PAY_PER_REQUEST`?"],
    );
    function(
        "FunctionName: a b",
        &[
            "`FunctionName` must match `^([a-zA-Z0-9_-]{1,64}|arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:function:\
           [a-zA-Z0-9_-]{1,64})$`, and \"a b\" does not",
        ],
    );
    messages(
        "  L: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 15}}",
        &[
            "`RetentionInDays` must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, \
           1827, 2192, 2557, 2922, 3288, 3653, not 15",
        ],
    );
}

#[test]
fn items_given_twice() {
    function("Layers: [!Ref AWS::StackId, !Ref AWS::StackId]", &[]);
    messages(
        "  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: f, FunctionResponseTypes: [ReportBatchItemFailures, ReportBatchItemFailures]}",
        &[
            "`FunctionResponseTypes` must have 0 to 1 item, not 2",
            "`FunctionResponseTypes` holds \"ReportBatchItemFailures\" twice",
        ],
    );
}

#[test]
fn functions_fit_anywhere() {
    function("Timeout: !Ref AWS::Region", &[]);
    function("Layers: !Split [',', a]", &[]);
    function("MemorySize: !If [Big, 1024, !Ref AWS::NoValue]", &["there is no condition `Big`"]);
    function("Layers: !Sub 'x${AWS::Region}'", &["`Layers` must be a list, not the text of a `!Sub`"]);
    function("KmsKeyArn: '{{resolve:ssm:key}}'", &[]);
}

#[test]
fn branches_are_checked() {
    let template = |size: &str| {
        format!(
            "Conditions: {{Big: !Equals [!Ref AWS::Region, x]}}
Resources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: {size}}}}}}}"
        )
    };
    check(&template("!If [Big, 43200, 0]"), &[]);
    check(
        &template("!If [Big, 43201, 0]"),
        &["`VisibilityTimeout` must be 0 to 43200, not 43201\n  --> resource Q.Properties.VisibilityTimeout"],
    );
    check(
        "Conditions: {Big: !Equals [!Ref AWS::Region, x]}
Resources: {P: {Type: AWS::SQS::QueuePolicy, Properties: {PolicyDocument: !Ref AWS::NoValue,
  Queues: !If [Big, [x], !Ref AWS::NoValue]}}}",
        &["`P` (AWS::SQS::QueuePolicy) needs `PolicyDocument`\n  --> resource P.Properties"],
    );
}

#[test]
fn properties_that_go_together() {
    messages(
        "  T:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: k}",
        &["`SSESpecification` needs `SSEType` beside `KMSMasterKeyId`"],
    );
}

#[test]
fn a_path_of_a_local_file_is_packaged_later() {
    messages(
        "  F: {Type: AWS::Lambda::Function, Properties: {Role: !Sub 'x${AWS::Region}', Code: assets/a.zip,
    Runtime: provided.al2023, Handler: bootstrap}}",
        &[],
    );
}

#[test]
fn names_where_arns_are_wanted() {
    let role = |role: &str| {
        format!(
            "  R: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Statement: {{Effect: Allow,
    Action: 'sts:AssumeRole', Principal: {{Service: lambda.amazonaws.com}}}}}}}}}}
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: {role}, Code: {{ZipFile: x}}, Runtime: python3.13, Handler: i.h}}}}"
        )
    };
    messages(&role("!GetAtt R.Arn"), &[]);
    messages(&role("!Ref R"), &["`Role` takes the Arn of `R`, not its RoleName"]);
    messages(&role("!GetAtt R.RoleId"), &["`Role` takes the Arn of `R`, not its RoleId"]);
}

#[test]
fn names_given_twice() {
    messages(
        "  A: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: logs}}
  B: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: logs}}
  C: {Type: AWS::SNS::Topic, Properties: {TopicName: logs}}",
        &["`B` and `A` have the same LogGroupName"],
    );
}
