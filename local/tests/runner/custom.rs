//! Custom resources as their function sees them: made, changed, replaced and deleted with their stack.

use stackwright_local::{Settings, What};

use crate::world::{FUNCTION, World, joined, settings, source};

/// A function that makes custom resources, and what it is to make.
fn stack(resources: &str) -> String {
    FUNCTION.to_owned() + resources
}

/// A custom resource with these properties.
fn custom(id: &str, properties: &str) -> String {
    format!(
        "  {id}:
    Type: Custom::Thing
    Properties: {{ServiceToken: !GetAtt Function.Arn, ServiceTimeout: 30, {properties}}}
"
    )
}

fn thing(properties: &str) -> String {
    stack(&format!("{}Outputs:\n  Id: {{Value: !Ref Thing}}\n", custom("Thing", properties)))
}

/// What the function is asked for while one stack becomes another, each as: what, which, its id so far, its name.
async fn check(before: &str, after: &str, asked: &[&str]) {
    let world = World::start("Shop", before).await;
    world.apply("Shop", after).await;
    world.local.shutdown().await;
    world.hear(asked).await;
}

#[tokio::test]
async fn the_function_says_what_the_resource_is() {
    let outputs = "  Stack: {Value: !GetAtt Thing.Stack}\n  Same: {Value: !Ref AWS::StackId}\n";
    let settings = Settings { region: "eu-west-1".into(), account: "123456789012".into(), ..settings() };
    let template = thing("Name: lamp") + outputs;
    let world = World::start_with(settings, vec![source("Shop", &template)]).await;
    world.hear(&["Create Thing - lamp"]).await;
    assert_eq!(world.output("Shop", "Id"), "lamp");
    let stack = world.output("Shop", "Stack");
    assert!(stack.starts_with("arn:aws:cloudformation:eu-west-1:123456789012:stack/Shop/"), "{stack}");
    assert_eq!(stack, world.output("Shop", "Same"));
    world.local.shutdown().await;
}

#[tokio::test]
async fn one_that_is_as_it_was_is_left_alone() {
    check(&thing("Name: lamp"), &thing("Name: lamp"), &["Create Thing - lamp"]).await;
}

#[tokio::test]
async fn one_with_other_properties_is_changed() {
    let asked = ["Create Thing - lamp", "Update Thing lamp lamp"];
    check(&thing("Name: lamp"), &thing("Name: lamp, Colour: red"), &asked).await;
}

#[tokio::test]
async fn with_another_id_it_is_another_and_the_old_one_is_deleted() {
    let asked = ["Create Thing - lamp", "Update Thing lamp sofa", "Delete Thing lamp lamp"];
    check(&thing("Name: lamp"), &thing("Name: sofa"), &asked).await;
}

#[tokio::test]
async fn one_that_the_stack_loses_is_deleted_unless_it_is_to_stay() {
    let both = custom("Thing", "Name: lamp") + &custom("Other", "Name: sofa");
    let other = custom("Other", "Name: sofa");
    let asked = ["Create Thing - lamp", "Create Other - sofa", "Delete Thing lamp lamp"];
    check(&stack(&both), &stack(&other), &asked).await;
    let retained = both.replacen("Type:", "DeletionPolicy: Retain\n    Type:", 1);
    check(&stack(&retained), &stack(&other), &asked[..2]).await;
}

#[tokio::test]
async fn what_was_made_last_goes_first() {
    let second = custom("Second", "Name: !Ref Thing");
    let both = stack(&(second + &custom("Thing", "Name: lamp")));
    let made = ["Create Thing - lamp", "Create Second - lamp"];
    let gone = ["Delete Second lamp lamp", "Delete Thing lamp lamp"];
    check(&both, &stack(""), &[made, gone].concat()).await;
}

/// A bucket that only its policy opens, to everybody, and a file that a custom resource keeps there.
const FILE: &str = "  Files: {Type: AWS::S3::Bucket, Properties: {BucketName: the-files}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Statement: {Effect: Allow, Principal: '*', Action: 's3:*Object', Resource: !Sub '${Files.Arn}/*'}
  File:
    Type: Custom::File
    DependsOn: Policy
    Properties: {ServiceToken: !GetAtt Function.Arn, Fills: the-files/a.txt, Empties: the-files/a.txt}
";

#[tokio::test]
async fn what_it_needs_for_going_goes_after_it() {
    let settings = Settings { enforces_iam: true, ..settings() };
    let world = World::start_with(settings, vec![source("Shop", &stack(FILE))]).await;
    assert_eq!(world.local.ready().stacks["Shop"].resources["Files"].physical_id, "the-files");
    // The function goes as well, and the role that it runs as.
    world.apply("Shop", "Resources: {Queue: {Type: AWS::SQS::Queue}}").await;
    world.hear(&["Create File - ", "Delete File File "]).await;
    let failures: Vec<_> = world
        .told()
        .into_iter()
        .filter(|what| matches!(what, What::Failure { .. } | What::Denied { .. }))
        .collect();
    assert!(failures.is_empty(), "{failures:?}");
    let ready = world.local.ready();
    assert_eq!(ready.stacks["Shop"].resources.keys().collect::<Vec<_>>(), ["Queue"]);
    assert!(ready.functions.is_empty());
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_change_that_fails_leaves_the_stack_as_it_was() {
    let world = World::start("Shop", &thing("Name: lamp")).await;
    let more = custom("Added", "Name: sofa") + &custom("Broken", "Fails: no power, DependsOn: !Ref Added");
    let message =
        world.refusal("Shop", &(thing("Name: lamp").replace("Outputs:", &format!("{more}Outputs:")))).await;
    assert!(message.contains("Message returned: no power (RequestId: "), "{message}");
    assert!(message.contains("--> Shop.rs:5  (Shop/Broken)"), "{message}");
    let asked = ["Create Thing - lamp", "Create Added - sofa", "Create Broken - ", "Delete Added sofa sofa"];
    world.hear(&asked).await;
    assert_eq!(world.output("Shop", "Id"), "lamp");
    world.apply("Shop", &thing("Name: lamp")).await;
    world.local.shutdown().await;
    world.hear(&asked).await;
}

#[tokio::test]
async fn it_stays_with_its_function() {
    let world = World::start("Shop", &thing("Name: lamp")).await;
    let renamed = thing("Name: lamp").replace("Code: .", "Code: .\n      FunctionName: another");
    let message = world.refusal("Shop", &renamed).await;
    assert!(message.contains("Modifying service token is not allowed."), "{message}");
    assert!(message.contains("(Shop/Thing)"), "{message}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_stack_whose_custom_resource_fails_does_not_start() {
    for (properties, reason) in [
        ("Fails: no power", "Message returned: no power"),
        ("ServiceTimeout: 0", "ServiceTimeout is 0, but must be a whole number of seconds from 1 to 3600"),
    ] {
        let template = thing(properties);
        let template = match properties.starts_with("ServiceTimeout") {
            true => template.replace("ServiceTimeout: 30, ", ""),
            false => template,
        };
        let failed =
            stackwright_local::Local::start(settings(), vec![source("Shop", &template)], |_| {}).await;
        let Err(stackwright_local::StartError::Stacks(problems)) = failed else { panic!("{failed:?}") };
        assert!(joined(&problems).contains(reason), "{}", joined(&problems));
    }
}
