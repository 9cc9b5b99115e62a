//! `/_local/graph` and the calls it counts: which parts there are, what may call what, and how often it did.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stackwright_local::Settings;

use crate::signer::Signer;
use crate::world::{FUNCTION, World, policy, settings, source};

/// A table with a stream that goes to the function, a queue for what fails, a rule, and an API. Roles name some of it
/// with wildcards, as other hands do, and ask for more than they name.
const SHOP: &str = "  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  Failures:
    Type: AWS::SQS::Queue
    Properties: {QueueName: failures}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Orders.StreamArn
      FunctionName: !Ref Function
      StartingPosition: TRIM_HORIZON
      DestinationConfig: {OnFailure: {Destination: !GetAtt Failures.Arn}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [shop]}
      Targets: [{Id: Function, Arn: !GetAtt Function.Arn}]
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: events.amazonaws.com
      SourceArn: !GetAtt Rule.Arn
  ApiA1B2C3D4:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: live, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  ApiPermission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !GetAtt Function.Arn
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${ApiA1B2C3D4}/*/$connect'
";

const READS: &str =
    "Effect: Allow, Action: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream']";

fn shop() -> String {
    let statements = [
        "{Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn}",
        "{Effect: Allow, Action: 'dynamodb:Query', Resource: !Sub '${Orders.Arn}/index/*'}",
        "{Effect: Allow, Action: ['dynamodb:ListStreams', 'dynamodb:DescribeTable', 'sqs:ListQueues'], Resource: '*'}",
        &format!("{{{READS}, Resource: !GetAtt Orders.StreamArn}}"),
        "{Effect: Allow, Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:*:fail*'}",
        "{Effect: Allow, Action: 'execute-api:ManageConnections', Resource: !Sub 'arn:aws:execute-api:*:*:${ApiA1B2C3D4}/*/POST/*'}",
        "{Effect: Deny, Action: 'sqs:DeleteQueue', Resource: !GetAtt Failures.Arn}",
    ];
    format!("{FUNCTION}{}{SHOP}", policy(&statements.join(", ")))
}

async fn world() -> World {
    let settings = Settings { enforces_iam: true, ..settings() };
    let world = World::start_with(settings, vec![source("Shop", &shop())]).await;
    assert_eq!(world.problems(), "");
    world
}

async fn look(world: &World, path: &str) -> Value {
    let answer = world.send("GET", &format!("/_local/{path}"), "", "").await;
    assert!(answer.head.starts_with("HTTP/1.1 200 "), "{path}: {} {}", answer.head, answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The arrow between two parts.
async fn arrow(world: &World, from: &str, to: &str) -> Value {
    let graph = look(world, "graph").await;
    let mut arrows = graph["arrows"].as_array().unwrap().iter();
    let found = arrows.find(|arrow| arrow["from"] == from && arrow["to"] == to);
    found.unwrap_or_else(|| panic!("there is no arrow {from} → {to}: {graph:#}")).clone()
}

/// Waits until so many calls went along an arrow.
async fn counted(world: &World, from: &str, to: &str, calls: u64) -> Value {
    let started = Instant::now();
    loop {
        let arrow = arrow(world, from, to).await;
        if arrow["calls"] == calls {
            return arrow;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{calls} do not come: {arrow}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn put(id: &str) -> Value {
    json!({ "TableName": "orders", "Item": { "id": { "S": id } } })
}

/// The calls among what was told after a number, as lines.
async fn calls(world: &World, after: &Value) -> Vec<String> {
    let news = look(world, &format!("happenings?after={after}")).await;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = news["happenings"].as_array().unwrap().iter().filter(|one| one["kind"] == "call");
    all.map(|one| format!("{} → {} {}", text(one, "from"), text(one, "to"), text(one, "action"))).collect()
}

#[tokio::test]
async fn a_graph_has_the_parts_of_the_stacks_and_what_is_declared_between_them() {
    let world = world().await;
    let graph = look(&world, "graph").await;
    let nodes = graph["nodes"].as_array().unwrap().iter();
    let mut nodes: Vec<_> =
        nodes.map(|node| format!("{} {} {}", node["kind"], node["name"], node["label"])).collect();
    nodes.sort();
    assert_eq!(
        nodes,
        [
            r#""bus" "default" "default""#,
            r#""function" "Shop/Function" "Function""#,
            r#""queue" "Shop/Failures" "Failures""#,
            r#""stream" "Shop/Orders stream" "Orders stream""#,
            r#""table" "Shop/Orders" "Orders""#,
            r#""webSocketApi" "Shop/ApiA1B2C3D4" "Api""#,
        ]
    );
    let arrows = graph["arrows"].as_array().unwrap().iter();
    let arrows: Vec<_> =
        arrows.map(|arrow| format!("{} {} {}", arrow["from"], arrow["to"], arrow["actions"])).collect();
    assert_eq!(
        arrows,
        [
            r#""Shop/ApiA1B2C3D4" "Shop/Function" ["lambda:InvokeFunction"]"#,
            r#""Shop/Function" "Shop/ApiA1B2C3D4" ["execute-api:ManageConnections"]"#,
            r#""Shop/Function" "Shop/Failures" ["sqs:SendMessage"]"#,
            r#""Shop/Function" "Shop/Orders" ["dynamodb:PutItem","dynamodb:Query"]"#,
            r#""Shop/Orders" "Shop/Orders stream" []"#,
            r#""Shop/Orders stream" "Shop/Function" ["lambda:InvokeFunction"]"#,
            r#""default" "Shop/Function" ["lambda:InvokeFunction"]"#,
            r#""outside" "Shop/ApiA1B2C3D4" []"#,
        ]
    );
    let table = graph["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == "table").unwrap();
    assert_eq!((&table["physicalName"], &table["stack"]), (&json!("orders"), &json!("Shop")));
    assert_eq!(table["declaredAt"], "Shop.rs:4");
    world.local.shutdown().await;
}

/// Parts that lead to each other by what they are, whatever their policies say: these say nothing of any one thing.
const WIRED: &str = "  Everything:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: everything
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}, {Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [shop]}
      Targets: [{Id: Queue, Arn: !GetAtt Queue.Arn, DeadLetterConfig: {Arn: !GetAtt Letters.Arn}}]
  Queue:
    Type: AWS::SQS::Queue
    Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Letters.Arn, maxReceiveCount: 1}}
  Letters: {Type: AWS::SQS::Queue}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !GetAtt Function.Arn}
  Asynchronous:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Function
      Qualifier: $LATEST
      DestinationConfig: {OnSuccess: {Destination: !GetAtt Bus.Arn}, OnFailure: {Destination: !GetAtt Letters.Arn}}
  Rest: {Type: AWS::ApiGateway::RestApi, Properties: {Name: rest}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Rest
      ResourceId: !GetAtt Rest.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Function.Arn}/invocations'
  Http: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: http, ProtocolType: HTTP}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Function.Arn, PayloadFormatVersion: '2.0'}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Function, AuthType: NONE}}
  Graphql: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: graphql, AuthenticationType: API_KEY}}
  Source:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Graphql.ApiId
      Name: Table
      Type: AMAZON_DYNAMODB
      DynamoDBConfig: {AwsRegion: us-east-1, TableName: !Ref Table}
      ServiceRoleArn: !GetAtt Role.Arn
  Files: {Type: AWS::S3::Bucket}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: allow-all}
        Origins:
        - {Id: files, DomainName: !GetAtt Files.RegionalDomainName, S3OriginConfig: {}}
        - {Id: api, DomainName: !Sub '${Rest}.execute-api.us-east-1.amazonaws.com', CustomOriginConfig: {OriginProtocolPolicy: https-only}}
";

#[tokio::test]
async fn routes_sources_origins_rules_and_destinations_are_arrows_by_themselves() {
    let world = World::start("Shop", &format!("{FUNCTION}{WIRED}")).await;
    let graph = look(&world, "graph").await;
    let arrows = graph["arrows"].as_array().unwrap().iter();
    let text = |arrow: &Value, end: &str| arrow[end].as_str().unwrap().replace("Shop/", "");
    let arrows: Vec<_> =
        arrows.map(|arrow| format!("{} → {}", text(arrow, "from"), text(arrow, "to"))).collect();
    let expected = [
        "Bus → Letters",
        "Bus → Queue",
        "Function → Bus",
        "Function → Letters",
        "Graphql → Table",
        "Http → Function",
        "Queue → Function",
        "Queue → Letters",
        "Rest → Function",
        "Site → Files",
        "Site → Rest",
        "Url → Function",
        "outside → Graphql",
        "outside → Http",
        "outside → Rest",
        "outside → Site",
        "outside → Url",
    ];
    assert_eq!(arrows, expected);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_write_is_a_call_as_are_its_record_and_the_batch_that_it_comes_in() {
    let world = world().await;
    let function = Signer::function(&world).await;
    let before = look(&world, "state").await["newest"].take();
    function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    let arrow = counted(&world, "Shop/Orders stream", "Shop/Function", 1).await;
    assert!(arrow["lastAt"].is_string(), "{arrow}");
    let expected = [
        "Shop/Function → Shop/Orders dynamodb:PutItem",
        "Shop/Orders → Shop/Orders stream INSERT",
        "Shop/Orders stream → Shop/Function lambda:InvokeFunction",
    ];
    assert_eq!(calls(&world, &before).await, expected);
    for (from, to) in [("Shop/Function", "Shop/Orders"), ("Shop/Orders", "Shop/Orders stream")] {
        let arrow = counted(&world, from, to, 1).await;
        assert_eq!((&arrow["denied"], &arrow["failed"]), (&json!(0), &json!(0)), "{arrow}");
    }
    // Nobody who started the run is told.
    assert!(world.told().iter().all(|what| what.kind() != "call"));
    world.local.shutdown().await;
}

#[tokio::test]
async fn calls_from_outside_have_arrows_once_they_happen() {
    let world = world().await;
    let root = Signer::root(&world);
    root.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    root.ask(
        &world,
        "DynamoDB_20120810.GetItem",
        json!({ "TableName": "orders", "Key": { "id": { "S": "1" } } }),
    )
    .await;
    let arrow = counted(&world, "outside", "Shop/Orders", 2).await;
    assert_eq!(arrow["actions"], json!(["dynamodb:GetItem", "dynamodb:PutItem"]));
    let event = json!({ "Source": "shop", "DetailType": "placed", "Detail": "{}" });
    root.ask(&world, "AWSEvents.PutEvents", json!({ "Entries": [event] })).await;
    counted(&world, "outside", "default", 1).await;
    counted(&world, "default", "Shop/Function", 1).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_denied_call_is_counted_on_its_arrow_with_the_reason() {
    let world = world().await;
    let function = Signer::function(&world).await;
    let before = look(&world, "state").await["newest"].take();
    for action in ["Scan", "Query"] {
        let request = json!({ "TableName": "orders" });
        let answer = function.ask(&world, &format!("DynamoDB_20120810.{action}"), request).await;
        assert!(answer.body.contains("AccessDeniedException"), "{}", answer.body);
    }
    let arrow = arrow(&world, "Shop/Function", "Shop/Orders").await;
    assert_eq!((&arrow["calls"], &arrow["denied"]), (&json!(0), &json!(2)), "{arrow}");
    let reason = arrow["reason"].as_str().unwrap();
    assert!(
        reason.ends_with("because no identity-based policy allows the dynamodb:Query action"),
        "{reason}"
    );
    let news = look(&world, &format!("happenings?after={before}")).await;
    let mut all = news["happenings"].as_array().unwrap().iter();
    let denied = all.find(|one| one["kind"] == "denied").unwrap();
    assert_eq!((&denied["from"], &denied["to"]), (&json!("Shop/Function"), &json!("Shop/Orders")));
    assert_eq!(calls(&world, &before).await, [""; 0]);
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_fails_is_counted_and_what_a_condition_refuses_is_not() {
    let world = world().await;
    let (root, function) = (Signer::root(&world), Signer::function(&world).await);
    let fault = json!({ "table": "orders", "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    let answer = function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await;
    assert!(answer.head.starts_with("HTTP/1.1 500 "), "{}", answer.head);
    let mut wanted = put("1");
    wanted["ConditionExpression"] = json!("attribute_exists(id)");
    let answer = function.ask(&world, "DynamoDB_20120810.PutItem", wanted).await;
    assert!(answer.body.contains("ConditionalCheckFailedException"), "{}", answer.body);
    let arrow = arrow(&world, "Shop/Function", "Shop/Orders").await;
    assert_eq!((&arrow["calls"], &arrow["failed"]), (&json!(2), &json!(1)), "{arrow}");

    let fault = json!({ "function": "Shop/Function", "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    root.ask(&world, "DynamoDB_20120810.PutItem", put("2")).await.says("200", "{}");
    let arrow = counted(&world, "Shop/Orders stream", "Shop/Function", 2).await;
    assert_eq!(arrow["failed"], 1, "{arrow}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn functions_have_totals_of_their_invocations() {
    let world = World::start("Shop", FUNCTION).await;
    for _ in 0..2 {
        world.invoke("Shop", "Function").await;
    }
    let state = look(&world, "state").await;
    let function = &state["functions"][0];
    assert_eq!((&function["invoked"], &function["failed"]), (&json!(2), &json!(0)), "{function}");
    counted(&world, "outside", "Shop/Function", 2).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn without_iam_a_function_is_known_by_its_keys() {
    let world = World::start("Shop", &shop()).await;
    let function = Signer::function(&world).await;
    function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    counted(&world, "Shop/Function", "Shop/Orders", 1).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn nothing_is_told_while_nothing_happens() {
    let world = world().await;
    let before = look(&world, "state").await["newest"].take();
    // The mapping asks its stream several times meanwhile, and pages look.
    let news = look(&world, &format!("happenings?after={before}&wait=1500")).await;
    assert_eq!(news["happenings"], json!([]));
    for path in ["graph", "tables/Shop/Orders/items", "queues/Shop/Failures/messages", "state", "health", ""]
    {
        world.send("GET", &format!("/_local/{path}"), "", "").await;
    }
    assert_eq!(look(&world, "graph").await["newest"], before);
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_is_gone_from_a_stack_is_gone_from_the_graph() {
    let world = world().await;
    Signer::root(&world).ask(&world, "DynamoDB_20120810.PutItem", put("1")).await;
    counted(&world, "outside", "Shop/Orders", 1).await;
    world.apply("Shop", FUNCTION).await;
    let graph = look(&world, "graph").await;
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(1), "{graph:#}");
    assert_eq!(graph["arrows"], json!([]));
    world.local.shutdown().await;
}
