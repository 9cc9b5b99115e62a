//! The event as a target gets it.

use serde_json::json;
use stackwright_bus::Rule;

use crate::bench::{Bench, LAMBDA, lambda};

#[tokio::test(start_paused = true)]
async fn a_target_gets_the_whole_event() {
    let mut bench = Bench::to(lambda());
    let entry = json!({
        "Source": "shop",
        "DetailType": "order",
        "Detail": r#"{"pizza":{"size":2}}"#,
        "Resources": ["arn:aws:s3:::menu"],
    });
    let put = bench.put(json!([entry]));
    assert_eq!(put, json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "id-1" }] }));
    let delivery = bench.next().await;
    assert_eq!(delivery.target_arn, LAMBDA);
    assert_eq!(delivery.rule_arn, "arn:aws:events:us-east-1:000000000000:rule/orders");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&delivery.body).unwrap(),
        json!({
            "version": "0",
            "id": "id-1",
            "detail-type": "order",
            "source": "shop",
            "account": "000000000000",
            "time": "2023-11-14T22:13:20Z",
            "region": "us-east-1",
            "resources": ["arn:aws:s3:::menu"],
            "detail": { "pizza": { "size": 2 } },
        })
    );
}

#[tokio::test(start_paused = true)]
async fn the_time_is_the_senders_if_it_says_one() {
    let mut bench = Bench::to(lambda());
    for (time, expected) in [
        (json!(1_700_000_100), "2023-11-14T22:15:00Z"),
        (json!(1_700_000_100.9), "2023-11-14T22:15:00Z"),
        (json!("2023-11-15T00:15:00+02:00"), "2023-11-14T22:15:00Z"),
        (json!(null), "2023-11-14T22:13:20Z"),
    ] {
        bench.put(json!([{ "Source": "shop", "DetailType": "order", "Detail": "{}", "Time": time }]));
        assert_eq!(bench.body().await["time"], expected, "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_target_of_every_rule_that_matches_gets_it() {
    let mut bench = Bench::to(lambda());
    let two = Rule::new("two").matching(json!({ "detail": { "pizza": [{ "exists": true }] } }));
    bench.define(two.to(stackwright_bus::Target::new("a", "a")).to(stackwright_bus::Target::new("b", "b")));
    bench.define(Rule::new("none").matching(json!({ "source": ["office"] })).to(lambda()));
    bench.order(&json!({ "pizza": 1 }));
    let mut targets: Vec<_> = bench.rest().await.into_iter().map(|it| it.target_arn).collect();
    targets.sort();
    assert_eq!(targets, ["a", LAMBDA, "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_disabled_or_gone_does_nothing() {
    let mut bench = Bench::to(lambda());
    let rule = Rule::new("orders").matching(json!({ "source": ["shop"] })).to(lambda());
    bench.define(Rule { is_enabled: false, ..rule.clone() });
    bench.order(&json!({}));
    assert_eq!(bench.rest().await, []);
    bench.define(rule);
    bench.order(&json!({}));
    assert_eq!(bench.rest().await.len(), 1);
    assert!(bench.buses.remove_rule("default", "orders"));
    assert!(!bench.buses.remove_rule("default", "orders"));
    bench.order(&json!({}));
    assert_eq!(bench.rest().await, []);
}

#[tokio::test(start_paused = true)]
async fn roles_and_groups_come_along() {
    let mut bench = Bench::new();
    let mut rule = Rule::new("orders").matching(json!({ "source": ["shop"] }));
    rule.role_arn = Some("arn:aws:iam::000000000000:role/rule".to_owned());
    let mut queue = stackwright_bus::Target::new("queue", "arn:aws:sqs:us-east-1:000000000000:jobs.fifo");
    queue.message_group = Some("all".to_owned());
    let mut own = lambda();
    own.role_arn = Some("arn:aws:iam::000000000000:role/target".to_owned());
    bench.define(rule.to(queue).to(own));
    bench.order(&json!({}));
    let deliveries = bench.rest().await;
    assert_eq!(deliveries[0].role_arn.as_deref(), Some("arn:aws:iam::000000000000:role/rule"));
    assert_eq!(deliveries[0].message_group.as_deref(), Some("all"));
    assert_eq!(deliveries[1].role_arn.as_deref(), Some("arn:aws:iam::000000000000:role/target"));
    assert!(deliveries.iter().all(|delivery| delivery.attributes.is_empty()));
}
