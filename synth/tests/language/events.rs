//! Buses, rules, queues that run functions, and authorizers.

use stackwright::cfn::events::rule::State;
use stackwright::prelude::*;

use super::{check, yaml};

/// A bus, and orders on it.
fn orders(stack: &mut Scope<'_>) -> (EventBusHandle, EventPattern) {
    (stack.add("Bus", EventBus::new()), EventPattern::source("shop").detail_type("Order Placed"))
}

#[test]
fn a_bus_is_named_after_the_stack_and_its_place() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new().description("Orders"));
            stack.add("PlaceOrder", Function::new("place").env("EVENT_BUS", bus.name()).allow(bus.put()));
        },
        "
  Bus:
    Type: AWS::Events::EventBus
    Properties:
      Name: !Sub ${AWS::StackName}-${AWS::Region}-Bus
      Description: Orders
",
    );
}

#[test]
fn putting_events_is_granted_on_that_bus() {
    check(
        |stack| {
            let (bus, _) = orders(stack);
            stack.add("PlaceOrder", Function::new("place").allow(bus.put()));
        },
        "
        - Effect: Allow
          Action:
          - events:PutEvents
          Resource: !GetAtt Bus.Arn
",
    );
}

#[test]
fn a_rule_runs_a_function_once_its_policy_is_there() {
    check(
        |stack| {
            let (bus, placed) = orders(stack);
            stack.add("Accept", Function::new("accept").on(bus.events(placed)));
        },
        "
  AcceptOnOrderPlaced:
    Type: AWS::Events::Rule
    DependsOn: AcceptPolicy
    Properties:
      EventBusName: !Ref Bus
      EventPattern:
        source:
        - shop
        detail-type:
        - Order Placed
      Targets:
      - Arn: !GetAtt Accept.Arn
        Id: Target
        RetryPolicy:
          MaximumRetryAttempts: 20
          MaximumEventAgeInSeconds: 3600
        DeadLetterConfig:
          Arn: !GetAtt AcceptAsyncFailures.Arn
  AcceptOnOrderPlacedPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt Accept.Arn
      Principal: events.amazonaws.com
      SourceArn: !GetAtt AcceptOnOrderPlaced.Arn
",
    );
}

#[test]
fn a_function_run_asynchronously_stops_retrying_and_keeps_what_fails() {
    check(
        |stack| {
            let (bus, placed) = orders(stack);
            stack.add("Accept", Function::new("accept").on(bus.events(placed)));
        },
        "
  AcceptAsyncConfig:
    Type: AWS::Lambda::EventInvokeConfig
    DependsOn: AcceptPolicy
    Properties:
      FunctionName: !Ref Accept
      Qualifier: $LATEST
      MaximumRetryAttempts: 2
      MaximumEventAgeInSeconds: 3600
      DestinationConfig:
        OnFailure:
          Destination: !GetAtt AcceptAsyncFailures.Arn
  AcceptAsyncFailuresAlarm:
    Type: AWS::CloudWatch::Alarm
",
    );
}

/// Two rules and one function.
fn two_rules(stack: &mut Scope<'_>) {
    let (bus, placed) = orders(stack);
    let others = EventPattern::source("shop").any_detail_type_but(["Order Placed"]);
    stack.add("Publish", Function::new("publish").on(bus.events(placed)).on(bus.events(others)));
}

#[test]
fn all_rules_of_a_function_share_its_failure_queue() {
    assert_eq!(yaml(two_rules).matches("Type: AWS::Lambda::EventInvokeConfig").count(), 1);
    check(
        two_rules,
        "
  PublishAsyncFailuresPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Principal:
            Service: events.amazonaws.com
          Action: sqs:SendMessage
          Resource: !GetAtt PublishAsyncFailures.Arn
          Condition:
            ArnEquals:
              \"aws:SourceArn\":
              - !GetAtt PublishOnOrderPlaced.Arn
              - !GetAtt PublishOnBus.Arn
      Queues:
      - !Ref PublishAsyncFailures
",
    );
    check(
        two_rules,
        "
        - Effect: Allow
          Action:
          - sqs:SendMessage
          Resource: !GetAtt PublishAsyncFailures.Arn
",
    );
}

#[test]
fn events_are_tried_again_as_often_and_as_long_as_said() {
    check(
        |stack| {
            let (bus, placed) = orders(stack);
            let accept = Function::new("accept").event_retries(0).event_age(600);
            stack.add("Accept", accept.on(bus.events(placed)));
        },
        "
      MaximumRetryAttempts: 0
      MaximumEventAgeInSeconds: 600
",
    );
}

#[test]
fn alarms_of_a_function_are_those_of_its_failure_queue() {
    let silent = yaml(|stack| {
        let (bus, placed) = orders(stack);
        stack.add("Accept", Function::new("accept").alarms(Alarms::None).on(bus.events(placed)));
    });
    assert!(!silent.contains("AWS::CloudWatch::Alarm"), "{silent}");
}

#[test]
fn what_a_pattern_says() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let pattern = EventPattern::source("shop")
                .any_detail_type_but(["Order Placed", "Order Lost"])
                .detail("priority", ["high", "highest"])
                .detail("gift", [true]);
            stack.add("Publish", Function::new("publish").on(bus.events(pattern)));
        },
        "
      EventPattern:
        source:
        - shop
        detail-type:
        - anything-but:
          - Order Placed
          - Order Lost
        detail:
          priority:
          - high
          - highest
          gift:
          - true
",
    );
}

#[test]
fn a_pattern_may_be_json() {
    check(
        |stack| {
            let bus = stack.add("Bus", EventBus::new());
            let pattern = EventPattern::json(r#"{"source": [{"prefix": "shop."}]}"#);
            stack.add("Publish", Function::new("publish").on(bus.events(pattern)));
        },
        r#"      EventPattern: "{\"source\": [{\"prefix\": \"shop.\"}]}""#,
    );
}

#[test]
fn options_of_a_rule() {
    check(
        |stack| {
            let (bus, placed) = orders(stack);
            let rule = bus.events(placed).retry(3).maximum_age(60).called("OnOrder");
            let rule = rule.with(|rule| rule.state(State::Disabled));
            stack.add("Accept", Function::new("accept").on(rule));
        },
        "
  AcceptOnOrder:
    Type: AWS::Events::Rule
    DependsOn: AcceptPolicy
    Properties:
      EventBusName: !Ref Bus
      EventPattern:
        source:
        - shop
        detail-type:
        - Order Placed
      Targets:
      - Arn: !GetAtt Accept.Arn
        Id: Target
        RetryPolicy:
          MaximumRetryAttempts: 3
          MaximumEventAgeInSeconds: 60
        DeadLetterConfig:
          Arn: !GetAtt AcceptAsyncFailures.Arn
      State: DISABLED
",
    );
}

/// A rule into a queue.
fn parcels(stack: &mut Scope<'_>) {
    let (bus, placed) = orders(stack);
    let parcels = stack.add("Parcels", Queue::new().retrying(3));
    stack.add("ToParcels", Rule::new(bus, placed).to(parcels));
}

#[test]
fn a_rule_feeds_a_queue_that_lets_it() {
    check(
        parcels,
        "
  ToParcelsQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      PolicyDocument:
        Version: \"2012-10-17\"
        Statement:
        - Effect: Allow
          Principal:
            Service: events.amazonaws.com
          Action: sqs:SendMessage
          Resource: !GetAtt Parcels.Arn
          Condition:
            ArnEquals:
              \"aws:SourceArn\": !GetAtt ToParcels.Arn
      Queues:
      - !Ref Parcels
",
    );
}

#[test]
fn what_a_queue_does_not_take_waits_in_another_with_an_alarm() {
    check(parcels, "        DeadLetterConfig:\n          Arn: !GetAtt ToParcelsFailures.Arn\n");
    check(parcels, "  ToParcelsFailuresAlarm:\n    Type: AWS::CloudWatch::Alarm\n");
    check(parcels, "      Queues:\n      - !Ref ToParcelsFailures\n");
}

#[test]
fn a_queue_delays_and_keeps_its_failures() {
    check(
        |stack| {
            stack.add("Parcels", Queue::new().delayed(10).hiding_for(60).retrying(3));
        },
        "
  Parcels:
    Type: AWS::SQS::Queue
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      MessageRetentionPeriod: 1209600
      VisibilityTimeout: 60
      SqsManagedSseEnabled: true
      DelaySeconds: 10
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt ParcelsFailures.Arn
        maxReceiveCount: 3
",
    );
}

#[test]
fn the_failures_of_a_queue_go_with_it_and_raise_an_alarm() {
    let transient = |stack: &mut Scope<'_>| {
        stack.add("Parcels", Queue::new().retrying(3).transient());
    };
    check(
        transient,
        "
  ParcelsFailures:
    Type: AWS::SQS::Queue
    DeletionPolicy: Delete
",
    );
    check(transient, "        Value: !GetAtt ParcelsFailures.QueueName\n");
    let silent = yaml(|stack| stack.add("Parcels", Queue::new().retrying(3).alarms(Alarms::None)));
    assert!(!silent.contains("AWS::CloudWatch::Alarm"), "{silent}");
}

#[test]
fn a_queue_runs_a_function_that_reports_single_failures() {
    let worker = |stack: &mut Scope<'_>| {
        let jobs = stack.add("Jobs", Queue::new().retrying(3));
        stack.add("Worker", Function::new("worker").on(jobs.messages().batch(5).at_most(2)));
    };
    check(
        worker,
        "
  WorkerOnJobs:
    Type: AWS::Lambda::EventSourceMapping
    DependsOn: WorkerPolicy
    Properties:
      FunctionName: !GetAtt Worker.Arn
      EventSourceArn: !GetAtt Jobs.Arn
      BatchSize: 5
      MaximumBatchingWindowInSeconds: 0
      FunctionResponseTypes:
      - ReportBatchItemFailures
      ScalingConfig:
        MaximumConcurrency: 2
",
    );
    check(
        worker,
        "
          - sqs:ReceiveMessage
          - sqs:DeleteMessage
          - sqs:GetQueueAttributes
          Resource: !GetAtt Jobs.Arn
",
    );
}

#[test]
fn messages_are_gathered_and_filtered() {
    check(
        |stack| {
            let jobs = stack.add("Jobs", Queue::new().retrying(3));
            let trigger = jobs.messages().batch(100).window(5).filter(r#"{"body":{"kind":["mail"]}}"#);
            stack.add("Worker", Function::new("worker").on(trigger));
        },
        r#"
      BatchSize: 100
      MaximumBatchingWindowInSeconds: 5
      FunctionResponseTypes:
      - ReportBatchItemFailures
      FilterCriteria:
        Filters:
        - Pattern: "{\"body\":{\"kind\":[\"mail\"]}}"
"#,
    );
}

#[test]
fn changes_of_a_kind_are_filtered_further() {
    check(
        |stack| {
            let (_, changes) = stack.add("Notes", Table::new(string("id")).streaming(View::NewImage));
            let expired = r#"{ "userIdentity": {"type": ["Service"]} }"#;
            let trigger = changes.removed().filter(expired).filter("{}");
            stack.add("Count", Function::new("count").on(trigger));
        },
        r#"
        Filters:
        - Pattern: "{\"eventName\":[\"REMOVE\"],\"userIdentity\": {\"type\": [\"Service\"]} }"
        - Pattern: "{\"eventName\":[\"REMOVE\"]}"
"#,
    );
}

/// An API whose `$connect` asks an authorizer.
fn guarded(stack: &mut Scope<'_>) {
    let api = stack.add("Api", WebSocketApi::new("prod"));
    let tickets = stack.add("Tickets", Function::new("check-ticket"));
    let gate = RequestAuthorizer::new(api, tickets).reading("route.request.querystring.ticket");
    let gate = stack.add("Gate", gate);
    stack.add("Greet", Function::new("greet").on(api.route("$connect").authorized_by(gate)));
}

#[test]
fn an_authorizer_is_a_function_that_the_api_may_run() {
    check(
        guarded,
        "
  Gate:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: REQUEST
      Name: Gate
      AuthorizerUri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Tickets.Arn}/invocations
      IdentitySource:
      - route.request.querystring.ticket
  GatePermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !GetAtt Tickets.Arn
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/${Gate.AuthorizerId}
",
    );
}

#[test]
fn connecting_asks_the_authorizer() {
    check(guarded, "      AuthorizationType: CUSTOM\n      AuthorizerId: !GetAtt Gate.AuthorizerId\n");
}

/// The same, but only if there is a key.
fn guarded_with_a_key(stack: &mut Scope<'_>) {
    let api = stack.add("Api", WebSocketApi::new("prod"));
    let key = stack.add("Key", Parameter::text().default(""));
    let sign_in = stack.add("SignIn", conditions::not(conditions::equals(key.value(), "")));
    let tickets = Function::new("check-ticket").env("TICKET_KEY", key.value());
    let tickets = stack.add("Tickets", tickets.when(sign_in));
    let gate = stack.add("Gate", RequestAuthorizer::new(api, tickets).when(sign_in));
    stack.add("Greet", Function::new("greet").on(api.route("$connect").authorized_by(gate.when(sign_in))));
}

#[test]
fn an_authorizer_may_depend_on_a_condition() {
    check(
        guarded_with_a_key,
        "
      AuthorizationType: !If
        - SignIn
        - CUSTOM
        - NONE
      AuthorizerId: !If
        - SignIn
        - !GetAtt Gate.AuthorizerId
        - !Ref AWS::NoValue
",
    );
    check(guarded_with_a_key, "  Gate:\n    Type: AWS::ApiGatewayV2::Authorizer\n    Condition: SignIn\n");
    check(
        guarded_with_a_key,
        "  GatePermission:\n    Type: AWS::Lambda::Permission\n    Condition: SignIn\n",
    );
}
