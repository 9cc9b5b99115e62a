//! Queues of templates, and how SQS is spoken to.

use serde_json::{Value, json};
use stackwright_local::Settings;

use crate::signer::Signer;
use crate::world::{Answer, FUNCTION, World, settings, source};

const QUEUES: &str = "  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 0
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Letters.Arn, maxReceiveCount: 1}
  Letters:
    Type: AWS::SQS::Queue
";

async fn guarded(resources: &str) -> World {
    let settings = Settings { enforces_iam: true, ..settings() };
    World::start_with(settings, vec![source("Shop", &format!("{FUNCTION}{resources}"))]).await
}

/// Checks an error under both its names.
#[track_caller]
fn refused(answer: &Answer, status: u16, kind: &str, code: &str) -> String {
    assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{} {}", answer.head, answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["__type"], kind);
    let header = format!("x-amzn-query-error: {code};Sender");
    assert!(answer.head.contains(&header), "{}", answer.head);
    body["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_received_too_often_goes_to_the_queue_for_dead_letters() {
    let world = World::start("Shop", &format!("Resources:\n{QUEUES}")).await;
    assert_eq!(world.problems(), "");
    let message = json!({ "QueueUrl": world.physical("Queue"), "MessageBody": "hello" });
    world.ask("AmazonSQS.SendMessage", &message).await;
    world.received("Queue").await;
    // The second time is once too often.
    let again = world.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": world.physical("Queue") })).await;
    assert_eq!(again, json!({}));
    assert_eq!(world.received("Letters").await["Body"], "hello");
    world.local.shutdown().await;
}

#[tokio::test]
async fn messages_outlast_a_change_of_their_queue() {
    let world = World::start("Shop", &format!("Resources:\n{QUEUES}")).await;
    let message = json!({ "QueueUrl": world.physical("Queue"), "MessageBody": "hello" });
    world.ask("AmazonSQS.SendMessage", &message).await;
    let changed = QUEUES.replace("VisibilityTimeout: 0", "VisibilityTimeout: 77");
    world.apply("Shop", &format!("Resources:\n{changed}")).await;
    let attributes = json!({ "QueueUrl": world.physical("Queue"), "AttributeNames": ["All"] });
    let attributes = world.ask("AmazonSQS.GetQueueAttributes", &attributes).await;
    assert_eq!(attributes["Attributes"]["VisibilityTimeout"], "77");
    assert_eq!(world.received("Queue").await["Body"], "hello");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_queue_that_cannot_be_is_named() {
    let world = World::start("Shop", &format!("Resources:\n{}", QUEUES.replace(": 0", ": 50000"))).await;
    assert!(world.problems().contains("VisibilityTimeout"), "{}", world.problems());
    world.local.shutdown().await;
}

#[tokio::test]
async fn whoever_may_not_is_told_so_under_both_names_of_the_error() {
    let world = guarded(QUEUES).await;
    let function = Signer::function(&world).await;
    let entries = json!([{ "Id": "1", "MessageBody": "hello" }]);
    let batch = json!({ "QueueUrl": world.physical("Queue"), "Entries": entries });
    let answer = function.ask(&world, "AmazonSQS.SendMessageBatch", batch).await;
    let message = refused(&answer, 403, "com.amazon.coral.service#AccessDeniedException", "AccessDenied");
    // A batch is granted as what it is a batch of.
    assert!(message.contains("perform: sqs:SendMessage on resource: arn:aws:sqs:"), "{message}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn policies_that_would_not_count_are_refused() {
    let world = World::start("Shop", &format!("Resources:\n{QUEUES}")).await;
    let request = json!({ "QueueUrl": world.physical("Queue"), "Attributes": { "Policy": "{}" } });
    let answer = world.try_to_ask("AmazonSQS.SetQueueAttributes", &request).await;
    let code = "AWS.SimpleQueueService.UnsupportedOperation";
    let message = refused(&answer, 400, "com.amazonaws.sqs#UnsupportedOperation", code);
    assert_eq!(message, "policies of queues come from templates here, as `AWS::SQS::QueuePolicy`");
    world.local.shutdown().await;
}

/// As SDKs sent requests until November 2023.
#[tokio::test]
async fn older_sdks_are_told_what_to_do() {
    let world = guarded(QUEUES).await;
    let form = "Action=SendMessage&MessageBody=hello&Version=2012-11-05";
    let queue = world.physical("Queue");
    let path = queue.strip_prefix(&world.local.endpoint()).unwrap();
    for path in ["/", path] {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let answer = Signer::root(&world).send(&world, "sqs", path, &[kind], form).await;
        assert!(answer.head.starts_with("HTTP/1.1 400 "), "{} {}", answer.head, answer.body);
        assert!(answer.body.contains("<Code>UnsupportedProtocol</Code>"), "{}", answer.body);
        assert!(answer.body.contains("boto3 1.28.82"), "{}", answer.body);
    }
    world.local.shutdown().await;
}
