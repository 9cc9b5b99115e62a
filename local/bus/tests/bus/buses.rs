//! Several buses, and events from one to another.

use serde_json::json;
use stackwright_bus::{Happening, Rule, Step, Target};

use crate::bench::{Bench, LAMBDA, lambda, order};

#[tokio::test(start_paused = true)]
async fn an_event_is_for_one_bus() {
    let mut bench = Bench::to(lambda());
    let here = Rule::new("orders").on("kitchen").matching(json!({ "source": ["shop"] }));
    bench.define(here.to(Target::new("oven", "oven")));
    for name in ["kitchen", "arn:aws:events:us-east-1:000000000000:event-bus/kitchen"] {
        let mut entry = order(&json!({}));
        entry["EventBusName"] = json!(name);
        bench.put(json!([entry]));
        let deliveries = bench.rest().await;
        assert_eq!(deliveries.len(), 1);
        assert_eq!(deliveries[0].target_arn, "oven");
        assert_eq!(deliveries[0].rule_arn, "arn:aws:events:us-east-1:000000000000:rule/kitchen/orders");
    }
}

/// As on AWS, which takes such an event and forgets it.
#[tokio::test(start_paused = true)]
async fn an_event_for_a_bus_that_is_not_there_is_taken_and_told() {
    let mut bench = Bench::new();
    let mut entry = order(&json!({}));
    entry["EventBusName"] = json!("nowhere");
    assert_eq!(bench.put(json!([entry]))["FailedEntryCount"], 0);
    assert_eq!(bench.rest().await, []);
    let told = bench.all_told();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].event.bus.as_str(), &told[0].step), ("nowhere", &Step::NoSuchBus));
}

#[tokio::test(start_paused = true)]
async fn buses_are_defined_and_removed_with_their_rules() {
    let bench = Bench::to(lambda());
    bench.buses.define_bus("kitchen", Some("for cooks".to_owned()));
    bench.define(Rule::new("oven").on("kitchen").matching(json!({ "source": ["shop"] })));
    bench.buses.define_bus("kitchen", None);
    let defined = bench.buses.defined();
    assert_eq!(defined["kitchen"], ["oven"]);
    assert!(bench.buses.remove_bus("kitchen"));
    assert!(!bench.buses.remove_bus("kitchen"));
    assert!(bench.buses.remove_bus("default"));
    assert_eq!(bench.buses.defined(), [("default".to_owned(), Vec::new())].into());
}

#[tokio::test(start_paused = true)]
async fn a_bus_passes_events_on_to_another_but_not_to_a_third() {
    let second = "arn:aws:events:us-east-1:000000000000:event-bus/second";
    let third = "arn:aws:events:us-east-1:000000000000:event-bus/third";
    let mut bench = Bench::to(Target::new("second", second));
    bench.buses.define_bus("third", None);
    let rule = Rule::new("all").on("second").matching(json!({ "source": ["shop"] }));
    bench.define(rule.to(lambda()).to(Target::new("third", third)));
    bench.order(&json!({ "pizza": 1 }));
    let passed = bench.next().await;
    assert_eq!(passed.target_arn, second);
    bench.all_told();
    bench.buses.forward(&passed.target_arn, &passed.body).unwrap();
    let delivered = bench.rest().await;
    assert_eq!(delivered.len(), 1);
    assert_eq!((delivered[0].target_arn.as_str(), &delivered[0].body), (LAMBDA, &passed.body));
    let is_dropped =
        |it: &Happening| matches!(&it.step, Step::Dropped { target_arn, .. } if target_arn == third);
    assert!(bench.all_told().iter().any(is_dropped));
}

#[tokio::test(start_paused = true)]
async fn only_events_are_passed_on_and_only_to_buses_that_are_there() {
    let bench = Bench::new();
    let bus = bench.buses.bus_arn("default");
    assert_eq!(bench.buses.forward(&bus, "{}").unwrap_err().code, "INVALID_EVENT");
    for arn in [bench.buses.bus_arn("nowhere"), "arn:aws:events:eu-west-1:1:event-bus/default".to_owned()] {
        let error = bench.buses.forward(&arn, r#"{"source":"shop"}"#).unwrap_err();
        assert_eq!(error.to_string(), format!("RESOURCE_NOT_FOUND: Event bus {arn} does not exist."));
        assert!(!error.is_retryable);
    }
}
