//! Functions that report which records failed.

use crate::stage::{Options, Reply, Stage};

/// The batches in which items `a` to `d` come to a function whose first answer is this, and whose others are empty.
async fn check(first: &'static str, batches: &str) {
    let stage = Stage::run(&[Reply::With(first), Reply::Well], reporting, &["a", "b", "c", "d"]).await;
    assert_eq!(stage.batches(), batches, "{first}");
}

fn reporting(it: &mut Options) {
    it.mapping.reports_failures = true;
    it.stream.retries = Some(1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_goes_on_at_the_first_record_that_failed() {
    check(r##"{"batchItemFailures":[{"itemIdentifier":"#c"}]}"##, "a b c d | c d").await;
    check(r##"{"batchItemFailures":[{"itemIdentifier":"#a"}]}"##, "a b c d | a b c d").await;
    let two = r##"{"batchItemFailures":[{"itemIdentifier":"#d"},{"itemIdentifier":"#b"}]}"##;
    check(two, "a b c d | b c d").await;
}

#[tokio::test(start_paused = true)]
async fn nothing_reported_is_success() {
    for nothing in [
        "",
        "null",
        "{}",
        "[]",
        r#"{"batchItemFailures":[]}"#,
        r#"{"batchItemFailures":null}"#,
        r#"{"status":"done"}"#,
    ] {
        check(nothing, "a b c d").await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_understood_is_the_whole_batch() {
    for unclear in [
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":123}]}"#,
        r##"{"batchItemFailures":[{"foo":"#c"}]}"##,
        r##"{"batchItemFailures":[{"itemIdentifier":"#c"},{"itemIdentifier":"1"}]}"##,
        r#"{"batchItemFailures":"all"}"#,
        r#""done""#,
        "[1]",
    ] {
        check(unclear, "a b c d | a b c d").await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_from_a_response_that_is_not_declared_to_report() {
    let failure = r##"{"batchItemFailures":[{"itemIdentifier":"#a"}]}"##;
    let stage = Stage::run(&[Reply::With(failure)], |_| {}, &["a", "b"]).await;
    assert_eq!(stage.batches(), "a b");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_always_fails_takes_what_follows_with_it() {
    let stage = Stage::run(&[Reply::Reporting("b")], reporting, &["a", "b", "c"]).await;
    assert_eq!(stage.batches(), "a b c | b c");
}

#[tokio::test(start_paused = true)]
async fn with_bisecting_it_is_given_up_alone() {
    let bisecting = |it: &mut Options| {
        reporting(it);
        it.stream.bisects = true;
    };
    let stage = Stage::run(&[Reply::Reporting("b")], bisecting, &["a", "b", "c", "d", "e"]).await;
    assert_eq!(stage.batches(), "a b c d e | b c d e | b c | b | b | c | d e");
}
