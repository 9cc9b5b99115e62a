//! GraphQL APIs: what their data sources and their callers may, and what of a template is not done here.

use serde_json::{Value, json};
use stackwright_local::{Problem, Settings, What};

use crate::signer::Signer;
use crate::world::{FUNCTION, World, grant, settings, source};

/// An API over a table and a function, whose role may do what `ALLOWED` says.
const API: &str = r#"
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  Api:
    Type: AWS::AppSync::GraphQLApi
    Properties:
      Name: shop
      AuthenticationType: API_KEY
      AdditionalAuthenticationProviders: [{AuthenticationType: AWS_IAM}]
  Schema:
    Type: AWS::AppSync::GraphQLSchema
    Properties:
      ApiId: !GetAtt Api.ApiId
      Definition: |
        type Query @aws_api_key @aws_iam { order(id: ID!): Order  said(word: String): String }
        type Mutation @aws_api_key @aws_iam { order(id: ID!): Order }
        type Order @aws_api_key @aws_iam { id: ID! }
  Key:
    Type: AWS::AppSync::ApiKey
    Properties:
      ApiId: !GetAtt Api.ApiId
  SourceRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: TRUSTED}, Action: sts:AssumeRole}
      Policies:
      - PolicyName: source
        PolicyDocument: {Statement: {Effect: Allow, Action: [ALLOWED], Resource: '*'}}
  Table:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: Table
      Type: AMAZON_DYNAMODB
      DynamoDBConfig: {AwsRegion: !Ref AWS::Region, TableName: !Ref Orders}
      ServiceRoleArn: !GetAtt SourceRole.Arn
  Speaker:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: Speaker
      Type: AWS_LAMBDA
      LambdaConfig: {LambdaFunctionArn: !GetAtt Function.Arn}
      ServiceRoleArn: !GetAtt SourceRole.Arn
  GetOrder:
    Type: AWS::AppSync::Resolver
    Properties:
      ApiId: !GetAtt Api.ApiId
      TypeName: Query
      FieldName: order
      DataSourceName: !GetAtt Table.Name
      Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
      Code: |
        import { util } from '@aws-appsync/utils';
        export function request(ctx) {
          console.log('asked for', ctx.args.id);
          return { operation: 'GetItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }) };
        }
        export function response(ctx) {
          if (ctx.error) { util.error(ctx.error.message, ctx.error.type); }
          return ctx.result;
        }
  Put:
    Type: AWS::AppSync::FunctionConfiguration
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: put
      DataSourceName: !GetAtt Table.Name
      Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
      Code: |
        import { util } from '@aws-appsync/utils';
        export function request(ctx) {
          return { operation: 'PutItem', key: util.dynamodb.toMapValues({ id: ctx.args.id }), attributeValues: {} };
        }
        export function response(ctx) {
          if (ctx.error) { util.error(ctx.error.message, ctx.error.type); }
          return ctx.result;
        }
  PutOrder:
    Type: AWS::AppSync::Resolver
    Properties:
      ApiId: !GetAtt Api.ApiId
      TypeName: Mutation
      FieldName: order
      Kind: PIPELINE
      PipelineConfig: {Functions: [!GetAtt Put.FunctionId]}
      Runtime: {Name: APPSYNC_JS, RuntimeVersion: 1.0.0}
      Code: |
        export function request() { return {}; }
        export function response(ctx) { return ctx.prev.result; }
  Say:
    Type: AWS::AppSync::Resolver
    Properties:
      ApiId: !GetAtt Api.ApiId
      TypeName: Query
      FieldName: said
      DataSourceName: !GetAtt Speaker.Name
Outputs:
  Url: {Value: !GetAtt Api.GraphQLUrl}
  Key: {Value: !GetAtt Key.ApiKey}
"#;

const ALL: &str = "'dynamodb:*', 'lambda:*'";

/// The stack, whose data sources' role trusts that service and may do that.
fn template(trusted: &str, allowed: &str) -> String {
    let answering = FUNCTION
        .replace("      Code: .\n", "      Code: .\n      Environment: {Variables: {ANSWER: '\"hello\"'}}\n");
    format!("{answering}{}", API.replace("TRUSTED", trusted).replace("ALLOWED", allowed))
}

async fn start(template: &str) -> World {
    World::start_with(Settings { enforces_iam: true, ..settings() }, vec![source("Shop", template)]).await
}

fn path(world: &World) -> String {
    world.output("Shop", "Url").strip_prefix(&world.local.endpoint()).unwrap().to_owned()
}

/// What whoever has the API key is answered.
async fn ask(world: &World, query: &str) -> Value {
    let key = format!("x-api-key: {}\r\n", world.output("Shop", "Key"));
    let answer = world.send("POST", &path(world), &key, &json!({ "query": query }).to_string()).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

#[tokio::test]
async fn fields_come_from_tables_and_functions() {
    let world = start(&template("appsync.amazonaws.com", ALL)).await;
    assert_eq!(world.problems(), "");
    assert_eq!(
        ask(&world, "mutation { order(id: 7) { id } }").await,
        json!({ "data": { "order": { "id": "7" } } })
    );
    assert_eq!(
        ask(&world, "{ order(id: 7) { id } said }").await,
        json!({ "data": { "order": { "id": "7" }, "said": "hello" } })
    );
    let told = world.told();
    let lines: Vec<String> =
        told.iter().map(ToString::to_string).filter(|line| line.starts_with("Shop/Api")).collect();
    assert!(lines[0].starts_with("Shop/Api POST /graphql mutation order 200 "), "{lines:?}");
    assert_eq!(lines[1], "Shop/Api Query.order asked for 7");
    assert!(lines[2].starts_with("Shop/Api POST /graphql query order, said 200 "), "{lines:?}");
    world.local.shutdown().await;
}

/// What a query is refused with, where the role of the data sources trusts that service and may do that.
async fn check_refused(trusted: &str, allowed: &str, query: &str, expected: (&str, &str)) {
    let world = start(&template(trusted, allowed)).await;
    let answer = ask(&world, query).await;
    let error = &answer["errors"][0];
    assert_eq!(error["errorType"], expected.0, "{answer}");
    assert!(error["message"].as_str().unwrap().contains(expected.1), "{answer}");
    assert!(world.told().iter().any(|what| matches!(what, What::Denied { .. })));
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_data_source_may_do_what_its_role_may() {
    check_refused(
        "appsync.amazonaws.com",
        "'dynamodb:GetItem'",
        "mutation { order(id: 7) { id } }",
        (
            "DynamoDB:AccessDeniedException",
            "/APPSYNC_ASSUME_ROLE is not authorized to perform: dynamodb:PutItem",
        ),
    )
    .await;
    check_refused(
        "appsync.amazonaws.com",
        "'dynamodb:*'",
        "{ said }",
        ("Lambda:AccessDeniedException", "is not authorized to perform: lambda:InvokeFunction"),
    )
    .await;
    check_refused(
        "lambda.amazonaws.com",
        ALL,
        "{ order(id: 7) { id } }",
        ("DynamoDB:AccessDeniedException", "is not authorized to perform: sts:AssumeRole"),
    )
    .await;
}

#[tokio::test]
async fn a_caller_needs_a_grant_for_each_field() {
    let grant = grant("appsync:GraphQL", "!Sub '${Api.Arn}/types/Query/fields/order'") + "Outputs:";
    let stack = template("appsync.amazonaws.com", ALL).replace("Outputs:", &grant);
    let world = start(&stack.replace("      Environment: {Variables: {ANSWER: '\"hello\"'}}\n", "")).await;
    let function = Signer::function(&world).await;
    let path = path(&world);
    let ask = async |signer: &Signer, query: &str| {
        signer.send(&world, "appsync", &path, &[], &json!({ "query": query }).to_string()).await
    };
    ask(&function, "{ order(id: 7) { id } }").await.says("200", r#"{"data":{"order":null}}"#);
    let both = ask(&function, "{ order(id: 7) { id } said }").await;
    let both: Value = serde_json::from_str(&both.body).unwrap();
    assert_eq!(both["data"], json!({ "order": null, "said": null }));
    assert_eq!(both["errors"][0]["errorType"], "Unauthorized", "{both}");
    let denied = r#"{"errors":[{"errorType":"UnauthorizedException","message":"Permission denied"}]}"#;
    ask(&function, "mutation { order(id: 7) { id } }").await.says("401", denied);
    ask(&Signer::root(&world), "{ order(id: 7) { id } }").await.says("200", r#"{"data":{"order":null}}"#);

    let stranger = ask(&Signer::stranger(), "{ order(id: 7) { id } }").await;
    assert!(stranger.head.starts_with("HTTP/1.1 403 "), "{}", stranger.head);
    assert!(stranger.head.contains("access-control-allow-origin: *"), "{}", stranger.head);
    assert!(stranger.body.contains(r#""errorType":"UnrecognizedClientException""#), "{}", stranger.body);
    let nobody = world.send("POST", &path, "", r#"{"query":"{ said }"}"#).await;
    assert!(nobody.body.contains("Valid authorization header not provided."), "{}", nobody.body);
    world.local.shutdown().await;
}

#[tokio::test]
async fn without_iam_everybody_is_root_but_keys_are_keys() {
    let stack = source("Shop", &template("appsync.amazonaws.com", "'s3:GetObject'"));
    let world = World::start_with(settings(), vec![stack]).await;
    let send =
        async |headers: &str| world.send("POST", &path(&world), headers, r#"{"query":"{ said }"}"#).await;
    send("").await.says("200", r#"{"data":{"said":"hello"}}"#);
    let wrong = send("x-api-key: da2-nobody\r\n").await;
    assert!(wrong.head.starts_with("HTTP/1.1 401 "), "{} {}", wrong.head, wrong.body);
    world.local.shutdown().await;
}

#[tokio::test]
async fn an_api_changes_and_goes_with_its_template() {
    let whole = template("appsync.amazonaws.com", ALL);
    let world = start(&whole).await;
    let (path, key) = (path(&world), world.output("Shop", "Key"));
    let send =
        async || world.send("POST", &path, &format!("x-api-key: {key}\r\n"), r#"{"query":"{ said }"}"#).await;
    send().await.says("200", r#"{"data":{"said":"hello"}}"#);
    let expired = "  Key:\n    Type: AWS::AppSync::ApiKey\n    Properties:\n      Expires: '1600000000'\n";
    let old = "  Key:\n    Type: AWS::AppSync::ApiKey\n    Properties:\n";
    assert!(whole.contains(old));
    world.apply("Shop", &whole.replace(old, expired)).await;
    let refused = r#"{"errors":[{"errorType":"UnauthorizedException","message":"You are not authorized to make this call."}]}"#;
    send().await.says("401", refused);
    world.apply("Shop", FUNCTION).await;
    let gone = r#"{"errors":[{"errorType":"NotFoundException","message":"GraphQL API not found."}]}"#;
    send().await.says("404", gone);
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_is_not_done_here_is_told_with_its_name() {
    let whole = template("appsync.amazonaws.com", ALL);
    let check = async |from: &str, to: &str, resource: &str, expected: &str| {
        assert!(whole.contains(from), "{from}");
        let world = start(&whole.replacen(from, to, 1)).await;
        let problems = world.local.problems();
        let is_it = |problem: &Problem| {
            problem.resource.as_deref() == Some(resource) && problem.message.contains(expected)
        };
        assert!(problems.iter().any(is_it), "{}", world.problems());
        world.local.shutdown().await;
    };
    let field = "FieldName: said";
    let with = |more: &str| format!("{field}\n      {more}");
    for (from, to, resource, expected) in [
        ("Name: shop", "ApiType: MERGED", "Api", "`ApiType` is `MERGED`, and APIs are not merged here"),
        (
            "Type: API_KEY",
            "Type: PASSWORD",
            "Api",
            "`AuthenticationType` is `PASSWORD`, and must be `API_KEY`",
        ),
        ("Type: AWS_IAM", "Type: OPENID_CONNECT", "Api", "OPENID_CONNECT"),
        (
            "Definition:",
            "DefinitionS3Location: 's3://code/x'\n      Other:",
            "Schema",
            "`DefinitionS3Location` is not read here",
        ),
        ("type Query @", "type Query @@", "Schema", "syntax error"),
        ("!GetAtt Speaker.Name", "Nobody", "Say", "there is no data source `Nobody`"),
        ("AMAZON_DYNAMODB", "HTTP", "Table", "HTTP is not available here"),
        ("      ServiceRoleArn: !GetAtt SourceRole.Arn\n", "", "Table", "`ServiceRoleArn` is missing"),
        ("!Ref AWS::Region", "eu-north-1", "Table", "`DynamoDBConfig.AwsRegion` is `eu-north-1`"),
        (
            "AwsRegion:",
            "Versioned: true, AwsRegion:",
            "Table",
            "`DynamoDBConfig.Versioned` does nothing here",
        ),
        ("Kind: PIPELINE", "Kind: HOSE", "PutOrder", "`Kind` is `HOSE`, and must be `UNIT` or `PIPELINE`"),
        (field, &with("MaxBatchSize: 5"), "Say", "`MaxBatchSize` does nothing here"),
        (field, &with("CodeS3Location: 's3://code/said'"), "Say", "`CodeS3Location` is not read here"),
        (field, &with("RequestMappingTemplate: '{}'"), "Say", "mapping templates (VTL) are not run here"),
        (field, "FieldName: unsaid", "Say", "the schema has no field `Query.unsaid`"),
        ("Name: put\n", "Name: put\n      SyncConfig: {}\n", "Put", "`SyncConfig` does nothing here"),
        ("ApiId: !GetAtt Api.ApiId", "ApiId: another", "Schema", "`ApiId` is `another`, which is no API"),
    ] {
        check(from, to, resource, expected).await;
    }
}
