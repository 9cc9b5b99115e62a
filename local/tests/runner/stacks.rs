//! Stacks and what holds between them: parameters, exports, what the ready file says, and what does not run here.

use std::collections::BTreeMap;

use serde_json::json;
use stackwright_local::{Local, StackSource, StartError};

use crate::world::{FUNCTION, World, joined, settings, source};

/// Why these stacks do not start.
async fn refusal(sources: Vec<StackSource>) -> String {
    match Local::start(settings(), sources, |_| {}).await {
        Err(StartError::Stacks(problems)) => joined(&problems),
        other => panic!("{other:?}"),
    }
}

fn exporting(name: &str, value: &str) -> String {
    format!(
        "Resources: {{Queue: {{Type: AWS::SQS::Queue}}}}\nOutputs: {{Out: {{Value: {value}, Export: {{Name: {name}}}}}}}"
    )
}

#[tokio::test]
async fn stacks_import_from_each_other_in_any_order() {
    let first = source("First", &exporting("a", "!ImportValue b"));
    let second = source("Second", &exporting("b", "!ImportValue c"));
    let third = source("Third", &exporting("c", "found"));
    let world = World::start_with(settings(), vec![first, second, third]).await;
    assert_eq!(world.output("First", "Out"), "found");
    world.local.shutdown().await;
}

#[tokio::test]
async fn stacks_that_wait_for_each_other_are_told() {
    let sources = vec![
        source("Egg", &exporting("egg", "!ImportValue hen")),
        source("Hen", &exporting("hen", "!ImportValue egg")),
        source("Well", &exporting("well", "water")),
    ];
    let message = refusal(sources).await;
    for told in ["`hen`", "--> Egg", "`egg`", "--> Hen"] {
        assert!(message.contains(told), "{told}: {message}");
    }
    assert!(!message.contains("Well"), "{message}");
}

#[tokio::test]
async fn what_is_wrong_with_several_stacks_is_told_together() {
    let broken = "Resources: {Queue: {Type: AWS::SQS::Queue, DependsOn: Nothing}}";
    let message = refusal(vec![source("Shop", broken), source("Bar", broken)]).await;
    assert!(message.contains("--> Shop.rs:1  (Shop/Queue)"), "{message}");
    assert!(message.contains("--> Bar.rs:1  (Bar/Queue)"), "{message}");
}

const NAMED: &str = "Parameters:
  Name: {Type: String, Default: tasks}
  Seconds: {Type: Number, MaxValue: 100, Default: 30}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name, VisibilityTimeout: !Ref Seconds}}
Outputs:
  Url: {Value: !Ref Queue}
";

fn given(name: &str, value: &str) -> StackSource {
    let parameters = BTreeMap::from([(name.to_owned(), value.to_owned())]);
    StackSource { parameters, ..source("Shop", NAMED) }
}

#[tokio::test]
async fn parameters_have_what_is_given_or_their_defaults() {
    let world = World::start_with(settings(), vec![given("Seconds", "45")]).await;
    let url = world.output("Shop", "Url");
    assert!(url.ends_with("/000000000000/tasks"), "{url}");
    let asked = json!({ "QueueUrl": url, "AttributeNames": ["VisibilityTimeout"] });
    let attributes = world.ask("AmazonSQS.GetQueueAttributes", &asked).await;
    assert_eq!(attributes["Attributes"]["VisibilityTimeout"], "45");
    world.local.shutdown().await;
}

#[tokio::test]
async fn parameters_that_are_not_there_or_not_allowed_are_told() {
    let message = refusal(vec![given("Colour", "red")]).await;
    assert!(message.contains("the template has no parameter `Colour`"), "{message}");
    let message = refusal(vec![given("Seconds", "200")]).await;
    assert!(message.contains("200") && message.contains("100"), "{message}");
    let message = refusal(vec![source("Shop", &NAMED.replace(", Default: tasks", ""))]).await;
    assert!(message.contains("the parameter `Name` has no default and was given no value"), "{message}");
}

/// What is told of these resources, beside a function that runs.
async fn check_told(resources: &str, expected: &str) {
    let world = World::start("Shop", &format!("{FUNCTION}{resources}")).await;
    assert_eq!(world.problems(), expected);
    // The rest runs.
    assert!(world.invoke("Shop", "Function").await.is_object());
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_does_not_run_is_told_by_name_and_line() {
    check_told("", "").await;
    check_told(
        "  Topic: {Type: AWS::SNS::Topic}\n",
        "`AWS::SNS::Topic` does not run here: nothing is there but its name\n  --> Shop.rs:3  (Shop/Topic)",
    )
    .await;
    check_told(
        "  Other:\n    Type: AWS::Lambda::Function\n    Properties: {Role: !GetAtt Role.Arn, Runtime: nodejs22.x, Code: .}\n",
        "the runtime `nodejs22.x` does not run here: only `provided.al2023` and its like, whose code is an executable \
         `bootstrap`\n  --> Shop.rs:3  (Shop/Other)",
    )
    .await;
    check_told(
        "  Files: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: Enabled}}}\n",
        "the bucket is there, but `VersioningConfiguration` does nothing here\n  --> Shop.rs:3  (Shop/Files)",
    )
    .await;
}

#[tokio::test]
async fn code_that_is_not_there_is_told() {
    for (code, message) in [
        ("Code: nowhere", "nowhere is not there"),
        ("Code: {S3Key: abc.zip}", "there is no asset `abc.zip` beside the template"),
        ("Code: {ZipFile: 'x'}", "code in the template itself is for runtimes that do not run here"),
        ("Code: /", "there is no executable `bootstrap` in /"),
    ] {
        let world = World::start("Shop", &FUNCTION.replace("Code: .", code)).await;
        let problems = world.problems();
        assert!(problems.contains(message), "{problems}");
        assert!(problems.ends_with("--> Shop.rs:2  (Shop/Function)"), "{problems}");
        world.local.shutdown().await;
    }
}

#[tokio::test]
async fn the_ready_file_says_where_everything_is() {
    let template = format!(
        "{FUNCTION}  Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: tasks}}}}\nOutputs:\n  Arn: {{Value: !GetAtt Queue.Arn}}\n"
    );
    let world = World::start("Shop", &template).await;
    let ready = serde_json::to_value(world.local.ready()).unwrap();
    let function = &ready["stacks"]["Shop"]["resources"]["Function"];
    let name = function["physicalId"].as_str().unwrap();
    assert_eq!(ready["endpoint"], world.local.endpoint());
    assert_eq!(ready["region"], "us-east-1");
    assert_eq!(ready["functions"], json!({ "the-function": name }));
    assert_eq!(
        ready["stacks"]["Shop"]["outputs"],
        json!({ "Arn": "arn:aws:sqs:us-east-1:000000000000:tasks" })
    );
    assert_eq!(
        *function,
        json!({
            "type": "AWS::Lambda::Function",
            "physicalId": name,
            "arn": format!("arn:aws:lambda:us-east-1:000000000000:function:{name}"),
        })
    );
    let keys = &ready["credentials"];
    assert!(keys["accessKeyId"].as_str().unwrap().starts_with("AKIA"), "{keys}");
    assert_eq!(keys["secretAccessKey"].as_str().unwrap().len(), 40);
    let resources = ready["stacks"]["Shop"]["resources"].as_object().unwrap();
    assert_eq!(resources.keys().collect::<Vec<_>>(), ["Function", "Queue", "Role"]);
    world.local.shutdown().await;
}

#[tokio::test]
async fn the_same_stack_has_the_same_names_in_each_run() {
    let template = format!("{FUNCTION}  Queue: {{Type: AWS::SQS::Queue}}\n");
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::start("Shop", &template).await;
        let resources = serde_json::to_string(&world.local.ready().stacks["Shop"].resources).unwrap();
        runs.push(resources.replace(&world.local.endpoint(), ""));
        world.local.shutdown().await;
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_name_that_an_account_has_once_is_of_one_thing() {
    let named = |id: &str| format!("  {id}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: tasks}}}}\n");
    let one = format!("Resources:\n{}", named("Queue"));
    let world = World::start("Shop", &one).await;
    let refusal = world.refusal("Bar", &one).await;
    assert!(refusal.contains("tasks already exists, in the stack `Shop`"), "{refusal}");
    let refusal = world.refusal("Shop", &format!("{one}{}", named("Another"))).await;
    assert!(refusal.contains("tasks already exists: it is `Shop/Queue`"), "{refusal}");
    // Another logical id is no other queue.
    world.apply("Shop", &format!("Resources:\n{}", named("Another"))).await;
    world.local.shutdown().await;
}
