//! Tried, tried again, and given up.

use std::time::Duration;

use serde_json::{Value, json};
use stackwright_bus::{DeliveryError, Step, Target};

use crate::bench::{Bench, LAMBDA, QUEUE, lambda};

fn busy() -> DeliveryError {
    DeliveryError::retryable("THROTTLING", "Rate exceeded")
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_fails_is_tried_again_after_longer_and_longer() {
    let mut bench = Bench::to(lambda());
    bench.fail(4, &busy());
    bench.order(&json!({}));
    let mut times = Vec::new();
    for _ in 0..5 {
        bench.next().await;
        times.push(bench.passed().as_secs());
    }
    assert_eq!(times, [0, 1, 3, 7, 15]);
    assert_eq!(bench.rest().await, []);
}

#[tokio::test(start_paused = true)]
async fn every_try_is_the_same_delivery() {
    let mut bench = Bench::to(lambda());
    bench.fail(1, &busy());
    bench.order(&json!({}));
    assert_eq!(bench.next().await, bench.next().await);
}

/// What the dead-letter queue gets when a target that fails so gives up, and how many tries there were.
async fn check(target: Target, error: &DeliveryError, tries: usize, attributes: Value) -> Duration {
    let mut bench = Bench::to(Target { dead_letter_arn: Some(QUEUE.to_owned()), ..target });
    bench.fail(tries, error);
    bench.order(&json!({ "pizza": 1 }));
    for _ in 0..tries {
        assert_eq!(bench.next().await.target_arn, LAMBDA);
    }
    let passed = bench.passed();
    let buried = bench.next().await;
    assert_eq!(buried.target_arn, QUEUE);
    assert_eq!(buried.rule_arn, "arn:aws:events:us-east-1:000000000000:rule/orders");
    assert_eq!(json!(buried.attributes), attributes);
    let event: Value = serde_json::from_str(&buried.body).unwrap();
    assert_eq!(event["detail"], json!({ "pizza": 1 }));
    assert_eq!(bench.rest().await, []);
    let (target_arn, queue_arn) = (LAMBDA.to_owned(), QUEUE.to_owned());
    assert_eq!(bench.told().last(), Some(&Step::Buried { target_arn, queue_arn }));
    passed
}

fn attributes(code: &str, message: &str, retries: &str) -> Value {
    json!({
        "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/orders",
        "TARGET_ARN": LAMBDA,
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
        "RETRY_ATTEMPTS": retries,
    })
}

#[tokio::test(start_paused = true)]
async fn after_so_many_retries_it_goes_to_the_dead_letter_queue() {
    let mut expected = attributes("THROTTLING", "Rate exceeded", "2");
    expected["EXHAUSTED_RETRY_CONDITION"] = json!("MaximumRetryAttempts");
    check(Target { retries: 2, ..lambda() }, &busy(), 3, expected).await;
}

#[tokio::test(start_paused = true)]
async fn an_event_that_gets_too_old_goes_there_too() {
    let mut expected = attributes("THROTTLING", "Rate exceeded", "5");
    expected["EXHAUSTED_RETRY_CONDITION"] = json!("MaximumEventAgeInSeconds");
    let passed =
        check(Target { maximum_age: Duration::from_secs(60), ..lambda() }, &busy(), 6, expected).await;
    assert_eq!(passed.as_secs(), 31);
}

#[tokio::test(start_paused = true)]
async fn without_being_told_it_tries_for_a_day() {
    let mut expected = attributes("THROTTLING", "Rate exceeded", "185");
    expected["EXHAUSTED_RETRY_CONDITION"] = json!("MaximumRetryAttempts");
    let passed = check(lambda(), &busy(), 186, expected).await;
    assert_eq!(passed.as_secs() / 3600, 23);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_helped_by_waiting_goes_there_at_once() {
    let error = DeliveryError::lasting("NO_PERMISSIONS", "the function's policy does not allow it");
    let expected = attributes("NO_PERMISSIONS", "the function's policy does not allow it", "0");
    let passed = check(lambda(), &error, 1, expected).await;
    assert_eq!(passed, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_dead_letter_queue_gets_the_event_and_not_what_the_target_would_have_got() {
    let input = stackwright_bus::Input::Constant("5".to_owned());
    let error = DeliveryError::lasting("NO_PERMISSIONS", "no");
    check(Target { input, ..lambda() }, &error, 1, attributes("NO_PERMISSIONS", "no", "0")).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_dead_letter_queue_it_is_dropped_and_told() {
    let mut bench = Bench::to(Target { retries: 0, ..lambda() });
    bench.fail(1, &busy());
    bench.order(&json!({}));
    assert_eq!(bench.rest().await.len(), 1);
    let target_arn = LAMBDA.to_owned();
    assert_eq!(
        bench.told()[1..],
        [
            Step::Failed { target_arn: target_arn.clone(), error: busy(), retry_in: None },
            Step::Dropped { target_arn, error: busy() },
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_queue_that_refuses_drops_it() {
    let mut bench = Bench::to(Target { dead_letter_arn: Some(QUEUE.to_owned()), retries: 0, ..lambda() });
    bench.fail(2, &busy());
    bench.order(&json!({}));
    assert_eq!(bench.rest().await.len(), 2);
    assert!(matches!(bench.told().last(), Some(Step::Dropped { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told() {
    let mut bench = Bench::to(lambda());
    bench.fail(1, &busy());
    bench.order(&json!({}));
    bench.next().await;
    bench.next().await;
    bench.rest().await;
    let target_arn = LAMBDA.to_owned();
    assert_eq!(
        bench.told(),
        [
            Step::Accepted { rules: vec!["orders".to_owned()] },
            Step::Failed {
                target_arn: target_arn.clone(),
                error: busy(),
                retry_in: Some(Duration::from_secs(1)),
            },
            Step::Delivered { target_arn },
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn with_the_last_clone_deliveries_end() {
    let mut bench = Bench::to(lambda());
    bench.fail(1, &busy());
    bench.order(&json!({}));
    bench.next().await;
    bench.buses = Bench::new().buses;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.rest().await, []);
}
