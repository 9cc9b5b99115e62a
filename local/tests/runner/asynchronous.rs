//! Asynchronous invocations: where their records go, and dead letters.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_local::{Settings, Timers};

use crate::world::{FUNCTION, World, settings, source};

const QUEUES: &str = "  Queue:
    Type: AWS::SQS::Queue
  Config:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Function
      Qualifier: $LATEST
      MaximumRetryAttempts: 1
      DestinationConfig:
";

/// A world whose function is tried again at once.
async fn world(template: &str) -> World {
    let timers = Timers { retries: vec![Duration::ZERO; 2], ..Timers::default() };
    World::start_with(Settings { timers, ..settings() }, vec![source("Shop", template)]).await
}

async fn invoke_later(world: &World) {
    let path = format!("/2015-03-31/functions/{}/invocations", world.physical("Function"));
    let answer = world.send("POST", &path, "x-amz-invocation-type: Event\r\n", "{\"n\":1}").await;
    assert!(answer.head.starts_with("HTTP/1.1 202 "), "{}", answer.head);
}

async fn fail_next(world: &World, calls: u32) {
    let fault = json!({ "function": "the-function", "calls": calls, "status": 500 }).to_string();
    let answer = world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    assert!(answer.head.starts_with("HTTP/1.1 201 "), "{}", answer.body);
}

fn body(message: &Value) -> Value {
    serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_record_of_success_goes_to_its_destination() {
    let to = "        OnSuccess: {Destination: !GetAtt Queue.Arn}\n";
    let world = world(&format!("{FUNCTION}{QUEUES}{to}")).await;
    invoke_later(&world).await;
    let record = body(&world.received("Queue").await);
    assert_eq!(record["requestContext"]["condition"], "Success", "{record}");
    assert_eq!(record["requestPayload"], json!({ "n": 1 }));
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_record_of_failure_goes_to_its_own_after_all_tries() {
    let to = "        OnFailure: {Destination: !GetAtt Queue.Arn}\n";
    let world = world(&format!("{FUNCTION}{QUEUES}{to}")).await;
    // One failure is made up for by the retry, and has no record.
    for (calls, count) in [(1, 0), (2, 2)] {
        fail_next(&world, calls).await;
        invoke_later(&world).await;
        if count > 0 {
            let record = body(&world.received("Queue").await);
            assert_eq!(record["requestContext"]["condition"], "RetriesExhausted", "{record}");
            assert_eq!(record["requestContext"]["approximateInvokeCount"], count);
            assert_eq!(record["responsePayload"]["errorMessage"], "a fault was asked for: status 500");
        }
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn on_a_bus_a_record_is_an_event() {
    let to = "        OnFailure: {Destination: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default'}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [lambda]}
      Targets: [{Id: Queue, Arn: !GetAtt Queue.Arn}]
";
    let world = world(&format!("{FUNCTION}{QUEUES}{to}")).await;
    fail_next(&world, 2).await;
    invoke_later(&world).await;
    let event = body(&world.received("Queue").await);
    assert_eq!(event["detail-type"], "Lambda Function Invocation Result - Failure");
    assert_eq!(event["detail"]["requestPayload"], json!({ "n": 1 }));
    assert_eq!(event["resources"][0], "arn:aws:events:us-east-1:000000000000:event-bus/default");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_dead_letter_is_the_event_and_says_why() {
    let letters =
        "      DeadLetterConfig: {TargetArn: !GetAtt Queue.Arn}\n  Queue:\n    Type: AWS::SQS::Queue\n";
    let world = world(&format!("{FUNCTION}{letters}")).await;
    fail_next(&world, 3).await;
    invoke_later(&world).await;
    let letter = world.received("Queue").await;
    assert_eq!(body(&letter), json!({ "n": 1 }));
    let attributes = &letter["MessageAttributes"];
    assert_eq!(attributes["ErrorMessage"]["StringValue"], "a fault was asked for: status 500");
    assert_eq!(attributes["ErrorCode"], json!({ "DataType": "Number", "StringValue": "200" }));
    assert!(attributes["RequestID"]["StringValue"].is_string(), "{letter}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn destinations_that_are_not_here_are_named_and_the_function_runs() {
    let to = "        OnFailure: {Destination: arn:aws:s3:::letters}\n";
    let world = world(&format!("{FUNCTION}{QUEUES}{to}")).await;
    assert_eq!(
        world.problems(),
        "`arn:aws:s3:::letters` is no queue and no function and no event bus: nothing else is delivered to here\n  --> \
         Shop.rs:4  (Shop/Config)"
    );
    world.invoke("Shop", "Function").await;
    world.local.shutdown().await;
}
