//! Event source mappings of templates: what they wait for, what they refuse, and how they change.

use serde_json::json;
use stackwright_local::{Settings, What};

use crate::world::{FUNCTION, World, eventually, settings, source};

/// A function, a queue, and what is between them.
fn mapped(mapping: &str) -> String {
    format!(
        "{FUNCTION}  Queue:
    Type: AWS::SQS::Queue
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Queue.Arn
{mapping}Outputs:
  Url: {{Value: !Ref Queue}}
"
    )
}

fn enabled(enabled: bool) -> String {
    mapped(&format!("      FunctionName: !Ref Function\n      Enabled: {enabled}\n"))
}

async fn send(world: &World) {
    let url = world.output("Shop", "Url");
    world.ask("AmazonSQS.SendMessage", &json!({ "QueueUrl": url, "MessageBody": "sweep" })).await;
}

fn handled(world: &World) -> usize {
    let is_handled = |what: &What| matches!(what, What::Batch { outcome, .. } if outcome.contains("handled"));
    world.told().iter().filter(|what| is_handled(what)).count()
}

#[tokio::test]
async fn a_mapping_is_disabled_and_enabled_by_its_template() {
    let world = World::start("Shop", &enabled(false)).await;
    send(&world).await;
    world.apply("Shop", &enabled(true)).await;
    eventually(|| handled(&world) == 1).await;
    world.apply("Shop", &enabled(false)).await;
    send(&world).await;
    let asked = json!({ "QueueUrl": world.output("Shop", "Url"), "WaitTimeSeconds": 5 });
    let received = world.ask("AmazonSQS.ReceiveMessage", &asked).await;
    assert_eq!(received["Messages"][0]["Body"], "sweep");
    assert_eq!(handled(&world), 1);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_mapping_that_cannot_be_is_told_with_its_line() {
    for (mapping, message) in [
        ("      FunctionName: nobody\n", "the function `nobody` is not there, or does not run"),
        (
            "      FunctionName: !Ref Function\n      BatchSize: 11\n",
            "Maximum batch window in seconds must be",
        ),
        (
            "      FunctionName: !Ref Function\n      StartingPosition: LATEST\n",
            "for mappings of streams alone",
        ),
        ("      FunctionName: !Ref Function\n      Enabled: perhaps\n", "must be `true` or `false`"),
    ] {
        let world = World::start("Shop", &mapped(mapping)).await;
        let problems = world.problems();
        assert!(problems.contains(message), "{problems}");
        assert!(problems.contains("--> Shop.rs:4  (Shop/Mapping)"), "{problems}");
        world.local.shutdown().await;
    }
}

#[tokio::test]
async fn a_role_that_may_not_read_is_a_problem_until_it_may() {
    let settings = Settings { enforces_iam: true, ..settings() };
    let world = World::start_with(settings, vec![source("Shop", &enabled(true))]).await;
    let problems = world.problems();
    let message = "The function execution role does not have permissions to call ReceiveMessage on SQS";
    assert!(problems.starts_with(message), "{problems}");
    let policy = "  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: reading
      Roles: [!Ref Role]
      PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Queue.Arn}}
Outputs:";
    world.apply("Shop", &enabled(true).replace("Outputs:", policy)).await;
    assert_eq!(world.problems(), "");
    world.local.shutdown().await;
}
