//! Events that nobody waits for: tries, retries and the records of their ends.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stackwright_lambda::{Asynchronous, Condition, Function, Host, Interruption, Record};
use tokio::sync::oneshot;

use crate::{ARN, LONG, Meeting, Stage, function};

/// Two retries, one after the other at once.
fn at_once() -> Asynchronous {
    Asynchronous { retries: vec![Duration::ZERO; 2], throttled: Duration::from_millis(1), maximum_age: LONG }
}

fn patient(asynchronous: Asynchronous) -> Stage {
    Stage::of(Function { asynchronous, ..function() })
}

impl Stage {
    /// The record of this event, and its id.
    async fn record_of(&mut self, task: &Value) -> (Record, String) {
        let id = self.lambda.invoke_later("by-hand", task.to_string()).unwrap();
        (self.records.recv().await.unwrap(), id)
    }
}

/// A stage whose next tries are kept from being made in these ways.
fn interrupted(ways: impl IntoIterator<Item = Interruption>) -> Stage {
    let ways = Mutex::new(ways.into_iter().collect::<VecDeque<_>>());
    let next = move |_: &str| async_value(ways.lock().unwrap().pop_front());
    Stage::hosted(Host::new().interrupting(next), Function { asynchronous: at_once(), ..function() })
}

fn async_value<T: Send + 'static>(value: T) -> BoxFuture<'static, T> {
    Box::pin(async { value })
}

#[tokio::test]
async fn a_try_may_be_kept_from_being_made() {
    let failed = Interruption::Failed("not today".to_owned());
    let task = json!({"do": "chunks"});
    let expected = json!({
        "requestContext": {"approximateInvokeCount": 3},
        "requestPayload": task,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "not today"},
    });
    let record = interrupted([failed.clone(), failed.clone(), failed]).record_of(&task).await;
    check(record, Condition::RetriesExhausted, expected);
}

#[tokio::test]
async fn tries_that_are_throttled_do_not_count() {
    let task = json!({"do": "chunks"});
    let (record, _) = interrupted([Interruption::Throttled, Interruption::Throttled]).record_of(&task).await;
    assert_eq!(record.condition, Condition::Success);
    assert_eq!(record.body["requestContext"]["approximateInvokeCount"], 1);
}

/// Compares a record but for its time, its id and the process's number.
#[track_caller]
fn check((mut record, id): (Record, String), condition: Condition, mut expected: Value) {
    let body = &mut record.body;
    assert_eq!(body["requestContext"]["requestId"], id);
    assert_eq!(body["timestamp"].take().as_str().map(str::len), Some(24));
    expected["version"] = json!("1.0");
    expected["timestamp"] = Value::Null;
    expected["requestContext"]["requestId"] = json!(id);
    expected["requestContext"]["functionArn"] = json!(format!("{ARN}:$LATEST"));
    expected["requestContext"]["condition"] = json!(condition.to_string());
    assert_eq!((&*record.function, record.condition), ("by-hand", condition));
    assert_eq!(*body, expected);
}

#[test]
fn lambda_retries_after_one_and_two_minutes_for_six_hours() {
    let asynchronous = Asynchronous::default();
    assert_eq!(asynchronous.retries, [Duration::from_secs(60), Duration::from_secs(120)]);
    assert_eq!(asynchronous.maximum_age, Duration::from_secs(21600));
}

#[tokio::test]
async fn an_event_that_is_done_has_a_record_of_success() {
    let task = json!({"do": "chunks"});
    let expected = json!({
        "requestContext": {"approximateInvokeCount": 1},
        "requestPayload": task,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": "abcd",
    });
    check(patient(at_once()).record_of(&task).await, Condition::Success, expected);
}

#[tokio::test]
async fn an_event_that_fails_is_tried_three_times_under_one_id() {
    let mut stage = patient(at_once());
    let error = json!({"errorMessage": "no", "errorType": "No"});
    let task = json!({"do": "raise", "error": error});
    let expected = json!({
        "requestContext": {"approximateInvokeCount": 3},
        "requestPayload": task,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    });
    check(stage.record_of(&task).await, Condition::RetriesExhausted, expected);
    let task = json!({"do": "exit", "code": 1});
    let (record, id) = stage.record_of(&task).await;
    let message = format!("RequestId: {id} Error: Runtime exited with error: exit status 1");
    let payload = json!({"errorType": "Runtime.ExitError", "errorMessage": message});
    assert_eq!((record.condition, &record.body["responsePayload"]), (Condition::RetriesExhausted, &payload));
}

#[tokio::test]
async fn an_event_without_retries_is_tried_once() {
    let mut stage = patient(Asynchronous { retries: vec![], ..at_once() });
    let (record, _) = stage.record_of(&json!({"do": "exit", "code": 1})).await;
    assert_eq!(record.condition, Condition::RetriesExhausted);
    assert_eq!(record.body["requestContext"]["approximateInvokeCount"], 1);
}

#[tokio::test]
async fn an_event_that_would_be_too_old_is_given_up() {
    let hour = Duration::from_secs(3600);
    let mut stage = patient(Asynchronous { retries: vec![hour; 2], maximum_age: hour, ..at_once() });
    let (record, _) = stage.record_of(&json!({"do": "exit", "code": 1})).await;
    assert_eq!(record.condition, Condition::EventAgeExceeded);
    assert_eq!(record.body["requestContext"]["approximateInvokeCount"], 1);
    assert_eq!(record.body["responseContext"]["functionError"], "Unhandled");
}

#[tokio::test]
async fn throttling_uses_up_no_retries() {
    let meeting = Meeting::new();
    let asynchronous = Asynchronous { retries: vec![], ..at_once() };
    let mut stage = Stage::of(Function { concurrency: Some(1), asynchronous, ..function() });
    let first = stage.begin(meeting.task());
    let guest = meeting.guest().await;
    stage.lambda.invoke_later("by-hand", r#"{"do":"chunks"}"#).unwrap();
    // The event's task runs as soon as this one waits: it finds the place taken.
    tokio::task::yield_now().await;
    drop(guest);
    first.await.unwrap();
    let record = stage.records.recv().await.unwrap();
    assert_eq!(record.condition, Condition::Success);
    assert_eq!(record.body["requestContext"]["approximateInvokeCount"], 1);
}

#[tokio::test]
async fn an_event_throttled_for_too_long_has_a_record_without_a_response() {
    let meeting = Meeting::new();
    let hour = Duration::from_secs(3600);
    let asynchronous = Asynchronous { throttled: hour, maximum_age: LONG, ..at_once() };
    let mut stage = Stage::of(Function { concurrency: Some(1), asynchronous, ..function() });
    let _running = stage.begin(meeting.task());
    let _guest = meeting.guest().await;
    let expected = json!({
        "requestContext": {"approximateInvokeCount": 0},
        "requestPayload": {},
        "responseContext": {"statusCode": 429},
    });
    check(stage.record_of(&json!({})).await, Condition::EventAgeExceeded, expected);
}

#[tokio::test]
async fn a_function_that_may_not_run_leaves_a_record_at_once() {
    let mut stage = Stage::of(Function { concurrency: Some(0), ..function() });
    let expected = json!({"requestContext": {"approximateInvokeCount": 0}, "requestPayload": {}});
    check(stage.record_of(&json!({})).await, Condition::ZeroReservedConcurrency, expected);
}

/// Whether it failed, of an event that is over.
fn failures(stage: &Stage, task: &Value) -> oneshot::Receiver<bool> {
    let (over, failed) = oneshot::channel();
    let tell = move |has_failed| over.send(has_failed).unwrap_or(());
    drop(stage.lambda.invoke_later_then("by-hand", task.to_string(), tell));
    failed
}

#[tokio::test]
async fn who_asked_is_told_how_an_event_ended() {
    let stage = patient(at_once());
    assert!(!failures(&stage, &json!({"do": "chunks"})).await.unwrap());
    assert!(failures(&stage, &json!({"do": "exit", "code": 1})).await.unwrap());
}

#[tokio::test]
async fn who_asked_is_told_of_an_event_whose_function_went_away() {
    let stage = interrupted([Interruption::Throttled]);
    let failed = failures(&stage, &json!({}));
    stage.lambda.remove("by-hand").unwrap();
    assert!(failed.await.unwrap());
    assert!(failures(&stage, &json!({})).await.unwrap(), "there is no such function");
}

#[tokio::test]
async fn who_asked_is_told_of_an_event_that_was_forgotten() {
    let hour = Duration::from_secs(3600);
    let stage = patient(Asynchronous { retries: vec![hour; 2], ..at_once() });
    let failed = failures(&stage, &json!({"do": "exit", "code": 1}));
    stage.lambda.shutdown().await;
    assert!(failed.await.unwrap());
}
