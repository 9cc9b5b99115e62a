//! What the language writes: every part of a template beside the resources, and how values are put together.

#![allow(clippy::unwrap_used)]

use stackwright::prelude::*;
use stackwright::{DeletionPolicy, Expr, Synthesis, account, declare, region};

#[path = "language/events.rs"]
mod events;
#[path = "language/graphql.rs"]
mod graphql;
#[path = "language/pages.rs"]
mod pages;
#[path = "language/sockets.rs"]
mod sockets;

/// Declares without a problem, and writes it down.
#[track_caller]
fn yaml<H>(function: impl FnOnce(&mut Scope<'_>) -> H) -> String {
    let synthesis = Synthesis::of("Demo", declare("Demo", function));
    assert_eq!(synthesis.problems, []);
    synthesis.template.to_yaml().unwrap()
}

/// Declares, and looks for the lines in the YAML.
#[track_caller]
fn check(function: impl FnOnce(&mut Scope<'_>), expected: &str) {
    let yaml = yaml(function);
    let expected = expected.trim_matches('\n');
    assert!(yaml.contains(expected), "{expected}\nis not in\n{yaml}");
}

fn topic() -> RawResource {
    RawResource::new("AWS::SNS::Topic")
}

#[test]
fn parameters_and_conditions() {
    check(
        |stack| {
            let kind = Parameter::text().default("dev").allowed(["dev", "prod"]);
            let stage = stack.add("Stage", kind);
            let production = stack.add("Production", conditions::equals(stage.value(), "prod"));
            let name = Value::<String>::when(production, "orders", "orders-dev");
            stack.add("Orders", topic().raw("TopicName", name));
            stack.add("Audit", topic().only_if(production));
        },
        "
Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues:
    - dev
    - prod
Conditions:
  Production: !Equals
    - !Ref Stage
    - prod
Resources:
  Orders:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !If
        - Production
        - orders
        - orders-dev
  Audit:
    Type: AWS::SNS::Topic
    Condition: Production
",
    );
}

#[test]
fn numbers_are_compared_as_the_texts_that_parameters_give() {
    check(
        |stack| {
            let copies = stack.add("Copies", Parameter::number().default(1));
            let alone = stack.add("Alone", conditions::equals(copies.value(), 1));
            stack.add("Alarms", topic().only_if(alone));
        },
        "
  Alone: !Equals
    - !Ref Copies
    - \"1\"
",
    );
}

#[test]
fn mappings() {
    check(
        |stack| {
            let names = Mapping::new()
                .row("eu-west-1", [("topic", Expr::from("ireland"))])
                .row("us-east-1", [("topic", Expr::from("virginia"))]);
            let names = stack.add("Names", names);
            stack.add("Orders", topic().raw("TopicName", names.find::<String>(region(), "topic")));
        },
        "
Mappings:
  Names:
    eu-west-1:
      topic: ireland
    us-east-1:
      topic: virginia
Resources:
  Orders:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !FindInMap
        - Names
        - !Ref AWS::Region
        - topic
",
    );
}

#[test]
fn outputs_and_exports() {
    const TOPIC: Export<Arn> = Export::new("Demo", "TopicArn");
    check(
        |stack| {
            let orders = stack.add("Orders", topic());
            stack.add("TopicArn", TOPIC.provide(orders.attribute("TopicArn")).description("Where orders go"));
        },
        "
Outputs:
  TopicArn:
    Description: Where orders go
    Value: !GetAtt Orders.TopicArn
    Export:
      Name: Demo-TopicArn
",
    );
}

#[test]
fn imports_from_other_stacks() {
    const TOPIC: Export<String> = Export::new("Alerts", "TopicName");
    check(
        |stack| {
            stack.add("Orders", topic().raw("DisplayName", TOPIC.import()));
        },
        "      DisplayName: !ImportValue Alerts-TopicName",
    );
}

#[test]
fn tags_go_to_every_resource_below_that_takes_them() {
    check(
        |stack| {
            stack.tag("team", "orders");
            stack.add("Table", Table::new(string("id")));
            stack.add("Logs", stackwright::cfn::logs::LogGroup::new());
        },
        "
      Tags:
      - Key: team
        Value: orders
",
    );
}

#[test]
fn of_two_tags_with_one_key_the_nearer_counts() {
    check(
        |stack| {
            stack.tag("team", "orders");
            stack.add("Billing", |billing: &mut Scope<'_>| {
                billing.tag("team", "billing");
                billing.add("Topic", topic());
            });
        },
        "
  BillingTopic:
    Type: AWS::SNS::Topic
    Properties:
      Tags:
      - Key: team
        Value: billing
",
    );
}

/// The resources of a type, each with what it waits for.
#[track_caller]
fn check_waiting(function: impl FnOnce(&mut Scope<'_>), kind: &str, expected: &[&str]) {
    let synthesis = Synthesis::of("Demo", declare("Demo", function));
    assert_eq!(synthesis.problems, []);
    let of_kind = synthesis.template.resources.iter().filter(|(_, entry)| entry.kind == kind);
    let found: Vec<String> =
        of_kind.map(|(id, entry)| format!("{id} after {}", entry.depends_on[0])).collect();
    assert_eq!(found, expected);
}

#[test]
fn apis_of_a_stack_set_the_accounts_role_for_logs_once() {
    let apis = |stack: &mut Scope<'_>| {
        let handler = stack.add("Handler", Function::new("handler"));
        stack.add("Live", WebSocketApi::new("prod"));
        stack.add("Api", RestApi::new("prod").route(Method::Get, "/", handler));
    };
    check_waiting(apis, "AWS::ApiGateway::Account", &["LiveLogsAccount after Live"]);
    check_waiting(apis, "AWS::ApiGatewayV2::Stage", &["LiveStage after LiveLogsAccount"]);
    check_waiting(apis, "AWS::ApiGateway::Stage", &["ApiStage after LiveLogsAccount"]);
}

#[test]
fn a_role_for_logs_that_may_not_be_there_is_not_relied_on() {
    check_waiting(
        |stack| {
            let here = stack.add("IsHere", conditions::equals(region(), "eu-west-1"));
            stack.add("Live", WebSocketApi::new("prod").when(here));
            stack.add("Api", WebSocketApi::new("prod"));
        },
        "AWS::ApiGateway::Account",
        &["LiveLogsAccount after Live", "ApiLogsAccount after Api"],
    );
}

#[test]
fn the_root_of_an_api_is_a_path_like_any_other() {
    check(
        |stack| {
            let handler = stack.add("Handler", Function::new("handler"));
            let api = RestApi::new("prod").cors(Cors::any_origin()).route(Method::Post, "/", handler);
            stack.add("Api", api);
        },
        "
  ApiOptionsRoot:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: OPTIONS
      ResourceId: !GetAtt Api.RootResourceId
",
    );
}

#[test]
fn paths_that_read_alike_have_ids_of_their_own() {
    check(
        |stack| {
            let handler = stack.add("Handler", Function::new("handler"));
            let api = RestApi::new("prod").route(Method::Get, "/stage/{id}", handler).route(
                Method::Get,
                "/stage/id",
                handler,
            );
            stack.add("Api", api);
        },
        "  ApiPathStageById:\n    Type: AWS::ApiGateway::Resource\n",
    );
}

#[test]
fn what_a_construct_makes_can_be_changed() {
    check(
        |stack| {
            let api = WebSocketApi::new("prod").with_stage(|stage| stage.description("for tests"));
            stack.add("Api", api);
            let (_, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::KeysOnly));
            let trigger = changes.all().with(|mapping| mapping.tumbling_window_in_seconds(60));
            stack.add("Count", Function::new("count").on(trigger));
            stack.add("Site", Site::new("web/notes").with(|config| config.comment("for tests")));
        },
        "      Description: for tests\n",
    );
}

#[test]
fn attributes_of_a_resource() {
    check(
        |stack| {
            let first = stack.add("First", topic());
            let second =
                topic().after(first).on_removal(DeletionPolicy::Retain).metadata("Why", "it is an example");
            stack.add("Second", second);
        },
        "
  Second:
    Type: AWS::SNS::Topic
    DependsOn: First
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Metadata:
      Why: it is an example
",
    );
}

#[test]
fn a_construct_as_a_whole_depends_on_a_condition_and_waits() {
    check(
        |stack| {
            let stage = stack.add("Stage", Parameter::text().default("dev"));
            let production = stack.add("Production", conditions::equals(stage.value(), "prod"));
            let orders = stack.add("Orders", topic());
            stack.add("Audit", Function::new("audit").when(production).waiting_for(orders));
        },
        "
  AuditLogs:
    Type: AWS::Logs::LogGroup
    Condition: Production
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      RetentionInDays: 30
  Audit:
    Type: AWS::Lambda::Function
    Condition: Production
    DependsOn: Orders
",
    );
}

#[test]
fn stateful_resources_are_kept_whatever_level_declares_them() {
    check(
        |stack| {
            stack.add("Bucket", stackwright::cfn::s3::Bucket::new());
            let key = Expr::map([("AttributeName", Expr::from("id")), ("KeyType", "HASH".into())]);
            let attribute = Expr::map([("AttributeName", Expr::from("id")), ("AttributeType", "S".into())]);
            let table = RawResource::new("AWS::DynamoDB::Table")
                .raw("KeySchema", vec![key])
                .raw("AttributeDefinitions", vec![attribute])
                .raw("BillingMode", "PAY_PER_REQUEST");
            stack.add("Raw", table);
        },
        "
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
  Raw:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
",
    );
}

#[test]
fn texts_are_put_together_readably() {
    check(
        |stack| {
            let name = join(["orders-".into(), region(), "-".into(), account()]);
            stack.add("Orders", topic().raw("TopicName", name));
        },
        "      TopicName: !Sub orders-${AWS::Region}-${AWS::AccountId}",
    );
}

#[test]
fn lists_are_split_picked_and_joined() {
    check(
        |stack| {
            let names: Value<Vec<String>> = Value::<String>::from("a,b").split(",");
            stack.add(
                "Orders",
                topic().raw("TopicName", names.clone().select(1)).raw("DisplayName", names.join("-")),
            );
        },
        "
      TopicName: !Select
        - 1
        - !Split
          - \",\"
          - a,b
      DisplayName: !Join
        - '-'
        - !Split
",
    );
}

#[test]
fn wrapping_a_resource_does_not_rename_it() {
    let plain = declare("Demo", |stack| stack.add("Jobs", Queue::new()));
    let wrapped =
        declare("Demo", |stack| stack.add("Jobs", |jobs: &mut Scope<'_>| Queue::new().declare(jobs)));
    assert_eq!(plain.template, wrapped.template);
}

#[test]
fn a_two_way_route_has_a_response() {
    check(
        |stack| {
            let api = stack.add("Api", WebSocketApi::new("prod"));
            stack.add("Join", Function::new("join").on(api.route("join-room").two_way()));
        },
        "
  JoinOnJoinRoomResponse:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties:
      ApiId: !Ref Api
      RouteId: !Ref JoinOnJoinRoom
      RouteResponseKey: $default
",
    );
}

#[test]
fn a_deployment_follows_the_routes_and_nothing_else() {
    let deployment = |second: &'static str, memory: u32| {
        let declared = declare("Demo", |stack| {
            let handler = stack.add("Handler", Function::new("handler").memory(memory));
            let api =
                RestApi::new("prod").route(Method::Get, "/a", handler).route(Method::Get, second, handler);
            stack.add("Api", api);
        });
        let mut resources = declared.template.resources.iter();
        resources.find(|(_, resource)| resource.kind == "AWS::ApiGateway::Deployment").unwrap().0
    };
    assert_eq!(deployment("/b", 256), deployment("/b", 512));
    assert_ne!(deployment("/b", 256), deployment("/c", 256));
}

#[test]
fn errors_that_a_function_logs_raise_an_alarm_unless_none_are_wanted() {
    let yaml = yaml(|stack| {
        stack.add("Loud", Function::new("loud"));
        stack.add("Quiet", Function::new("quiet").alarms(Alarms::None));
    });
    let filter = r#"
  LoudLoggedErrors:
    Type: AWS::Logs::MetricFilter
    Properties:
      FilterPattern: "{ $.level = \"ERROR\" }"
      LogGroupName: !Ref LoudLogs
      MetricTransformations:
      - MetricName: Loud
        MetricNamespace: !Sub Stackwright/${AWS::StackName}
        MetricValue: "1"
        DefaultValue: 0
  LoudLoggedErrorsAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: The function has logged an error
      Namespace: !Sub Stackwright/${AWS::StackName}
      MetricName: Loud
"#;
    assert!(yaml.contains(filter), "{yaml}");
    assert!(!yaml.contains("QuietLogged") && !yaml.contains("QuietErrors"), "{yaml}");
}

#[test]
fn functions_may_call_each_other() {
    let synthesis = Synthesis::of(
        "Demo",
        declare("Demo", |stack| {
            let ping = stack.add("Ping", Function::new("ping"));
            let pong = stack.add("Pong", Function::new("pong").allow(ping.invoke()));
            stack.add("Again", Function::new("again").allow(pong.invoke()).allow(ping.invoke()));
        }),
    );
    assert_eq!(synthesis.problems, []);
}
