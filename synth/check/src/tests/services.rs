//! Tests of the rules of DynamoDB, Lambda, IAM, SQS and S3.

use super::{check, messages};

/// A table of these properties, keyed by `id`.
#[track_caller]
fn table(properties: &str, expected: &[&str]) {
    messages(
        &format!(
            "  Documents:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      {properties}"
        ),
        expected,
    );
}

const ID: &str = "KeySchema: [{AttributeName: id, KeyType: HASH}]";
const ID_DECLARED: &str = "AttributeDefinitions: [{AttributeName: id, AttributeType: S}]";

fn by_user(keys: &str) -> String {
    format!(
        "GlobalSecondaryIndexes: [{{IndexName: ByUser, KeySchema: [{keys}], Projection: {{ProjectionType: ALL}}}}]"
    )
}

#[test]
fn keys_are_declared_and_nothing_else_is() {
    check(
        &format!(
            "Resources: {{Documents: {{Type: AWS::DynamoDB::Table, Properties: {{BillingMode: PAY_PER_REQUEST, {ID}, {ID_DECLARED}, {}}}}}}}",
            by_user("{AttributeName: user_id, KeyType: HASH}")
        ),
        &["`Documents` has no attribute `user_id`, but index `ByUser` is keyed by it
  --> resource Documents.Properties.GlobalSecondaryIndexes[0].KeySchema
  hint: declare `user_id` in AttributeDefinitions with its type: S, N or B"],
    );
    table(ID, &["`Documents` has no attribute `id`, but it is keyed by it"]);
    table(
        &format!(
            "{ID}\n      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}, {{AttributeName: title, AttributeType: S}}]"
        ),
        &["`Documents` declares the attribute `title`, which no key uses"],
    );
}

#[test]
fn the_first_key_is_the_hash_key() {
    table(
        &format!("KeySchema: [{{AttributeName: id, KeyType: RANGE}}]\n      {ID_DECLARED}"),
        &["the key of `Documents` is RANGE"],
    );
    table(
        &format!("{ID}\n      {ID_DECLARED}\n      {}", by_user("{AttributeName: id, KeyType: RANGE}")),
        &["the key of index `ByUser` of `Documents` is RANGE"],
    );
}

#[test]
fn local_indexes_share_the_hash_key() {
    let local = "LocalSecondaryIndexes: [{IndexName: ByDay, Projection: {ProjectionType: ALL},
        KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: day, KeyType: RANGE}]}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: day, AttributeType: S}]";
    table(&format!("{ID}\n      {local}"), &["`Documents` has a local index but no RANGE key of its own"]);
    table(
        &format!("KeySchema: [{{AttributeName: day, KeyType: HASH}}]\n      {local}"),
        &["index `ByDay` of `Documents` does not start with the table's own HASH key"],
    );
}

#[test]
fn a_table_has_five_local_indexes_at_most() {
    let indexes: Vec<String> = (0..6)
        .map(|n| {
            format!(
                "{{IndexName: Day{n}, Projection: {{ProjectionType: ALL}}, KeySchema: [{{AttributeName: id, KeyType: HASH}},
        {{AttributeName: day, KeyType: RANGE}}]}}"
            )
        })
        .collect();
    table(
        &format!(
            "KeySchema: [{{AttributeName: id, KeyType: HASH}}, {{AttributeName: day, KeyType: RANGE}}]
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}, {{AttributeName: day, AttributeType: S}}]
      LocalSecondaryIndexes: [{}]",
            indexes.join(", ")
        ),
        &["`Documents` has 6 local indexes; DynamoDB takes 5"],
    );
}

#[test]
fn capacity_follows_billing() {
    let capacity = "ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}";
    table(
        &format!("{ID}\n      {ID_DECLARED}\n      {capacity}"),
        &["`Documents` is billed per request, but has ProvisionedThroughput"],
    );
    messages(
        &format!("  T: {{Type: AWS::DynamoDB::Table, Properties: {{{ID}, {ID_DECLARED}}}}}"),
        &["`T` is billed for capacity, but has no ProvisionedThroughput"],
    );
    messages(
        &format!(
            "  T: {{Type: AWS::DynamoDB::Table, Properties: {{{ID}, {ID_DECLARED}, {capacity}, {}}}}}",
            by_user("{AttributeName: id, KeyType: HASH}")
        ),
        &["index `ByUser` of `T` is billed for capacity, but has no ProvisionedThroughput"],
    );
}

#[test]
fn projections_and_time_to_live() {
    table(
        &format!(
            "{ID}\n      {ID_DECLARED}
      GlobalSecondaryIndexes:
      - {{IndexName: One, KeySchema: [{{AttributeName: id, KeyType: HASH}}], Projection: {{ProjectionType: INCLUDE}}}}
      - IndexName: One
        KeySchema: [{{AttributeName: id, KeyType: HASH}}]
        Projection: {{ProjectionType: ALL, NonKeyAttributes: [a]}}
      TimeToLiveSpecification: {{Enabled: true}}"
        ),
        &[
            "there are two indexes called `One`",
            "a projection that is INCLUDE needs `NonKeyAttributes`",
            "a projection that is ALL cannot have `NonKeyAttributes`",
            "`Documents` has time to live without the attribute that holds it",
        ],
    );
}

/// A function, and a mapping with these properties.
#[track_caller]
fn mapping(source: &str, properties: &str, expected: &[&str]) {
    messages(
        &format!(
            "  Table: {{Type: AWS::DynamoDB::Table, Properties: {{BillingMode: PAY_PER_REQUEST, {ID}, {ID_DECLARED},
    StreamSpecification: {{StreamViewType: NEW_IMAGE}}}}}}
  Silent: {{Type: AWS::DynamoDB::Table, Properties: {{BillingMode: PAY_PER_REQUEST, {ID}, {ID_DECLARED}}}}}
  Dead: {{Type: AWS::SQS::Queue}}
  Queue: {{Type: AWS::SQS::Queue, Properties: {{RedrivePolicy: {{deadLetterTargetArn: !GetAtt Dead.Arn,
    maxReceiveCount: 3}}}}}}
  DeadOrdered: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: true}}}}
  Ordered: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: true, VisibilityTimeout: 60,
    RedrivePolicy: {{deadLetterTargetArn: !GetAtt DeadOrdered.Arn, maxReceiveCount: 3}}}}}}
  Quick: {{Type: AWS::Lambda::Function, Properties: {{Role: !Sub 'x${{AWS::Region}}', Code: {{ZipFile: x}},
    Runtime: python3.13, Handler: i.h}}}}
  Slow: {{Type: AWS::Lambda::Function, Properties: {{Role: !Sub 'x${{AWS::Region}}', Code: {{ZipFile: x}},
    Runtime: python3.13, Handler: i.h, Timeout: 60}}}}
  Feed: {{Type: AWS::Lambda::EventSourceMapping, Properties: {{EventSourceArn: !GetAtt {source}, {properties}}}}}"
        ),
        expected,
    );
}

#[test]
fn streams_that_are_not_there() {
    mapping(
        "Silent.StreamArn",
        "FunctionName: !Ref Quick, StartingPosition: LATEST, MaximumRetryAttempts: 3",
        &["`Feed` uses the stream of `Silent`, which has none"],
    );
}

#[test]
fn a_table_is_not_its_stream() {
    mapping(
        "Table.Arn",
        "FunctionName: !Ref Quick, StartingPosition: LATEST, MaximumRetryAttempts: 3",
        &["`Feed` reads the table `Table` itself, not its stream"],
    );
}

#[test]
fn a_stream_has_a_start_and_an_end_of_retries() {
    mapping(
        "Table.StreamArn",
        "FunctionName: !Ref Quick",
        &[
            "`Feed` reads a stream and needs `StartingPosition`",
            "`Feed` retries for ever: a record that fails holds up its shard until it expires",
        ],
    );
    let start = "FunctionName: !Ref Quick, StartingPosition: LATEST";
    mapping("Table.StreamArn", &format!("{start}, MaximumRetryAttempts: 0"), &[]);
    mapping("Table.StreamArn", &format!("{start}, MaximumRecordAgeInSeconds: 3600"), &[]);
}

#[test]
fn a_queue_outlasts_its_function_and_has_no_options_of_streams() {
    mapping("Queue.Arn", "FunctionName: !Ref Quick", &[]);
    mapping(
        "Queue.Arn",
        "FunctionName: !GetAtt Slow.Arn",
        &["`Queue` hides a message for 30 s, but `Slow` may take 60 s over it"],
    );
    mapping(
        "Queue.Arn",
        "FunctionName: !Ref Quick, StartingPosition: LATEST",
        &["`Feed` reads a queue; `StartingPosition` is for streams"],
    );
    mapping(
        "Queue.Arn",
        "FunctionName: !Ref Quick, BatchSize: 100",
        &["a batch of 100 messages, more than 10, needs time to gather"],
    );
    mapping(
        "Ordered.Arn",
        "FunctionName: !Ref Slow, BatchSize: 100",
        &["a FIFO queue gives batches of 10 at most, not 100"],
    );
}

#[test]
fn a_source_feeds_a_function_once() {
    mapping(
        "Queue.Arn",
        "FunctionName: !Ref Quick}}
  Again: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Quick",
        &["`Again` and `Feed` feed the same function from the same source"],
    );
}

#[track_caller]
fn function(code: &str, variables: &str, expected: &[&str]) {
    messages(
        &format!(
            "  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !Sub 'x${{AWS::Region}}', {code},
    Environment: {{Variables: {{{variables}}}}}}}}}"
        ),
        expected,
    );
}

#[test]
fn environments() {
    let code = "Code: {ZipFile: x}, Runtime: python3.13, Handler: i.h";
    function(code, "TABLE_NAME: t", &[]);
    function(code, "AWS_REGION: x", &["the variable `AWS_REGION` is set by Lambda itself"]);
    function(code, "1ST: x", &["`1ST` cannot be the name of an environment variable"]);
    function(code, "A-B: x", &["`A-B` cannot be the name of an environment variable"]);
    let long = "x".repeat(4_096);
    function(code, &format!("LONG: {long}"), &["the environment of `F` has 4100 bytes; Lambda takes 4096"]);
}

#[test]
fn code_says_where_it_is_and_what_runs_it() {
    function(
        "Code: {S3Bucket: assets}, Runtime: python3.13",
        "",
        &[
            "the code of `F` is in a bucket, but needs `S3Key` to be found there",
            "`F` is a function in a zip and needs `Handler`",
        ],
    );
    function("Code: {}", "", &["`F` has no code: set S3Bucket and S3Key, ZipFile, or ImageUri"]);
}

/// A managed policy of these statements.
#[track_caller]
fn policy(statements: &str, expected: &[&str]) {
    messages(
        &format!(
            "  P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {{Version: '2012-10-17',
    Statement: {statements}}}}}}}"
        ),
        expected,
    );
}

#[test]
fn statements_of_policies() {
    policy("[{Effect: Allow, Action: 's3:*', Resource: '*'}]", &[]);
    policy("{Effect: Deny, NotAction: 's3:*', NotResource: 'arn:aws:s3:::b'}", &[]);
    policy(
        "[{}]",
        &[
            "a statement of `P` needs `Effect`: Allow or Deny",
            "a statement of `P` needs `Action`",
            "a statement of `P` needs `Resource`",
        ],
    );
    policy("[{Effect: Allow, Action: '*', Resource: '*'}]", &["`P` allows every action of every service"]);
    policy(
        "[{Effect: allow, Actions: x, Action: getItem, Resource: table, Principal: '*'}]",
        &[
            "a statement of a policy has no `Actions`",
            "this policy cannot have `Principal`",
            "`Effect` must be Allow or Deny, not \"allow\"",
            "\"getItem\" is not an action",
            "a policy names resources by their ARN or `*`, not \"table\"",
        ],
    );
    policy(
        "[{Sid: a-b, Effect: Deny, Action: '*', Resource: '*'}, {Sid: a-b, Effect: Deny, Action: '*', Resource: '*'}]",
        &[
            "the Sid \"a-b\" may hold letters and digits only",
            "the Sid \"a-b\" may hold letters and digits only",
            "two statements have the Sid \"a-b\"",
        ],
    );
}

#[test]
fn policies_of_roles() {
    messages(
        "  R: {Type: AWS::IAM::Role, Properties: {
    AssumeRolePolicyDocument: {Version: 2012-10-18, Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Resource: '*'}]},
    Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17'}}]}}",
        &[
            "the version of a policy is 2012-10-17, not \"2012-10-18\"",
            "this policy cannot have `Resource`",
            "a statement of `R` needs `Principal`",
            "a policy of `R` has no `Statement`",
        ],
    );
}

#[test]
fn policies_that_are_too_long() {
    let actions = vec!["dynamodb:BatchWriteItem"; 300].join(", ");
    policy(
        &format!("[{{Effect: Allow, Action: [{actions}], Resource: '*'}}]"),
        &["the policies of `P` have 7883 characters at least; IAM takes 6144"],
    );
}

#[test]
fn queues() {
    let queue = |properties: &str| format!("  Q: {{Type: AWS::SQS::Queue, Properties: {{{properties}}}}}");
    messages(&queue("QueueName: q.fifo, FifoQueue: true, ContentBasedDeduplication: true"), &[]);
    messages(
        &queue("QueueName: q, FifoQueue: true"),
        &["`Q` is a FIFO queue: its name must end in `.fifo`, not be \"q\""],
    );
    messages(
        &queue("QueueName: q.fifo, ContentBasedDeduplication: true"),
        &[
            "`Q` is named like a FIFO queue, but `FifoQueue` is not set",
            "`Q` is no FIFO queue and cannot have `ContentBasedDeduplication`",
        ],
    );
    messages(
        &format!(
            "{}\n  Dead: {{Type: AWS::SQS::Queue}}",
            queue("FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}")
        ),
        &[
            "the redrive policy of `Q` needs `maxReceiveCount`",
            "`Q` is a FIFO queue, so `Dead`, which takes its dead letters, must be a FIFO queue too",
        ],
    );
    let dead = |count: i32| {
        format!("RedrivePolicy: {{deadLetterTargetArn: !Sub 'x${{AWS::Region}}', maxReceiveCount: {count}}}")
    };
    messages(&queue(&dead(1)), &[]);
    messages(&queue(&dead(0)), &["`Q` is to give a message up after 0 receives; it takes 1 at least"]);
}

#[test]
fn names_of_buckets() {
    let bucket = |name: &str| format!("  B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}");
    messages(&bucket("my-bucket.example"), &[]);
    messages(
        &bucket("MyBucket"),
        &["`BucketName` must match `^([a-z0-9][a-z0-9.-]*[a-z0-9])?$`, and \"MyBucket\" does not"],
    );
    messages(&bucket("10.0.0.1"), &["\"10.0.0.1\" cannot be the name of a bucket: it is an IP address"]);
    messages(&bucket("a..b"), &["\"a..b\" cannot be the name of a bucket: two dots follow each other"]);
    messages(
        &bucket("sthree-x"),
        &["\"sthree-x\" cannot be the name of a bucket: S3 keeps the start `sthree-` to itself"],
    );
}
