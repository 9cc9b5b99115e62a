//! Batches that fail: what is tried again, when, in which parts, and what is given up.

use std::time::Duration;

use stackwright_mappings::{Condition, Event};

use crate::stage::{Options, Reply, Stage};

/// The batches in which items `a` to `d`, in one batch at first, come to a function.
async fn check(replies: &[Reply], change: impl FnOnce(&mut Options), batches: &str) -> Stage {
    let stage = Stage::run(replies, change, &["a", "b", "c", "d"]).await;
    assert_eq!(stage.batches(), batches, "{:?}", stage.events());
    stage
}

fn given_up(stage: &Stage) -> Vec<usize> {
    let count = |event: &Event| match event {
        Event::GivenUp { records, condition: Condition::RetryAttemptsExhausted, .. } => Some(*records),
        _ => None,
    };
    stage.events().iter().filter_map(count).collect()
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_fails_comes_again_and_holds_up_what_follows() {
    let one_each = |it: &mut Options| it.mapping.batch_size = 2;
    check(&[Reply::Badly, Reply::Badly, Reply::Well], one_each, "a b | a b | a b | c d").await;
}

#[tokio::test(start_paused = true)]
async fn after_the_last_retry_a_batch_is_given_up_and_the_next_one_comes() {
    let twice = |it: &mut Options| {
        it.mapping.batch_size = 2;
        it.stream.retries = Some(2);
    };
    let stage = check(&[Reply::BadlyWith("a")], twice, "a b | a b | a b | c d").await;
    assert_eq!(given_up(&stage), [2]);
    assert_eq!(stage.last_result(), "OK");
    let never = |it: &mut Options| it.stream.retries = Some(0);
    let stage = check(&[Reply::Badly], never, "a b c d").await;
    assert_eq!(given_up(&stage), [4]);
    assert_eq!(stage.last_result(), "PROBLEM: Function call failed");
}

#[tokio::test(start_paused = true)]
async fn retries_wait_twice_as_long_each_time_up_to_a_minute() {
    let stage = Stage::run(&[Reply::Badly], |it| it.stream.retries = Some(12), &["a"]).await;
    let times: Vec<_> = stage.calls().iter().map(|call| call.at.as_millis()).collect();
    let waits: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits[..4], [100, 200, 400, 800]);
    assert_eq!(waits[9..], [51_200, 60_000, 60_000]);
    assert!(stage.events().contains(&Event::Retried(Duration::from_millis(100))));
}

#[tokio::test(start_paused = true)]
async fn bisecting_finds_the_one_that_fails() {
    let bisecting = |it: &mut Options| {
        it.stream.bisects = true;
        it.stream.retries = Some(1);
    };
    let stage = check(&[Reply::BadlyWith("c")], bisecting, "a b c d | a b | c d | c | c | d").await;
    assert_eq!(given_up(&stage), [1]);
    assert!(stage.events().contains(&Event::Bisected(2, 2)));
}

#[tokio::test(start_paused = true)]
async fn bisecting_uses_up_no_retries() {
    let once = |it: &mut Options| {
        it.stream.bisects = true;
        it.stream.retries = Some(0);
    };
    let stage = check(&[Reply::BadlyWith("a")], once, "a b c d | a b | a | b | c d").await;
    assert_eq!(given_up(&stage), [1]);
}

#[tokio::test(start_paused = true)]
async fn halves_stay_in_order() {
    let bisecting = |it: &mut Options| {
        it.stream.bisects = true;
        it.stream.retries = Some(5);
    };
    let replies = [Reply::Badly, Reply::Badly, Reply::Badly, Reply::Well];
    check(&replies, bisecting, "a b c d | a b | a | a | b | c d").await;
}

#[tokio::test(start_paused = true)]
async fn a_function_that_was_not_run_uses_up_no_retries_and_bisects_nothing() {
    let once = |it: &mut Options| {
        it.stream.bisects = true;
        it.stream.retries = Some(0);
    };
    let throttled = [Reply::Throttled, Reply::Throttled, Reply::Missing, Reply::Well];
    let stage = check(&throttled, once, "a b c d | a b c d | a b c d | a b c d").await;
    assert!(stage.events().contains(&Event::NotRun("throttled: 10 run".to_owned())));
    assert_eq!(given_up(&stage), [0; 0]);
    let waits: Vec<_> = stage.calls().iter().map(|call| call.at.as_millis()).collect();
    assert_eq!(waits, [0, 100, 300, 700]);
}

#[tokio::test(start_paused = true)]
async fn tries_are_counted() {
    let stage = Stage::run(&[Reply::Badly, Reply::Well], |_| {}, &["a"]).await;
    let sent = |event: &Event| match event {
        Event::Sent { attempt, .. } => Some(*attempt),
        _ => None,
    };
    assert_eq!(stage.events().iter().filter_map(sent).collect::<Vec<_>>(), [1, 2]);
}
