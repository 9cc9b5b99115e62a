//! What goes into a batch, and when it is sent.

use std::time::Duration;

use serde_json::json;
use stackwright_mappings::{Event, Start};
use tokio::time::sleep;

use crate::stage::{FUNCTION, Options, Reply, Stage};

/// Items `a` to `e`, and the batches in which they come.
async fn check(change: impl FnOnce(&mut Options), batches: &str) {
    let stage = Stage::run(&[Reply::Well], change, &["a", "b", "c", "d", "e"]).await;
    assert_eq!(stage.batches(), batches);
    assert_eq!(stage.last_result(), "OK");
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_what_there_is_up_to_its_size() {
    check(|_| {}, "a b c d e").await;
    check(|it| it.mapping.batch_size = 2, "a b | c d | e").await;
    check(|it| it.mapping.batch_size = 1, "a | b | c | d | e").await;
}

#[tokio::test(start_paused = true)]
async fn a_record_is_sent_at_once_without_a_window() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|_| {});
    sleep(Duration::from_secs(5)).await;
    stage.put(&["a"]);
    stage.settle().await;
    assert_eq!(stage.calls()[0].at, Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn an_event_is_what_lambda_sends() {
    let stage = Stage::run(&[Reply::Well], |_| {}, &["a"]).await;
    let record = &stage.calls()[0].payload["Records"][0];
    assert_eq!(record["eventSource"], "aws:dynamodb");
    assert_eq!(record["eventName"], "INSERT");
    assert_eq!(record["awsRegion"], "us-east-1");
    assert_eq!(record["eventSourceARN"], stage.tables.stream_arn("notes").unwrap());
    assert_eq!(record["dynamodb"]["NewImage"], json!({"id": {"S": "a"}}));
}

/// Items put at these seconds, and the seconds at which batches of them are sent.
async fn check_window(window: u64, size: usize, puts: &[u64], sent: &[(u64, usize)]) {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|it| {
        it.mapping.window = Duration::from_secs(window);
        it.mapping.batch_size = size;
    });
    let mut now = 0;
    for (number, at) in puts.iter().enumerate() {
        sleep(Duration::from_secs(at - now)).await;
        now = *at;
        stage.put(&[&number.to_string()]);
    }
    stage.settle().await;
    let calls: Vec<_> = stage.calls().iter().map(|call| (call.at.as_secs(), call.ids.len())).collect();
    assert_eq!(calls, sent);
}

#[tokio::test(start_paused = true)]
async fn a_window_begins_with_the_first_record() {
    check_window(10, 100, &[5, 6, 14], &[(15, 3)]).await;
    check_window(10, 100, &[5, 16], &[(15, 1), (26, 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_does_not_wait_for_its_window() {
    check_window(10, 2, &[5, 6, 7], &[(6, 2), (17, 1)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_payload_is_of_6_mb_at_most() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|_| {});
    let text = "x".repeat(380 * 1024);
    let ids: Vec<_> = (10..50).map(|number| number.to_string()).collect();
    ids.iter().for_each(|id| stage.write(json!({"id": {"S": id}, "text": {"S": text}})));
    stage.settle().await;
    let calls = stage.calls();
    assert_eq!(calls.iter().flat_map(|call| call.ids.clone()).collect::<Vec<_>>(), ids);
    let sizes: Vec<_> = calls.iter().map(|call| call.payload.to_string().len()).collect();
    assert!(sizes.iter().all(|size| *size <= 6 * 1024 * 1024), "{sizes:?}");
    assert_eq!(calls[0].ids.len(), 16);
}

#[tokio::test(start_paused = true)]
async fn a_mapping_begins_where_it_says() {
    for (start, batches) in [(Start::TrimHorizon, "a | b"), (Start::Latest, "b")] {
        let stage = Stage::new(&[Reply::Well]);
        stage.put(&["a"]);
        stage.define(|it| {
            it.stream.start = start;
            it.mapping.batch_size = 1;
        });
        stage.put(&["b"]);
        stage.settle().await;
        assert_eq!(stage.batches(), batches);
    }
}

/// Writes items `a` to `d` with numbers of words, and what comes through a filter of inserts of one word, or of `d`.
#[tokio::test(start_paused = true)]
async fn a_record_is_taken_if_one_filter_matches() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|it| {
        let one_word = json!({"NewImage": {"words": {"N": ["1"]}}});
        it.filter(json!({"eventName": ["INSERT"], "dynamodb": one_word}));
        it.filter(json!({"dynamodb": {"Keys": {"id": {"S": ["d"]}}}}));
    });
    for (id, words) in [("a", "1"), ("b", "2"), ("c", "1"), ("c", "1"), ("d", "7")] {
        stage.write(json!({"id": {"S": id}, "words": {"N": words}}));
    }
    stage.settle().await;
    assert_eq!(stage.batches(), "a c d");
    assert!(stage.events().contains(&Event::Filtered(1)), "{:?}", stage.events());
}

#[tokio::test(start_paused = true)]
async fn records_that_match_nothing_make_no_invocation_and_no_window() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|it| {
        it.mapping.window = Duration::from_secs(10);
        it.filter(json!({"dynamodb": {"Keys": {"id": {"S": ["wanted"]}}}}));
    });
    stage.put(&["a", "b"]);
    let end = stage.tables.changes("notes", stackwright_tables::Position::Latest).unwrap().next_number();
    sleep(Duration::from_secs(8)).await;
    assert_eq!(stage.mappings.states()[0].position, Some(end));
    stage.put(&["wanted"]);
    stage.settle().await;
    assert_eq!(stage.batches(), "wanted");
    assert_eq!(stage.calls()[0].at, Duration::from_secs(18));
}

#[tokio::test(start_paused = true)]
async fn what_happens_is_told() {
    let stage = Stage::run(&[Reply::Slowly(Duration::from_millis(7))], |_| {}, &["a", "b"]).await;
    let events = stage.events();
    let duration = Duration::from_millis(7);
    assert_eq!(events, [Event::Sent { records: 2, attempt: 1 }, Event::Handled { records: 2, duration }]);
    assert_eq!(events[0].to_string(), "2 records sent");
    assert_eq!(events[1].to_string(), "2 records handled in 7.0 ms");
}

#[tokio::test(start_paused = true)]
async fn a_mapping_shows_where_it_is() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|_| {});
    assert_eq!(stage.last_result(), "No records processed");
    stage.put(&["a"]);
    stage.settle().await;
    let end = stage.tables.changes("notes", stackwright_tables::Position::Latest).unwrap().next_number();
    let state = &stage.mappings.states()[0];
    assert_eq!((state.id.as_str(), state.function_arn.as_str()), ("uuid", FUNCTION));
    assert_eq!((state.position, state.enabled), (Some(end), true));
}

/// In real time, and at best: on a busy machine most take longer.
#[tokio::test]
async fn a_write_reaches_its_function_at_once() {
    let stage = Stage::new(&[Reply::Well]);
    stage.define(|_| {});
    tokio::task::yield_now().await;
    let mut quickest = Duration::MAX;
    for number in 1..=20 {
        let since = std::time::Instant::now();
        stage.put(&[&number.to_string()]);
        while stage.calls().len() < number {
            tokio::task::yield_now().await;
        }
        quickest = quickest.min(since.elapsed());
    }
    assert!(quickest < Duration::from_millis(1), "{quickest:?}");
}
