//! What a function may not do, and what is told of it: its name, the line that declares it, and the grant that it lacks.

use serde_json::{Value, json};
use stackwright_local::{Settings, What};

use crate::signer::Signer;
use crate::world::{FUNCTION, World, settings, source};

const TABLE: &str = "  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
";

const GRANT: &str = "  Grant:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: grant
      Roles: [!Ref Role]
      PolicyDocument:
        Statement: {Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Table.Arn}
";

/// A function, and these resources.
async fn world(resources: &str, enforces_iam: bool) -> World {
    let settings = Settings { enforces_iam, ..settings() };
    World::start_with(settings, vec![source("Shop", &format!("{FUNCTION}{resources}"))]).await
}

fn put() -> Value {
    json!({ "TableName": "orders", "Item": { "id": { "S": "1" } } })
}

fn scan() -> Value {
    json!({ "TableName": "orders" })
}

#[tokio::test]
async fn nobody_asks_without_a_signature() {
    let world = world(TABLE, true).await;
    let answer = world.try_to_ask("DynamoDB_20120810.Scan", &scan()).await;
    assert!(answer.body.contains("MissingAuthenticationToken"), "{}", answer.body);
    let stranger = Signer::stranger();
    let answer = stranger.ask(&world, "DynamoDB_20120810.Scan", scan()).await;
    assert!(answer.body.contains("UnrecognizedClientException"), "{}", answer.body);
    let target = [("x-amz-target", "DynamoDB_20120810.Scan")];
    let answer = Signer::root(&world).send(&world, "sqs", "/", &target, &scan().to_string()).await;
    assert!(answer.body.contains("scoped to correct service: 'dynamodb'"), "{}", answer.body);
    let answer = Signer::root(&world).ask(&world, "DynamoDB_20120810.Scan", scan()).await;
    assert!(answer.head.starts_with("HTTP/1.1 200 "), "{}", answer.body);
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_function_may_do_what_its_role_allows_and_nothing_else() {
    let world = world(&format!("{TABLE}{GRANT}"), true).await;
    let function = Signer::function(&world).await;
    function.ask(&world, "DynamoDB_20120810.PutItem", put()).await.says("200", "{}");
    let answer = function.ask(&world, "DynamoDB_20120810.Scan", scan()).await;
    let session = format!(
        "arn:aws:sts::000000000000:assumed-role/{}/{}",
        world.physical("Role"),
        world.physical("Function")
    );
    let expected = format!(
        "User: {session} is not authorized to perform: dynamodb:Scan on resource: \
         arn:aws:dynamodb:us-east-1:000000000000:table/orders because no identity-based policy allows the dynamodb:Scan action \
         (Shop/Function, declared at Shop.rs:2)"
    );
    assert!(
        answer.head.starts_with("HTTP/1.1 400 ") && answer.body.contains("AccessDeniedException"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains(&expected), "{}\n{expected}", answer.body);
    let told = world.told().into_iter().find(|what| matches!(what, What::Denied { .. })).unwrap();
    let told = serde_json::to_value(told).unwrap();
    let (action, line) = (&told["action"], &told["declaredAt"]);
    assert_eq!((action, line), (&json!("dynamodb:Scan"), &json!("Shop.rs:2")), "{told}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn grants_come_and_go_with_changes_of_the_stack() {
    let world = world(TABLE, true).await;
    let function = Signer::function(&world).await;
    for (grant, status) in [("", "400"), (GRANT, "200"), ("", "400")] {
        world.apply("Shop", &format!("{FUNCTION}{TABLE}{grant}")).await;
        let answer = function.ask(&world, "DynamoDB_20120810.PutItem", put()).await;
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{grant}: {}", answer.body);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn without_iam_everybody_may_do_everything() {
    let world = world(TABLE, false).await;
    world.ask("DynamoDB_20120810.PutItem", &put()).await;
    let stranger = Signer::stranger();
    stranger.ask(&world, "DynamoDB_20120810.PutItem", put()).await.says("200", "{}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_grant_for_an_alias_is_one_to_invoke_the_alias() {
    let live = "  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Function, FunctionVersion: $LATEST, Name: live}
  Grant:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: grant
      Roles: [!Ref Role]
      PolicyDocument:
        Statement: {Effect: Allow, Action: lambda:InvokeFunction, Resource: !Ref Live}
";
    let world = world(live, true).await;
    let function = Signer::function(&world).await;
    let name = world.physical("Function");
    for (called, status) in [(format!("{name}%3Alive"), "200"), (name, "403")] {
        let path = format!("/2015-03-31/functions/{called}/invocations");
        let answer = function.send(&world, "lambda", &path, &[], "{}").await;
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{called}: {}", answer.body);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn roles_that_aws_would_not_take_are_told() {
    let role = |properties: &str, service: &str| {
        let trust = format!(
            "{{Effect: Allow, Principal: {{Service: {service}.amazonaws.com}}, Action: sts:AssumeRole}}"
        );
        let role = format!("{{AssumeRolePolicyDocument: {{Statement: {trust}}}{properties}}}");
        format!("  Role: {{Type: AWS::IAM::Role, Properties: {role}}}\n")
    };
    let function = "  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: provided.al2023, Code: .}
";
    let check = async |role: String, expected: &str| {
        let settings = Settings { enforces_iam: true, ..settings() };
        let template = format!("Resources:\n{role}{function}");
        let world = World::start_with(settings, vec![source("Shop", &template)]).await;
        assert!(world.problems().contains(expected), "{}\n{expected}", world.problems());
        world.local.shutdown().await;
    };
    check(role("", "events"), "The role defined for the function cannot be assumed by Lambda").await;
    check(role(", PermissionsBoundary: x", "lambda"), "`PermissionsBoundary` does not bound here").await;
    let unknown = ", ManagedPolicyArns: ['arn:aws:iam::aws:policy/Everything']";
    check(role(unknown, "lambda"), "`arn:aws:iam::aws:policy/Everything` allows is not known here").await;
}
