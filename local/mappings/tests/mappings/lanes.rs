//! Several batches of one stream at once.

use std::time::Duration;

use crate::stage::{Options, Reply, Stage};

fn ids() -> Vec<String> {
    (10..60).map(|number| number.to_string()).collect()
}

fn four(it: &mut Options) {
    it.stream.lanes = 4;
    it.mapping.batch_size = 5;
}

fn put(stage: &Stage) {
    ids().iter().for_each(|id| stage.put(&[id]));
}

#[tokio::test(start_paused = true)]
async fn batches_of_different_items_run_at_once() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(1))]);
    stage.define(four);
    put(&stage);
    stage.settle().await;
    let calls = stage.calls();
    let first = calls.iter().filter(|call| call.at.is_zero()).count();
    assert_eq!(first, 4);
    let mut seen: Vec<_> = calls.iter().flat_map(|call| call.ids.clone()).collect();
    seen.sort();
    assert_eq!(seen, ids());
}

#[tokio::test(start_paused = true)]
async fn changes_of_one_item_stay_in_order() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(1))]);
    stage.define(four);
    for version in 0..5 {
        for id in 0..6 {
            stage.write(
                serde_json::json!({"id": {"S": id.to_string()}, "version": {"N": version.to_string()}}),
            );
        }
    }
    stage.settle().await;
    let records =
        stage.calls().into_iter().flat_map(|call| call.payload["Records"].as_array().unwrap().clone());
    let mut versions = std::collections::BTreeMap::<String, Vec<String>>::new();
    for record in records {
        let image = &record["dynamodb"]["NewImage"];
        let (id, version) = (image["id"]["S"].as_str().unwrap(), image["version"]["N"].as_str().unwrap());
        versions.entry(id.to_owned()).or_default().push(version.to_owned());
    }
    assert_eq!(versions.len(), 6);
    assert!(versions.values().all(|versions| versions == &["0", "1", "2", "3", "4"]), "{versions:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lane_that_fails_holds_up_no_other_and_keeps_its_place() {
    let stage = Stage::new(&[Reply::BadlyWith("10")]);
    stage.define(four);
    put(&stage);
    let start = stage.mappings.states()[0].position;
    stage.settle().await;
    let handled = stage.calls().into_iter().filter(|call| !call.ids.contains(&"10".to_owned()));
    assert!(handled.flat_map(|call| call.ids).count() >= 30);
    assert_eq!(stage.mappings.states()[0].position, start);
}
