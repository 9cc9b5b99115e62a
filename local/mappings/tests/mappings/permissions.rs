//! Roles that may not read the stream.

use std::time::Duration;

use stackwright_mappings::Event;
use tokio::time::sleep;

use crate::stage::{Reply, Stage};

const DENIED: &str = "Cannot access stream. Please ensure the role can perform the GetRecords action";

#[tokio::test(start_paused = true)]
async fn a_denied_read_is_told_and_tried_again() {
    let stage = Stage::new(&[Reply::Well]);
    stage.deny(Some(DENIED));
    stage.define(|_| {});
    stage.put(&["a"]);
    stage.settle().await;
    assert!(stage.calls().is_empty());
    assert_eq!(stage.last_result(), format!("PROBLEM: {DENIED}"));
    assert_eq!(stage.events()[0], Event::Blocked(DENIED.to_owned()));
    stage.deny(None);
    stage.settle().await;
    assert_eq!(stage.batches(), "a");
    assert_eq!(stage.last_result(), "OK");
}

#[tokio::test(start_paused = true)]
async fn a_right_taken_away_is_missed_at_the_next_batch() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.deny(Some(DENIED));
    stage.put(&["b"]);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(stage.batches(), "a");
    assert_eq!(stage.last_result(), format!("PROBLEM: {DENIED}"));
}
