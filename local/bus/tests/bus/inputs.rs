//! What of the event a target gets.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_bus::{Input, Target};

use crate::bench::{Bench, lambda};

/// What a target with this input gets of an order of two pizzas.
async fn check(input: Input, expected: &str) {
    let mut bench = Bench::to(Target { input, ..lambda() });
    bench
        .order(&json!({ "guest": "Zoë \"Z\"", "pizzas": [{ "size": 1 }, { "size": 2 }], "total-sum": 12.5 }));
    assert_eq!(bench.next().await.body, expected);
}

async fn path(path: &str, expected: &str) {
    check(Input::Path(path.to_owned()), expected).await;
}

#[tokio::test(start_paused = true)]
async fn a_constant_stands_instead_of_the_event() {
    check(Input::Constant(r#"{"a": [1]}"#.to_owned()), r#"{"a": [1]}"#).await;
    check(Input::Constant("\"text\"".to_owned()), "\"text\"").await;
}

#[tokio::test(start_paused = true)]
async fn a_path_leads_to_a_part_of_the_event() {
    path("$.detail.pizzas", r#"[{"size":1},{"size":2}]"#).await;
    path("$.detail.pizzas[1].size", "2").await;
    path("$.source", "\"shop\"").await;
    path("$.detail-type", "\"order\"").await;
    path("$['detail']['total-sum']", "12.5").await;
    path("$.detail.nothing", "null").await;
}

async fn template(template: &str, expected: &str) {
    let paths = [
        ("guest", "$.detail.guest"),
        ("pizzas", "$.detail.pizzas"),
        ("sum", "$.detail.total-sum"),
        ("none", "$.detail.none"),
        ("kind", "$.detail-type"),
    ];
    let paths = paths.map(|(name, path)| (name.to_owned(), path.to_owned())).into();
    check(Input::Transformer { paths, template: template.to_owned() }, expected).await;
}

#[tokio::test(start_paused = true)]
async fn a_value_outside_of_quotes_is_json() {
    template(r#"{"who": <guest>, "sum": <sum>}"#, r#"{"who": "Zoë \"Z\"", "sum": 12.5}"#).await;
    template("<pizzas>", r#"[{"size":1},{"size":2}]"#).await;
}

#[tokio::test(start_paused = true)]
async fn a_value_inside_of_quotes_is_text() {
    template(r#""<guest> pays <sum> for <kind>""#, r#""Zoë \"Z\" pays 12.5 for order""#).await;
    template(r#"{"all": "got <pizzas>"}"#, r#"{"all": "got [{\"size\":1},{\"size\":2}]"}"#).await;
    template(r#"{"a\"": <sum>, "b": "\\", "c": <kind>}"#, r#"{"a\"": 12.5, "b": "\\", "c": "order"}"#).await;
}

#[tokio::test(start_paused = true)]
async fn what_the_event_does_not_have_is_empty() {
    template(r#"{"a": <none>, "b": "<none>"}"#, r#"{"a": "", "b": ""}"#).await;
}

#[tokio::test(start_paused = true)]
async fn other_angle_brackets_stay() {
    template(
        r#""1 < 2, <b> & < kind > <kind>""#.replace("<b>", "<b c>").as_str(),
        r#""1 < 2, <b c> & < kind > order""#,
    )
    .await;
    template("[1,\n 2]", "[1,\n 2]").await;
}

#[tokio::test(start_paused = true)]
async fn names_of_eventbridges_own() {
    template(
        r#""<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>""#,
        r#""orders arn:aws:events:us-east-1:000000000000:rule/orders 2023-11-14T22:13:20Z""#,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_event_itself_in_a_template() {
    let template = r#"{"head": <aws.events.event>, "all": <aws.events.event.json>}"#.to_owned();
    let input = Input::Transformer { paths: BTreeMap::new(), template };
    let mut bench = Bench::to(Target { input, ..lambda() });
    bench.order(&json!({ "a": 1 }));
    let body: Value = serde_json::from_str(&bench.next().await.body).unwrap();
    assert_eq!(body["all"]["detail"], json!({ "a": 1 }));
    assert_eq!(body["all"]["detail-type"], "order");
    assert_eq!(body["head"]["detailType"], "order");
    assert_eq!((body["head"].get("detail"), body["head"].get("detail-type")), (None, None));
}
