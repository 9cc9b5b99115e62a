//! GraphQL APIs: their callers, keys, data sources and resolvers.

use stackwright::cfn::appsync::graphql_api::IntrospectionConfig;
use stackwright::prelude::*;

use super::{check, yaml};

const SCHEMA: SourceFile = source_file!("sources/schema.graphql");
const CODE: SourceFile = source_file!("sources/get-event.js");

fn api(stack: &mut Scope<'_>) -> GraphqlApiHandle {
    stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::ApiKey).or(AuthorizationMode::Iam))
}

fn events(stack: &mut Scope<'_>) -> TableHandle {
    stack.add("Events", Table::new(number("id")))
}

#[test]
fn an_api_has_limits_traces_and_logs_without_what_users_wrote() {
    check(
        |stack| {
            api(stack);
        },
        "
  Api:
    Type: AWS::AppSync::GraphQLApi
    Properties:
      AuthenticationType: API_KEY
      Name: !Sub ${AWS::StackName}-${AWS::Region}-Api
      LogConfig:
        CloudWatchLogsRoleArn: !GetAtt ApiLogsRole.Arn
        FieldLogLevel: ERROR
        ExcludeVerboseContent: true
      XrayEnabled: true
      QueryDepthLimit: 20
      ResolverCountLimit: 100
      AdditionalAuthenticationProviders:
      - AuthenticationType: AWS_IAM
",
    );
}

#[test]
fn an_api_may_write_its_own_logs_only_and_they_expire() {
    check(
        |stack| {
            stack.add("Api", GraphqlApi::new(SCHEMA, AuthorizationMode::Iam).logs_for(7));
        },
        "
  ApiLogs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      LogGroupName: !Sub /aws/appsync/apis/${Api.ApiId}
      RetentionInDays: 7
  ApiLogsPolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Action:
          - logs:CreateLogStream
          - logs:PutLogEvents
          Resource: !GetAtt ApiLogs.Arn
",
    );
}

#[test]
fn the_schema_is_the_file_as_it_is() {
    check(
        |stack| {
            api(stack);
        },
        "
  ApiSchema:
    Type: AWS::AppSync::GraphQLSchema
    Properties:
      ApiId: !GetAtt Api.ApiId
      Definition: |
        type Event @aws_api_key @aws_iam {
          id: Int!
        }
",
    );
}

#[test]
fn failed_requests_raise_an_alarm_unless_none_is_wanted() {
    check(
        |stack| {
            api(stack);
        },
        "
      AlarmDescription: Requests to the GraphQL API failed
      Namespace: AWS/AppSync
      MetricName: 5XXError
      Dimensions:
      - Name: GraphQLAPIId
        Value: !GetAtt Api.ApiId
",
    );
    let silent = GraphqlApi::new(SCHEMA, AuthorizationMode::Iam).alarms(Alarms::None);
    assert!(!yaml(|stack| stack.add("Api", silent)).contains("AWS::CloudWatch::Alarm"));
}

#[test]
fn limits_and_anything_else_of_an_api_can_be_changed() {
    check(
        |stack| {
            let api = GraphqlApi::new(SCHEMA, AuthorizationMode::Iam).depth_limit(5).resolver_limit(10);
            let closed = IntrospectionConfig::Disabled;
            stack.add("Api", api.with(|api| api.introspection_config(closed)));
        },
        "
      QueryDepthLimit: 5
      ResolverCountLimit: 10
      IntrospectionConfig: DISABLED
",
    );
}

#[test]
fn a_key_lives_until_the_second_given_at_deployment() {
    check(
        |stack| {
            let expires = stack.add("Expires", Parameter::number());
            let api = api(stack);
            let key = stack.add("Key", ApiKey::new(api).expiring(expires.value()));
            stack.add("ApiKey", Output::new(key.value()));
        },
        "
  Key:
    Type: AWS::AppSync::ApiKey
    Properties:
      ApiId: !GetAtt Api.ApiId
      Expires: !Ref Expires
Outputs:
  ApiKey:
    Value: !GetAtt Key.ApiKey
",
    );
}

#[test]
fn an_api_is_called_field_by_field() {
    check(
        |stack| {
            let api = api(stack);
            stack.add(
                "Announce",
                Function::new("announce").untraced().allow(api.call("Mutation", "announce")),
            );
        },
        "
          Action:
          - appsync:GraphQL
          Resource: !Sub ${Api.Arn}/types/Mutation/fields/announce
",
    );
}

#[test]
fn pages_are_told_where_to_ask_and_to_listen() {
    check(
        |stack| {
            let api = api(stack);
            stack.add("Url", Output::new(api.url()));
            stack.add("Origin", Output::new(api.origin()));
            stack.add("RealtimeUrl", Output::new(api.realtime_url()));
            stack.add("RealtimeOrigin", Output::new(api.realtime_origin()));
        },
        "
Outputs:
  Url:
    Value: !GetAtt Api.GraphQLUrl
  Origin:
    Value: !Sub
      - https://${Part0}
      - Part0: !Select
          - 2
          - !Split
            - /
            - !GetAtt Api.GraphQLUrl
  RealtimeUrl:
    Value: !GetAtt Api.RealtimeUrl
  RealtimeOrigin:
    Value: !Sub
      - wss://${Part0}
",
    );
}

#[test]
fn a_table_as_a_source_has_a_role_that_may_do_what_was_granted() {
    check(
        |stack| {
            let (api, events) = (api(stack), events(stack));
            stack.add("Source", DataSource::table(api, events).allow(events.get()));
        },
        "
  SourcePolicy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Action:
          - dynamodb:GetItem
          Resource: !GetAtt Events.Arn
      PolicyName: SourcePolicy
      Roles:
      - !Ref SourceRole
  Source:
    Type: AWS::AppSync::DataSource
    Properties:
      ApiId: !GetAtt Api.ApiId
      Name: Source
      Type: AMAZON_DYNAMODB
      DynamoDBConfig:
        AwsRegion: !Ref AWS::Region
        TableName: !Ref Events
      ServiceRoleArn: !GetAtt SourceRole.Arn
",
    );
}

#[test]
fn a_source_that_asks_nobody_has_no_role() {
    let declared = yaml(|stack| {
        let api = api(stack);
        stack.add("Nothing", DataSource::none(api))
    });
    assert!(declared.contains("  Nothing:\n    Type: AWS::AppSync::DataSource\n"));
    assert!(!declared.contains("NothingRole"));
}

#[test]
fn a_resolver_waits_for_the_schema_and_its_source() {
    check(
        |stack| {
            let (api, events) = (api(stack), events(stack));
            let source = stack.add("Source", DataSource::table(api, events).allow(events.get()));
            stack.add("GetEvent", Resolver::new(source, "Query", "getEvent", CODE));
        },
        "
  GetEvent:
    Type: AWS::AppSync::Resolver
    DependsOn: ApiSchema
    Properties:
      ApiId: !GetAtt Api.ApiId
      FieldName: getEvent
      TypeName: Query
      Runtime:
        Name: APPSYNC_JS
        RuntimeVersion: \"1.0.0\"
      Code: |
        export function request(ctx) {
          return { operation: 'GetItem', key: { id: { N: `${ctx.args.id}` } } }
        }

        export function response(ctx) {
          return ctx.result
        }
      Kind: UNIT
      DataSourceName: !GetAtt Source.Name
",
    );
}

#[test]
fn a_pipeline_takes_its_steps_in_order() {
    check(
        |stack| {
            let api = api(stack);
            let nothing = stack.add("Nothing", DataSource::none(api));
            let first = stack.add("First", ResolverFunction::new(nothing, CODE));
            let second = stack.add("Second", ResolverFunction::new(nothing, CODE));
            let pipeline = Resolver::pipeline(api, "Mutation", "announce", CODE);
            stack.add("Announce", pipeline.then(second).then(first));
        },
        "
      Kind: PIPELINE
      PipelineConfig:
        Functions:
        - !GetAtt Second.FunctionId
        - !GetAtt First.FunctionId
",
    );
}
