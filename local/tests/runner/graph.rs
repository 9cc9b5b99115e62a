//! `/_local/graph`: which parts there are, and what may call what.

use serde_json::{Value, json};
use stackwright_local::Settings;

use crate::calls::{counted, put};
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

pub(crate) fn shop() -> String {
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

pub(crate) async fn world() -> World {
    let settings = Settings { enforces_iam: true, ..settings() };
    let world = World::start_with(settings, vec![source("Shop", &shop())]).await;
    assert_eq!(world.problems(), "");
    world
}

pub(crate) async fn look(world: &World, path: &str) -> Value {
    let answer = world.send("GET", &format!("/_local/{path}"), "", "").await;
    assert!(answer.head.starts_with("HTTP/1.1 200 "), "{path}: {} {}", answer.head, answer.body);
    serde_json::from_str(&answer.body).unwrap()
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
