//! Calls between the parts: told as they happen, and counted on the arrows of `/_local/graph`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stackwright_local::{Settings, Timers};

use crate::graph::{look, shop, world};
use crate::signer::Signer;
use crate::world::{FUNCTION, World, settings, source};

/// The arrow between two parts.
async fn arrow(world: &World, from: &str, to: &str) -> Value {
    let graph = look(world, "graph").await;
    let mut arrows = graph["arrows"].as_array().unwrap().iter();
    let found = arrows.find(|arrow| arrow["from"] == from && arrow["to"] == to);
    found.unwrap_or_else(|| panic!("there is no arrow {from} → {to}: {graph:#}")).clone()
}

/// Waits until so many calls went along an arrow.
pub(crate) async fn counted(world: &World, from: &str, to: &str, calls: u64) -> Value {
    reached(world, from, to, |arrow| arrow["calls"] == calls).await
}

/// Waits until an arrow is so.
async fn reached(world: &World, from: &str, to: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let arrow = arrow(world, from, to).await;
        if is_so(&arrow) {
            return arrow;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "it does not come: {arrow}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) fn put(id: &str) -> Value {
    json!({ "TableName": "orders", "Item": { "id": { "S": id } } })
}

/// The calls among what was told after a number, as lines.
async fn calls(world: &World, after: &Value) -> Vec<String> {
    let news = look(world, &format!("happenings?after={after}")).await;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = news["happenings"].as_array().unwrap().iter().filter(|one| one["kind"] == "call");
    all.map(|one| format!("{} → {} {}", text(one, "from"), text(one, "to"), text(one, "action"))).collect()
}

#[tokio::test]
async fn a_write_is_a_call_as_are_its_record_and_the_batch_that_it_comes_in() {
    let world = world().await;
    let function = Signer::function(&world).await;
    let before = look(&world, "state").await["newest"].take();
    function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    let arrow = counted(&world, "Shop/Orders stream", "Shop/Function", 1).await;
    assert!(arrow["lastAt"].is_string(), "{arrow}");
    let expected = [
        "Shop/Function → Shop/Orders dynamodb:PutItem",
        "Shop/Orders → Shop/Orders stream INSERT",
        "Shop/Orders stream → Shop/Function lambda:InvokeFunction",
    ];
    assert_eq!(calls(&world, &before).await, expected);
    for (from, to) in [("Shop/Function", "Shop/Orders"), ("Shop/Orders", "Shop/Orders stream")] {
        let arrow = counted(&world, from, to, 1).await;
        assert_eq!((&arrow["denied"], &arrow["failed"]), (&json!(0), &json!(0)), "{arrow}");
    }
    // Nobody who started the run is told.
    assert!(world.told().iter().all(|what| what.kind() != "call"));
    world.local.shutdown().await;
}

#[tokio::test]
async fn calls_from_outside_have_arrows_once_they_happen() {
    let world = world().await;
    let root = Signer::root(&world);
    root.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    root.ask(
        &world,
        "DynamoDB_20120810.GetItem",
        json!({ "TableName": "orders", "Key": { "id": { "S": "1" } } }),
    )
    .await;
    let arrow = counted(&world, "outside", "Shop/Orders", 2).await;
    assert_eq!(arrow["actions"], json!(["dynamodb:GetItem", "dynamodb:PutItem"]));
    let event = json!({ "Source": "shop", "DetailType": "placed", "Detail": "{}" });
    root.ask(&world, "AWSEvents.PutEvents", json!({ "Entries": [event] })).await;
    counted(&world, "outside", "default", 1).await;
    counted(&world, "default", "Shop/Function", 1).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn a_denied_call_is_counted_on_its_arrow_with_the_reason() {
    let world = world().await;
    let function = Signer::function(&world).await;
    let before = look(&world, "state").await["newest"].take();
    for action in ["Scan", "Query"] {
        let request = json!({ "TableName": "orders" });
        let answer = function.ask(&world, &format!("DynamoDB_20120810.{action}"), request).await;
        assert!(answer.body.contains("AccessDeniedException"), "{}", answer.body);
    }
    let arrow = arrow(&world, "Shop/Function", "Shop/Orders").await;
    assert_eq!((&arrow["calls"], &arrow["denied"]), (&json!(0), &json!(2)), "{arrow}");
    let reason = arrow["reason"].as_str().unwrap();
    assert!(
        reason.ends_with("because no identity-based policy allows the dynamodb:Query action"),
        "{reason}"
    );
    let news = look(&world, &format!("happenings?after={before}")).await;
    let mut all = news["happenings"].as_array().unwrap().iter();
    let denied = all.find(|one| one["kind"] == "denied").unwrap();
    assert_eq!((&denied["from"], &denied["to"]), (&json!("Shop/Function"), &json!("Shop/Orders")));
    assert_eq!(calls(&world, &before).await, [""; 0]);
    world.local.shutdown().await;
}

#[tokio::test]
async fn what_fails_is_counted_and_what_a_condition_refuses_is_not() {
    let world = world().await;
    let (root, function) = (Signer::root(&world), Signer::function(&world).await);
    let fault = json!({ "table": "orders", "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    let answer = function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await;
    assert!(answer.head.starts_with("HTTP/1.1 500 "), "{}", answer.head);
    let mut wanted = put("1");
    wanted["ConditionExpression"] = json!("attribute_exists(id)");
    let answer = function.ask(&world, "DynamoDB_20120810.PutItem", wanted).await;
    assert!(answer.body.contains("ConditionalCheckFailedException"), "{}", answer.body);
    let arrow = arrow(&world, "Shop/Function", "Shop/Orders").await;
    assert_eq!((&arrow["calls"], &arrow["failed"]), (&json!(2), &json!(1)), "{arrow}");

    let fault = json!({ "function": "Shop/Function", "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    root.ask(&world, "DynamoDB_20120810.PutItem", put("2")).await.says("200", "{}");
    reached(&world, "Shop/Orders stream", "Shop/Function", |arrow| {
        arrow["calls"] == 2 && arrow["failed"] == 1
    })
    .await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn an_event_that_is_given_up_has_failed_once_however_often_it_was_tried() {
    let timers = Timers { retries: vec![Duration::from_millis(1)], ..Timers::default() };
    let settings = Settings { timers, enforces_iam: true, ..settings() };
    let world = World::start_with(settings, vec![source("Shop", &shop())]).await;
    let fault = json!({ "function": "Shop/Function", "calls": 2, "status": 500 }).to_string();
    world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
    let event = json!({ "Source": "shop", "DetailType": "placed", "Detail": "{}" });
    Signer::root(&world).ask(&world, "AWSEvents.PutEvents", json!({ "Entries": [event] })).await;
    reached(&world, "default", "Shop/Function", |arrow| arrow["calls"] == 1 && arrow["failed"] == 1).await;
    let function = look(&world, "state").await["functions"][0].take();
    assert_eq!((&function["invoked"], &function["failed"]), (&json!(2), &json!(2)), "{function}");
    world.local.shutdown().await;
}

#[tokio::test]
async fn functions_have_totals_of_their_invocations() {
    let world = World::start("Shop", FUNCTION).await;
    for _ in 0..2 {
        world.invoke("Shop", "Function").await;
    }
    let state = look(&world, "state").await;
    let function = &state["functions"][0];
    assert_eq!((&function["invoked"], &function["failed"]), (&json!(2), &json!(0)), "{function}");
    counted(&world, "outside", "Shop/Function", 2).await;
    // A fault fails it as if it had run, but for one that throttles it.
    let path = format!("/2015-03-31/functions/{}/invocations", world.physical("Function"));
    for status in [500, 429] {
        let fault = json!({ "function": "Shop/Function", "status": status }).to_string();
        world.send("POST", "/_local/faults", "content-type: application/json\r\n", &fault).await;
        let answer = world.send("POST", &path, "", "{}").await;
        assert!(answer.head.starts_with(&format!("HTTP/1.1 {status} ")), "{}", answer.head);
        let function = look(&world, "state").await["functions"][0].take();
        assert_eq!((&function["invoked"], &function["failed"]), (&json!(3), &json!(1)), "{function}");
    }
    world.local.shutdown().await;
}

#[tokio::test]
async fn without_iam_a_function_is_known_by_its_keys() {
    let world = World::start("Shop", &shop()).await;
    let function = Signer::function(&world).await;
    function.ask(&world, "DynamoDB_20120810.PutItem", put("1")).await.says("200", "{}");
    counted(&world, "Shop/Function", "Shop/Orders", 1).await;
    world.local.shutdown().await;
}

#[tokio::test]
async fn nothing_is_told_while_nothing_happens() {
    let world = world().await;
    let before = look(&world, "state").await["newest"].take();
    // The mapping asks its stream several times meanwhile, and pages look.
    let news = look(&world, &format!("happenings?after={before}&wait=1500")).await;
    assert_eq!(news["happenings"], json!([]));
    for path in ["graph", "tables/Shop/Orders/items", "queues/Shop/Failures/messages", "state", "health", ""]
    {
        world.send("GET", &format!("/_local/{path}"), "", "").await;
    }
    assert_eq!(look(&world, "graph").await["newest"], before);
    world.local.shutdown().await;
}
