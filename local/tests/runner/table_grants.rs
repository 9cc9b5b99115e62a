//! Grants on tables: of batches, transactions, indexes and keys, and those that a table gives itself.

use serde_json::{Value, json};
use stackwright_local::Settings;

use crate::signer::Signer;
use crate::world::{FUNCTION, World, policy, settings, source};

const TABLES: &str = "  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: user, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: user, AttributeType: S}, {AttributeName: shop, AttributeType: S}]
      GlobalSecondaryIndexes:
      - IndexName: ByShop
        KeySchema: [{AttributeName: shop, KeyType: HASH}]
        Projection: {ProjectionType: ALL}
  Sales:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: sales
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: user, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: user, AttributeType: S}]
";

/// What a function whose policy has this statement is answered.
async fn check(statement: &str, cases: &[(&str, Value, Option<&str>)]) {
    let grant = policy(statement);
    let stack = source("Shop", &format!("{FUNCTION}{TABLES}{grant}"));
    check_stack(stack, cases).await;
}

/// Nothing is what is allowed, and otherwise the action and the resource that are denied.
async fn check_stack(stack: stackwright_local::StackSource, cases: &[(&str, Value, Option<&str>)]) {
    let world = World::start_with(Settings { enforces_iam: true, ..settings() }, vec![stack]).await;
    let function = Signer::function(&world).await;
    for (action, request, denied) in cases {
        let answer = function.ask(&world, &format!("DynamoDB_20120810.{action}"), request.clone()).await;
        match denied {
            None => assert!(answer.head.starts_with("HTTP/1.1 200 "), "{request}: {}", answer.body),
            Some(denied) => assert!(
                answer.body.contains("AccessDeniedException")
                    && answer.body.contains(
                        &denied.replace("table/", "arn:aws:dynamodb:us-east-1:000000000000:table/")
                    ),
                "{request}: {}",
                answer.body
            ),
        }
    }
    world.local.shutdown().await;
}

fn user(name: &str) -> Value {
    json!({ "user": { "S": name } })
}

#[tokio::test]
async fn an_index_is_granted_apart_from_its_table() {
    let query = |index: &str| {
        json!({
            "TableName": "orders",
            "IndexName": index,
            "KeyConditionExpression": "shop = :shop",
            "ExpressionAttributeValues": { ":shop": { "S": "north" } },
        })
    };
    let denied = Some("dynamodb:Query on resource: table/orders/index/ByShop");
    check(
        "{Effect: Allow, Action: 'dynamodb:Query', Resource: !GetAtt Orders.Arn}",
        &[("Query", query("ByShop"), denied)],
    )
    .await;
    let indexes = "{Effect: Allow, Action: 'dynamodb:Query', Resource: !Sub '${Orders.Arn}/index/*'}";
    check(indexes, &[("Query", query("ByShop"), None)]).await;
}

#[tokio::test]
async fn batches_and_transactions_need_a_grant_on_each_table() {
    let batch = |tables: &[&str]| {
        let items = tables.iter().map(|table| ((*table).to_owned(), json!({ "Keys": [user("ann")] })));
        json!({ "RequestItems": items.collect::<serde_json::Map<_, _>>() })
    };
    let transaction = |tables: &[&str]| {
        let puts = tables.iter().map(|table| json!({ "Put": { "TableName": table, "Item": user("ann") } }));
        json!({ "TransactItems": puts.collect::<Vec<_>>() })
    };
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
    check(
        "{Effect: Allow, Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'], Resource: !GetAtt Orders.Arn}",
        &[
            ("BatchGetItem", batch(&["orders"]), None),
            ("BatchGetItem", batch(&[arn]), None),
            ("BatchGetItem", batch(&["orders", "sales"]), Some("dynamodb:BatchGetItem on resource: table/sales")),
            ("TransactWriteItems", transaction(&["orders"]), None),
            ("TransactWriteItems", transaction(&[arn]), None),
            ("TransactWriteItems", transaction(&["orders", "sales"]), Some("dynamodb:PutItem on resource: table/sales")),
        ],
    )
    .await;
}

#[tokio::test]
async fn grants_may_be_for_some_keys_alone() {
    let get = |name: &str| json!({ "TableName": "orders", "Key": user(name) });
    let both = json!({ "RequestItems": { "orders": { "Keys": [user("ann"), user("bob")] } } });
    let statement = "{Effect: Allow, Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], Resource: '*', \
                     Condition: {'ForAllValues:StringEquals': {'dynamodb:LeadingKeys': [ann]}}}";
    check(
        statement,
        &[
            ("GetItem", get("ann"), None),
            ("GetItem", get("bob"), Some("dynamodb:GetItem on resource: table/orders")),
            ("BatchGetItem", both, Some("dynamodb:BatchGetItem on resource: table/orders")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_table_may_grant_by_itself() {
    let policy = "TableName: sales
      ResourcePolicy:
        PolicyDocument:
          Statement: {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: 'dynamodb:Scan', Resource: '*'}";
    let stack = source("Shop", &format!("{FUNCTION}{TABLES}").replace("TableName: sales", policy));
    let scan = |table: &str| json!({ "TableName": table });
    let denied = Some("dynamodb:Scan on resource: table/orders");
    check_stack(stack, &[("Scan", scan("sales"), None), ("Scan", scan("orders"), denied)]).await;
}
