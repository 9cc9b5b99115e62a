//! Mappings that are replaced, disabled, removed and ended.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use stackwright_mappings::{Event, Start};
use tokio::time::sleep;

use crate::stage::{Reply, Stage, create_table};

#[tokio::test(start_paused = true)]
async fn a_mapping_defined_again_goes_on_where_it_was() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a", "b"]).await;
    stage.define(|it| it.mapping.batch_size = 1);
    stage.put(&["c", "d"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "a b | c | d");
}

#[tokio::test(start_paused = true)]
async fn records_that_were_not_handled_come_by_the_new_definition() {
    let stage = Stage::new(&[Reply::Badly, Reply::Well]);
    stage.define(|_| {});
    stage.put(&["a", "b"]);
    sleep(Duration::from_millis(50)).await;
    stage.define(|it| it.mapping.batch_size = 1);
    stage.settle().await;
    assert_eq!(stage.batches(), "a b | a | b");
}

#[tokio::test(start_paused = true)]
async fn an_invocation_that_runs_ends_before_the_new_definition_begins() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(5)), Reply::Well]);
    stage.define(|_| {});
    stage.put(&["a"]);
    sleep(Duration::from_secs(1)).await;
    stage.put(&["b"]);
    stage.define(|it| it.mapping.batch_size = 7);
    stage.settle().await;
    assert_eq!(stage.batches(), "a | b");
    assert_eq!(stage.calls()[1].at, Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_same_definition_again_changes_nothing() {
    let stage = Stage::new(&[Reply::Badly, Reply::Well]);
    stage.define(|it| it.stream.retries = Some(1));
    stage.put(&["a"]);
    sleep(Duration::from_millis(50)).await;
    stage.define(|it| it.stream.retries = Some(1));
    stage.settle().await;
    assert_eq!(stage.calls()[1].at, Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_disabled_mapping_keeps_its_place() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.define(|it| it.mapping.enabled = false);
    stage.put(&["b"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "a");
    assert!(!stage.mappings.states()[0].enabled);
    stage.define(|_| {});
    stage.settle().await;
    assert_eq!(stage.batches(), "a | b");
}

#[tokio::test(start_paused = true)]
async fn a_removed_mapping_forgets_its_place() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.mappings.remove("uuid");
    stage.mappings.remove("never there");
    assert!(stage.mappings.states().is_empty());
    stage.put(&["b"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "a");
    stage.define(|_| {});
    stage.settle().await;
    assert_eq!(stage.batches(), "a | a b");
}

#[tokio::test(start_paused = true)]
async fn after_a_shutdown_a_mapping_goes_on_where_it_was() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.mappings.shutdown().await;
    stage.put(&["b"]);
    stage.define(|it| it.stream.start = Start::Latest);
    stage.settle().await;
    assert_eq!(stage.batches(), "a | b");
}

#[tokio::test(start_paused = true)]
async fn shutting_down_waits_for_no_invocation() {
    let stage = Stage::new(&[Reply::Slowly(Duration::from_secs(900))]);
    stage.define(|_| {});
    stage.put(&["a"]);
    sleep(Duration::from_secs(1)).await;
    let since = tokio::time::Instant::now();
    stage.mappings.shutdown().await;
    assert_eq!(since.elapsed(), Duration::ZERO);
    assert!(stage.mappings.states().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_mapping_ends_with_its_stream() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.put(&["b"]);
    stage.tables.execute("DeleteTable", json!({"TableName": "notes"})).unwrap();
    stage.settle().await;
    assert_eq!(stage.batches(), "a | b");
    assert_eq!(stage.events().last(), Some(&Event::Ended));
}

#[tokio::test(start_paused = true)]
async fn in_another_stream_it_begins_anew() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    stage.tables.execute("DeleteTable", json!({"TableName": "notes"})).unwrap();
    create_table(&stage.tables);
    stage.put(&["b"]);
    stage.define(|_| {});
    stage.settle().await;
    assert_eq!(stage.batches(), "a | b");
}

#[tokio::test(start_paused = true)]
async fn opened_again_what_was_not_handled_comes_and_nothing_else() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mappings");
    let _ = std::fs::remove_dir_all(&folder);
    let stage = Stage::opened(&folder, &[Reply::Well, Reply::Slowly(Duration::from_secs(900))]);
    stage.define(|it| it.mapping.batch_size = 1);
    stage.put(&["a", "b", "c"]);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(stage.batches(), "a | b");
    stage.mappings.shutdown().await;
    drop(stage);

    let stage = Stage::opened(&folder, &[Reply::Well]);
    stage.define(|it| it.mapping.batch_size = 1);
    stage.settle().await;
    assert_eq!(stage.batches(), "b | c");
}
