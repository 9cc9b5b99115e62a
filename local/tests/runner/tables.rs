//! Tables of templates: what they are to others, what they cannot be, and the protocols by which they are asked.

use serde_json::{Value, json};

use crate::world::World;

/// A stack with a table of that type and these properties.
fn table(kind: &str, properties: &str) -> String {
    format!(
        "Resources:
  Table:
    Type: AWS::DynamoDB::{kind}
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
{properties}"
    )
}

fn named(name: &str) -> String {
    table("Table", &format!("      TableName: {name}\n"))
}

fn streaming(view: &str) -> String {
    let stream = format!("      TableName: orders\n      StreamSpecification: {{StreamViewType: {view}}}\n");
    table("Table", &stream) + "Outputs:\n  Stream: {Value: !GetAtt Table.StreamArn}\n"
}

async fn put(world: &World, id: &str) {
    let item = json!({ "TableName": "orders", "Item": { "id": { "S": id } } });
    world.ask("DynamoDB_20120810.PutItem", &item).await;
}

/// What a stream has, from its beginning.
async fn records(world: &World, stream: &str) -> Vec<Value> {
    let ask = async |action: &str, request: Value| {
        world.ask(&format!("DynamoDBStreams_20120810.{action}"), &request).await
    };
    let described = ask("DescribeStream", json!({ "StreamArn": stream })).await;
    let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
    let start = json!({ "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
    let iterator = ask("GetShardIterator", start).await;
    let read = ask("GetRecords", json!({ "ShardIterator": iterator["ShardIterator"] })).await;
    read["Records"].as_array().cloned().unwrap()
}

#[tokio::test]
async fn a_stream_with_another_view_is_another_stream() {
    let world = World::start("Shop", &streaming("NEW_IMAGE")).await;
    let first = world.output("Shop", "Stream");
    put(&world, "1").await;
    world.apply("Shop", &streaming("KEYS_ONLY")).await;
    put(&world, "2").await;
    let second = world.output("Shop", "Stream");
    assert_ne!(first, second);
    // What was in the stream before can still be read there, for a day.
    let records = [records(&world, &first).await, records(&world, &second).await];
    assert_eq!(records[0][0]["dynamodb"]["NewImage"], json!({ "id": { "S": "1" } }));
    assert_eq!(records[1][0]["dynamodb"]["Keys"], json!({ "id": { "S": "2" } }));
    assert_eq!(records.map(|records| records.len()), [1, 1]);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_table_belongs_to_one_stack() {
    let world = World::start("Shop", &named("orders")).await;
    let refusal = world.refusal("Bar", &named("orders")).await;
    assert!(refusal.contains("orders already exists, in the stack `Shop`"), "{refusal}");
    assert!(refusal.contains("--> Bar.rs:1  (Bar/Table)"), "{refusal}");
    // What the first has no longer, the second may have.
    world.apply("Shop", &named("sales")).await;
    world.apply("Bar", &named("orders")).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn names_that_differ_in_case_alone_are_refused() {
    let world = World::start("Shop", &named("orders")).await;
    let refusal = world.refusal("Bar", &named("Orders")).await;
    assert!(refusal.contains("`Orders` cannot be beside `orders`"), "{refusal}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_global_table_is_a_table_here() {
    let replicas = "      TableName: orders
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      WriteProvisionedThroughputSettings: {WriteCapacityAutoScalingSettings: {MinCapacity: 1}}
      Replicas: [{Region: us-east-1}, {Region: eu-west-1}]
Outputs:
  Arn: {Value: !GetAtt Table.Arn}
  Stream: {Value: !GetAtt Table.StreamArn}
";
    let world = World::start("Shop", &table("GlobalTable", replicas)).await;
    put(&world, "1").await;
    assert_eq!(world.output("Shop", "Arn"), "arn:aws:dynamodb:us-east-1:000000000000:table/orders");
    assert_eq!(records(&world, &world.output("Shop", "Stream")).await.len(), 1);
    let problems = world.problems();
    assert!(problems.starts_with("the replica in eu-west-1 is not there"), "{problems}");
    assert!(problems.contains("--> Shop.rs:1  (Shop/Table)"), "{problems}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_a_table_does_not_do_here_is_told() {
    let world =
        World::start("Shop", &table("Table", "      KinesisStreamSpecification: {StreamArn: x}\n")).await;
    assert!(world.problems().starts_with("`KinesisStreamSpecification` is not followed here"));
    world.local.shutdown().await;
}

#[tokio::test]
async fn tables_and_streams_have_protocols_of_their_own() {
    let world = World::start("Shop", &named("orders")).await;
    for (target, body, kind) in [
        ("DynamoDB_20120810.PutThings", "{}", "UnknownOperationException"),
        ("DynamoDB_20120810.GetRecords", "{}", "UnknownOperationException"),
        ("DynamoDBStreams_20120810.PutItem", "{}", "UnknownOperationException"),
        ("DynamoDB_20120810.PutItem", "{", "SerializationException"),
        ("DynamoDB_20120810.PutItem", "[]", "SerializationException"),
        ("DynamoDB_20120810.PutItem", r#"{"TableName":"sales","Item":{}}"#, "ResourceNotFoundException"),
    ] {
        let headers = format!("x-amz-target: {target}\r\ncontent-type: application/x-amz-json-1.0\r\n");
        let answer = world.send("POST", "/", &headers, body).await;
        assert!(answer.head.starts_with("HTTP/1.1 400 "), "{target}: {}", answer.head);
        assert!(answer.body.contains(&format!("#{kind}\"")), "{target}: {}", answer.body);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn faults_are_worded_as_dynamodb_does() {
    let world = World::start("Shop", &named("orders")).await;
    for (fault, status, kind) in [
        (400, 400, "ProvisionedThroughputExceededException"),
        (429, 400, "ProvisionedThroughputExceededException"),
        (500, 500, "InternalServerError"),
        (503, 503, "ServiceUnavailable"),
    ] {
        let fault = json!({ "table": "Shop/Table", "status": fault }).to_string();
        let json = "content-type: application/json\r\n";
        let added = world.send("POST", "/_local/faults", json, &fault).await;
        assert!(added.head.starts_with("HTTP/1.1 201 "), "{} {}", added.head, added.body);
        let batch = json!({ "RequestItems": { "orders": { "Keys": [{ "id": { "S": "1" } }] } } });
        let answer = world.try_to_ask("DynamoDB_20120810.BatchGetItem", &batch).await;
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{}", answer.head);
        assert!(answer.body.contains(&format!("#{kind}\"")), "{}", answer.body);
        world.ask("DynamoDB_20120810.BatchGetItem", &batch).await;
    }
    world.local.shutdown().await;
}
