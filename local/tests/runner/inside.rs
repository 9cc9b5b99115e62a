//! The page at `/_local/`, who gets it, and what it shows of tables and queues.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Answer, World};

const STORES: &str = "Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: at, AttributeType: N}]
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 0
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Letters.Arn, maxReceiveCount: 1}
  Letters:
    Type: AWS::SQS::Queue
";

async fn world() -> World {
    World::start("Shop", STORES).await
}

async fn get(world: &World, path: &str) -> Answer {
    world.send("GET", &format!("/_local{path}"), "", "").await
}

async fn look(world: &World, path: &str) -> Value {
    let answer = get(world, path).await;
    assert!(answer.head.starts_with("HTTP/1.1 200 "), "{path}: {} {}", answer.head, answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn the_page_comes_with_its_files_and_with_headers_that_let_nothing_else_in() {
    let world = world().await;
    let moved = get(&world, "").await;
    assert!(
        moved.head.starts_with("HTTP/1.1 308 ") && moved.head.contains("location: /_local/"),
        "{}",
        moved.head
    );
    let page = get(&world, "/").await;
    assert!(page.head.starts_with("HTTP/1.1 200 ") && page.body.contains("<!doctype html>"), "{}", page.head);
    for header in [
        "content-type: text/html; charset=utf-8",
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn every_file_that_the_page_names_is_there() {
    let world = world().await;
    let (mut wanted, mut seen) = (vec!["index.html".to_owned()], BTreeSet::new());
    while let Some(path) = wanted.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = get(&world, &format!("/{path}")).await;
        assert!(answer.head.starts_with("HTTP/1.1 200 "), "{path}: {}", answer.head);
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let named = answer.body.split('"').filter_map(|text| text.strip_prefix("./"));
        let files = named.filter(|text| [".js", ".css", ".svg"].iter().any(|end| text.ends_with(end)));
        wanted.extend(files.map(|file| format!("{folder}{file}")));
    }
    assert!(seen.contains("inside.js") && seen.contains("shared/page.css"), "{seen:?}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn pages_of_other_sites_get_nothing() {
    let world = world().await;
    for path in
        ["/", "/graph", "/shared/page.css", "/tables/Shop/Orders/items", "/queues/Shop/Queue/messages"]
    {
        let path = format!("/_local{path}");
        let answer = world.send("GET", &path, "origin: https://evil.example\r\n", "").await;
        answer.says("403", r#"{"message":"`/_local/` is not for pages of other sites"}"#);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let world = world().await;
    for (path, status, message) in [
        ("/tables/Shop/Sales/items", 404, "no stack has a table `Shop/Sales`"),
        ("/tables/Shop/Queue/items", 404, "no stack has a table `Shop/Queue`"),
        ("/queues/Shop/Orders/messages", 404, "no stack has a queue `Shop/Orders`"),
        (
            "/tables/Shop/Orders/items?limit=none",
            400,
            "`limit` is `none`, and must be a number from 1 to 1000",
        ),
        ("/tables/Shop/Orders", 404, "GET /_local/tables/Shop/Orders is not there"),
        ("/secret.js", 404, "GET /_local/secret.js is not there"),
    ] {
        let answer = get(&world, path).await;
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {}", answer.head);
        assert!(answer.body.contains(message), "{path}: {}", answer.body);
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_slash_at_the_end_is_no_other_place() {
    let world = world().await;
    for path in ["/state/", "/health/", "/graph/", "/happenings/", "/faults/", "/tables/Shop/Orders/items/"] {
        look(&world, path).await;
    }
    let page = get(&world, "/index.html/").await;
    assert!(page.head.starts_with("HTTP/1.1 404 "), "its files are not beside that: {}", page.head);
    world.local.shutdown().await;
}

#[tokio::test]
async fn items_come_in_pages() {
    let world = world().await;
    for at in 0..5 {
        let item = json!({ "id": { "S": "a" }, "at": { "N": at.to_string() }, "text": { "S": "x" } });
        world.ask("DynamoDB_20120810.PutItem", &json!({ "TableName": "orders", "Item": item })).await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    for expected in [2, 2, 1] {
        let page = look(&world, &format!("/tables/Shop/Orders/items?limit=2{after}")).await;
        assert_eq!(page["keys"], json!(["id", "at"]));
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), expected, "{page}");
        seen.extend(items.iter().map(|item| item["at"]["N"].as_str().unwrap().to_owned()));
        after = format!("&after={}", page["next"].as_str().unwrap_or_default());
    }
    assert_eq!((seen.join(""), after.as_str()), ("01234".to_owned(), "&after="));
    let table = look(&world, "/state").await["tables"][0].take();
    assert_eq!((&table["keys"], &table["items"]), (&json!(["id", "at"]), &json!(5)));
    world.local.shutdown().await;
}

#[tokio::test]
async fn messages_are_looked_at_without_being_received() {
    let world = world().await;
    let url = world.physical("Queue");
    let attributes = json!({ "kind": { "DataType": "String", "StringValue": "greeting" } });
    let message = json!({ "QueueUrl": url, "MessageBody": "hello", "MessageAttributes": attributes });
    world.ask("AmazonSQS.SendMessage", &message).await;
    for receives in 0..2 {
        for _ in 0..2 {
            let messages = look(&world, "/queues/Shop/Queue/messages").await["messages"].take();
            let [message] = messages.as_array().unwrap().as_slice() else { panic!("{messages}") };
            assert_eq!((&message["body"], &message["receives"]), (&json!("hello"), &json!(receives)));
            assert_eq!(
                (&message["hidden"], &message["attributes"]),
                (&json!(false), &json!({ "kind": "greeting" }))
            );
            assert!(message["sentAt"].as_str().unwrap().ends_with('Z'), "{message}");
        }
        if receives == 0 {
            assert_eq!(world.received("Queue").await["Body"], "hello");
        }
    }
    // Once too often: it goes where dead letters go, along an arrow.
    world.ask("AmazonSQS.ReceiveMessage", &json!({ "QueueUrl": url })).await;
    assert_eq!(look(&world, "/queues/Shop/Queue/messages").await["messages"], json!([]));
    let letters = look(&world, "/queues/Shop/Letters/messages?limit=1").await["messages"].take();
    assert_eq!(letters[0]["body"], "hello");
    let graph = look(&world, "/graph").await;
    let mut arrows = graph["arrows"].as_array().unwrap().iter();
    let arrow = arrows.find(|arrow| arrow["from"] == "Shop/Queue" && arrow["to"] == "Shop/Letters").unwrap();
    assert_eq!((&arrow["calls"], &arrow["actions"]), (&json!(1), &json!(["redrive"])), "{arrow}");
    world.local.shutdown().await;
}
