//! Records that are too old.

use std::time::Duration;

use serde_json::json;
use stackwright_mappings::{Condition, Event};
use tokio::time::sleep;

use crate::stage::{Options, QUEUE, Reply, Stage};

fn for_a_minute(it: &mut Options) {
    it.stream.maximum_age = Some(Duration::from_secs(60));
    it.stream.on_failure = Some(QUEUE.to_owned());
}

fn aged(stage: &Stage) -> Vec<usize> {
    let count = |event: &Event| match event {
        Event::GivenUp { records, condition: Condition::RecordAgeExceeded, .. } => Some(*records),
        _ => None,
    };
    stage.events().iter().filter_map(count).collect()
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_tried_until_it_is_too_old() {
    let stage = Stage::run(&[Reply::BadlyWith("a")], for_a_minute, &["a"]).await;
    assert_eq!(aged(&stage), [1]);
    let given_up = stage.calls().last().unwrap().at;
    assert!(given_up < Duration::from_secs(60), "{given_up:?}");
    stage.put(&["b"]);
    stage.settle().await;
    assert_eq!(stage.calls().last().unwrap().ids, ["b"]);
}

#[tokio::test(start_paused = true)]
async fn throttles_do_not_make_a_record_younger() {
    let stage = Stage::run(&[Reply::Throttled], for_a_minute, &["a"]).await;
    assert_eq!(aged(&stage), [1]);
    let body = &stage.failures()[0].body;
    assert_eq!(body["requestContext"]["approximateInvokeCount"], 0);
    assert_eq!(body["requestContext"]["requestId"], "fresh-id");
    assert_eq!(body.get("responseContext"), None);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_too_old_is_given_up() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(50)), Reply::BadlyWith("a")]);
    stage.define(for_a_minute);
    stage.put(&["first"]);
    sleep(Duration::from_secs(1)).await;
    stage.put(&["a"]);
    sleep(Duration::from_secs(30)).await;
    stage.put(&["b"]);
    stage.settle().await;
    assert!(stage.batches().starts_with("first | a b | a b"), "{}", stage.batches());
    let last = stage.calls().pop().unwrap();
    assert_eq!((last.at, last.ids), (Duration::from_secs(61), vec!["b".to_owned()]));
    assert_eq!(aged(&stage), [1]);
}

#[tokio::test(start_paused = true)]
async fn records_that_wait_behind_a_batch_grow_old_as_well() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(70)), Reply::Well]);
    stage.define(for_a_minute);
    stage.put(&["a"]);
    sleep(Duration::from_secs(1)).await;
    stage.put(&["b"]);
    sleep(Duration::from_secs(30)).await;
    stage.put(&["c"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "a | c");
    assert_eq!(aged(&stage), [1]);
    assert_eq!(stage.failures()[0].body["DDBStreamBatchInfo"]["batchSize"], json!(1));
}

#[tokio::test(start_paused = true)]
async fn without_a_maximum_a_day_is_the_end() {
    let stage = Stage::run(&[Reply::BadlyWith("a")], |_| {}, &["a"]).await;
    sleep(Duration::from_secs(23 * 60 * 60)).await;
    assert_eq!(aged(&stage), [0; 0]);
    let before = stage.calls().len();
    sleep(Duration::from_secs(60 * 60)).await;
    assert!(stage.calls().len() > before);
    assert_eq!(aged(&stage), [1]);
}
