//! Stacks that change while they run: what stays, what goes, and what a change that cannot be leaves behind.

use serde_json::{Value, json};
use stackwright_local::What;

use crate::world::{FUNCTION, World};

/// A table of orders, with further properties.
fn table(more: &str) -> String {
    format!(
        "Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
{more}"
    )
}

const KEY: &str = "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]\n";

const INDEX: &str = "      AttributeDefinitions:
      - {AttributeName: id, AttributeType: S}
      - {AttributeName: user, AttributeType: S}
      GlobalSecondaryIndexes:
      - IndexName: ByUser
        KeySchema: [{AttributeName: user, KeyType: HASH}]
        Projection: {ProjectionType: ALL}
";

/// A world with one order in its table.
async fn with_an_order() -> World {
    let world = World::start("Shop", &table(KEY)).await;
    let item = json!({ "id": { "S": "1" }, "user": { "S": "ada" } });
    world.ask("DynamoDB_20120810.PutItem", &json!({ "TableName": "orders", "Item": item })).await;
    world
}

async fn orders(world: &World) -> Value {
    world.ask("DynamoDB_20120810.Scan", &json!({ "TableName": "orders" })).await["Count"].clone()
}

#[tokio::test]
async fn a_table_keeps_its_items_and_gets_its_new_index() {
    let world = with_an_order().await;
    world.apply("Shop", &table(INDEX)).await;
    let query = json!({
        "TableName": "orders",
        "IndexName": "ByUser",
        "KeyConditionExpression": "#u = :u",
        "ExpressionAttributeNames": { "#u": "user" },
        "ExpressionAttributeValues": { ":u": { "S": "ada" } },
    });
    assert_eq!(world.ask("DynamoDB_20120810.Query", &query).await["Items"][0]["id"]["S"], "1");
    world.apply("Shop", &table(KEY)).await;
    assert_eq!(orders(&world).await, 1);
    let answer = world.try_to_ask("DynamoDB_20120810.Query", &query).await;
    assert!(answer.body.contains("The table does not have the specified index"), "{}", answer.body);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_table_with_another_key_is_another_table() {
    let world = with_an_order().await;
    world.apply("Shop", &table(KEY).replace("AttributeName: id", "AttributeName: number")).await;
    assert_eq!(orders(&world).await, 0);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_queue_keeps_its_messages() {
    let queue = |seconds: u32| {
        let properties = format!("QueueName: tasks, VisibilityTimeout: {seconds}");
        format!(
            "Resources:\n  Queue: {{Type: AWS::SQS::Queue, Properties: {{{properties}}}}}\nOutputs:\n  Url: {{Value: !Ref Queue}}\n"
        )
    };
    let world = World::start("Shop", &queue(30)).await;
    let url = world.output("Shop", "Url");
    world.ask("AmazonSQS.SendMessage", &json!({ "QueueUrl": url, "MessageBody": "sweep" })).await;
    world.apply("Shop", &queue(40)).await;
    let asked = json!({ "QueueUrl": url, "AttributeNames": ["VisibilityTimeout"] });
    let attributes = world.ask("AmazonSQS.GetQueueAttributes", &asked).await;
    assert_eq!(attributes["Attributes"]["VisibilityTimeout"], "40");
    let messages = world.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": url })).await;
    assert_eq!(messages["Messages"][0]["Body"], "sweep");
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_the_stack_loses_is_gone_unless_it_is_to_stay() {
    let nothing = "Resources: {Other: {Type: AWS::SQS::Queue}}";
    let world = with_an_order().await;
    world.apply("Shop", nothing).await;
    let answer = world.try_to_ask("DynamoDB_20120810.Scan", &json!({ "TableName": "orders" })).await;
    assert!(answer.body.contains("ResourceNotFoundException"), "{}", answer.body);
    world.local.shutdown().await;

    for policy in ["Retain", "RetainExceptOnCreate"] {
        let world = with_an_order().await;
        let retained =
            table(KEY).replace("Properties:", &format!("DeletionPolicy: {policy}\n    Properties:"));
        world.apply("Shop", &retained).await;
        world.apply("Shop", nothing).await;
        assert_eq!(orders(&world).await, 1, "{policy}");
        world.local.shutdown().await;
    }
}

#[tokio::test]
async fn what_is_replaced_is_gone_unless_it_is_to_stay() {
    let with_name =
        |template: &str, name: &str| template.replace("TableName: orders", &format!("TableName: {name}"));
    for (policy, is_there) in [("UpdateReplacePolicy: Retain", true), ("DeletionPolicy: Retain", false)] {
        let world = with_an_order().await;
        let retained = table(KEY).replace("Properties:", &format!("{policy}\n    Properties:"));
        world.apply("Shop", &retained).await;
        world.apply("Shop", &with_name(&retained, "purchases")).await;
        let answer = world.try_to_ask("DynamoDB_20120810.Scan", &json!({ "TableName": "orders" })).await;
        assert_eq!(answer.head.starts_with("HTTP/1.1 200 "), is_there, "{policy}: {}", answer.body);
        world.ask("DynamoDB_20120810.Scan", &json!({ "TableName": "purchases" })).await;
        world.local.shutdown().await;
    }
}

#[tokio::test]
async fn a_stack_that_cannot_be_stays_as_it_was() {
    for (broken, message) in [
        ("  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nothing}}\n", "`Nothing`"),
        ("  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Table.Colour}}\n", "`Colour`"),
        ("  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue nobodys}}\n", "`nobodys`"),
        ("  Queue: {Type: AWS::SQS::Queue, DependsOn: Queue}\n", "Queue"),
    ] {
        let world = with_an_order().await;
        let refusal = world.refusal("Shop", &(table(KEY) + broken)).await;
        assert!(refusal.contains(message), "{refusal}");
        assert!(refusal.contains("--> Shop.rs:2  (Shop/Queue)"), "{refusal}");
        assert_eq!(orders(&world).await, 1);
        assert_eq!(world.local.ready().stacks["Shop"].resources.keys().collect::<Vec<_>>(), ["Table"]);
        // And it can be mended.
        world.apply("Shop", &(table(KEY) + "  Queue: {Type: AWS::SQS::Queue}\n")).await;
        assert_eq!(world.local.ready().stacks["Shop"].resources.len(), 2);
        world.local.shutdown().await;
    }
}

#[tokio::test]
async fn a_function_that_is_as_it_was_goes_on() {
    let world = World::start("Shop", FUNCTION).await;
    let process = |environment: Value| environment["AWS_LAMBDA_LOG_STREAM_NAME"].clone();
    let first = process(world.invoke("Shop", "Function").await);
    world.apply("Shop", &format!("{FUNCTION}  Queue: {{Type: AWS::SQS::Queue}}\n")).await;
    assert_eq!(process(world.invoke("Shop", "Function").await), first);
    let changed = FUNCTION.replace("Code: .", "Code: .\n      Environment: {Variables: {COLOUR: red}}");
    world.apply("Shop", &changed).await;
    let environment = world.invoke("Shop", "Function").await;
    assert_eq!(environment["COLOUR"], "red");
    assert_ne!(process(environment), first);
    world.local.shutdown().await;
}

#[tokio::test]
async fn who_looks_on_is_told() {
    let world = World::start("Shop", &table(KEY)).await;
    world.apply("Shop", &table(INDEX)).await;
    world.apply("Bar", "Resources: {Queue: {Type: AWS::SQS::Queue}}").await;
    let event = |what| match what {
        What::Stack { stack, event } => Some(format!("{stack} {event}")),
        _ => None,
    };
    let events: Vec<_> = world.told().into_iter().filter_map(event).collect();
    assert_eq!(events, ["Shop started", "Shop updated", "Bar started"]);
    world.local.shutdown().await;
}
