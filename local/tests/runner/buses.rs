//! Event buses of templates: which targets run here, what they get, and who lets them.

use serde_json::{Value, json};
use stackwright_local::Settings;

use crate::signer::Signer;
use crate::world::{FUNCTION, World, grant, settings, source};

const RULE: &str = "  Bus:
    Type: AWS::Events::EventBus
    Properties: {Name: orders}
  Queue:
    Type: AWS::SQS::Queue
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref Bus
      EventPattern: {source: [shop]}
      Targets:
      - Id: Queue
        Arn: !GetAtt Queue.Arn
";

/// What lets EventBridge send to the queue, for that rule alone.
const POLICY: &str = "  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement:
          Effect: Allow
          Principal: {Service: events.amazonaws.com}
          Action: sqs:SendMessage
          Resource: !GetAtt Queue.Arn
          Condition: {ArnEquals: {aws:SourceArn: !GetAtt Rule.Arn}}
";

/// A queue for what could not be delivered, with a policy that lets it in.
const LETTERS: &str = "        DeadLetterConfig: {Arn: !GetAtt Letters.Arn}
  Letters:
    Type: AWS::SQS::Queue
  LettersPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Letters]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: '*'}
";

/// A role for the target, whom it trusts, and what it may do.
fn role(trusted: &str, action: &str) -> String {
    format!(
        "        RoleArn: !GetAtt TargetRole.Arn
  TargetRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: {trusted}}}, Action: sts:AssumeRole}}
      Policies:
      - PolicyName: targets
        PolicyDocument:
          Statement: {{Effect: Allow, Action: {action}, Resource: '*'}}
"
    )
}

fn event(bus: &str) -> Value {
    let detail = json!({ "pizza": 1 }).to_string();
    json!({ "Entries": [
        { "EventBusName": bus, "Source": "shop", "DetailType": "Order Placed", "Detail": detail },
    ] })
}

/// A world that asks nobody for permissions.
async fn open(resources: &str) -> World {
    World::start("Shop", &format!("Resources:\n{resources}")).await
}

/// A world that does.
async fn guarded(resources: &str) -> World {
    let settings = Settings { enforces_iam: true, ..settings() };
    World::start_with(settings, vec![source("Shop", &format!("Resources:\n{resources}"))]).await
}

#[tokio::test]
async fn a_target_gets_the_event_or_what_its_rule_makes_of_it() {
    let world = open(RULE).await;
    world.ask("AWSEvents.PutEvents", &event("orders")).await;
    let message = world.received("Queue").await;
    let body: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["source"], &body["detail"]), (&json!("shop"), &json!({ "pizza": 1 })));

    let more = "        InputTransformer:
          InputPathsMap: {pizzas: $.detail.pizza}
          InputTemplate: '\"<pizzas> ordered\"'
";
    world.apply("Shop", &format!("Resources:\n{RULE}{more}")).await;
    world.ask("AWSEvents.PutEvents", &event("orders")).await;
    assert_eq!(world.received("Queue").await["Body"], "\"1 ordered\"");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_fifo_queue_gets_messages_in_the_group_of_its_target() {
    let fifo = RULE.replace(
        "AWS::SQS::Queue\n",
        "AWS::SQS::Queue\n    Properties: {FifoQueue: true, ContentBasedDeduplication: true}\n",
    );
    let world = open(&format!("{fifo}        SqsParameters: {{MessageGroupId: kitchen}}\n")).await;
    world.ask("AWSEvents.PutEvents", &event("orders")).await;
    assert_eq!(world.received("Queue").await["Attributes"]["MessageGroupId"], "kitchen");
    world.local.shutdown().await;
}

#[tokio::test]
async fn targets_that_are_not_here_are_named_and_the_others_get_their_events() {
    let topic = "      - {Id: News, Arn: arn:aws:sns:us-east-1:000000000000:news}\n";
    let world = open(&format!("{RULE}{topic}")).await;
    assert_eq!(
        world.problems(),
        "`arn:aws:sns:us-east-1:000000000000:news` is no queue and no function and no event bus: nothing else is \
         delivered to here\n  --> Shop.rs:3  (Shop/Rule)"
    );
    world.ask("AWSEvents.PutEvents", &event("orders")).await;
    world.received("Queue").await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn rules_that_cannot_be_are_named() {
    let world = open(&RULE.replace("{source: [shop]}", "{source: shop}")).await;
    assert!(world.problems().contains("Event pattern is not valid"), "{}", world.problems());
    world.local.shutdown().await;
    let scheduled = RULE.replace("EventPattern: {source: [shop]}", "ScheduleExpression: rate(1 hour)");
    let world = open(&scheduled).await;
    assert!(world.problems().contains("only on the default event bus"), "{}", world.problems());
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_rule_that_its_stack_has_no_longer_passes_nothing_on() {
    let world = open(RULE).await;
    let rules = async || {
        world.ask("AWSEvents.ListRules", &json!({ "EventBusName": "orders" })).await["Rules"].clone()
    };
    assert_eq!(rules().await.as_array().map(Vec::len), Some(1));
    let without = &RULE[..RULE.find("  Rule:").unwrap()];
    world.apply("Shop", &format!("Resources:\n{without}")).await;
    assert_eq!(rules().await, json!([]));
    world.local.shutdown().await;
}

/// What becomes of an event with this template: it arrives in the queue, or in that for dead letters.
async fn check(resources: &str, ends: Result<(), &str>) {
    let world = guarded(resources).await;
    assert_eq!(world.problems(), "");
    let put = Signer::root(&world).ask(&world, "AWSEvents.PutEvents", event("orders")).await;
    assert!(put.head.starts_with("HTTP/1.1 200 "), "{}", put.body);
    match ends {
        Ok(()) => drop(world.received("Queue").await),
        Err(reason) => {
            let letter = world.received("Letters").await;
            let attributes = &letter["MessageAttributes"];
            assert_eq!(attributes["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS", "{letter}");
            let message = attributes["ERROR_MESSAGE"]["StringValue"].as_str().unwrap();
            assert!(message.contains(reason), "{message}");
        }
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_queue_takes_what_its_policy_lets_in() {
    check(&format!("{RULE}{POLICY}"), Ok(())).await;
    let reason = "events.amazonaws.com is not authorized to perform: sqs:SendMessage";
    check(&format!("{RULE}{LETTERS}"), Err(reason)).await;
    let of_another =
        POLICY.replace("!GetAtt Rule.Arn", "arn:aws:events:us-east-1:000000000000:rule/orders/other");
    check(&format!("{RULE}{LETTERS}{of_another}"), Err(reason)).await;
}

#[tokio::test]
async fn or_what_the_targets_role_may_send() {
    check(&format!("{RULE}{}", role("events.amazonaws.com", "sqs:SendMessage")), Ok(())).await;
    let letters = LETTERS.trim_end();
    let with = |role: String| {
        let (target, resources) = role.split_once('\n').unwrap();
        format!("{RULE}{target}\n{letters}\n{resources}")
    };
    check(&with(role("events.amazonaws.com", "sqs:DeleteMessage")), Err("perform: sqs:SendMessage")).await;
    check(&with(role("lambda.amazonaws.com", "sqs:SendMessage")), Err("perform: sts:AssumeRole")).await;
}

#[tokio::test]
async fn a_bus_passes_events_on_to_another() {
    let through = "  First:
    Type: AWS::Events::EventBus
    Properties: {Name: first}
  Forward:
    Type: AWS::Events::Rule
    Properties:
      EventBusName: !Ref First
      EventPattern: {source: [shop]}
      Targets:
      - Id: Bus
        Arn: !GetAtt Bus.Arn
";
    let role = role("events.amazonaws.com", "events:PutEvents");
    let world = guarded(&format!("{RULE}{POLICY}{through}{role}")).await;
    Signer::root(&world).ask(&world, "AWSEvents.PutEvents", event("first")).await;
    world.received("Queue").await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn events_are_put_by_who_may() {
    let grant = grant("events:PutEvents", "!GetAtt Bus.Arn");
    let settings = Settings { enforces_iam: true, ..settings() };
    let world =
        World::start_with(settings, vec![source("Shop", &format!("{FUNCTION}{RULE}{POLICY}{grant}"))]).await;
    let function = Signer::function(&world).await;
    let put = function.ask(&world, "AWSEvents.PutEvents", event("orders")).await;
    assert!(put.head.starts_with("HTTP/1.1 200 "), "{}", put.body);
    world.received("Queue").await;
    let put = function.ask(&world, "AWSEvents.PutEvents", event("default")).await;
    assert!(put.head.starts_with("HTTP/1.1 400 "), "{}", put.head);
    let body: Value = serde_json::from_str(&put.body).unwrap();
    assert_eq!(body["__type"], "AccessDeniedException");
    let bus =
        "perform: events:PutEvents on resource: arn:aws:events:us-east-1:000000000000:event-bus/default";
    assert!(body["message"].as_str().is_some_and(|message| message.contains(bus)), "{body}");
    world.local.shutdown().await;
}
