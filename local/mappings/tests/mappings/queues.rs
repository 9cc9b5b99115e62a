//! Mappings of queues.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stackwright_mappings::{
    Answer, Attribute, Definition, Event, Happening, Host, InvokeError, Mappings, Message, Queue,
    QueueSource, Source,
};
use stackwright_pattern::Pattern;
use stackwright_tables::{Settings, Tables};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use crate::stage::FUNCTION;

const JOBS: &str = "arn:aws:sqs:eu-west-2:000000000000:jobs";

/// How long a received message is hidden.
const HIDDEN: Duration = Duration::from_secs(30);

/// A queue of a few lines.
#[derive(Default)]
struct Jobs {
    messages: Mutex<Vec<(Instant, Message)>>,
    arrived: Notify,
    deleted: Mutex<Vec<String>>,
    failure: Mutex<Option<String>>,
}

impl Jobs {
    fn take(&self, limit: usize) -> Vec<Message> {
        let now = Instant::now();
        let mut messages = self.messages.lock().unwrap();
        let visible = messages.iter_mut().filter(|(from, _)| *from <= now).take(limit);
        let hide = |(from, message): &mut (Instant, Message)| {
            *from = now + HIDDEN;
            message.clone()
        };
        visible.map(hide).collect()
    }

    fn next_visible(&self) -> Instant {
        let messages = self.messages.lock().unwrap();
        messages.iter().map(|(from, _)| *from).min().unwrap_or(Instant::now() + Duration::from_secs(86_400))
    }
}

/// The queue as a mapping has it.
struct Reader(Arc<Jobs>);

impl Queue for Reader {
    fn receive(&self, limit: usize) -> BoxFuture<'static, Result<Vec<Message>, String>> {
        assert!((1..=10).contains(&limit), "{limit}");
        let jobs = Arc::clone(&self.0);
        async move {
            loop {
                let arrived = jobs.arrived.notified();
                if let Some(problem) = jobs.failure.lock().unwrap().clone() {
                    return Err(problem);
                }
                let taken = jobs.take(limit);
                if !taken.is_empty() {
                    return Ok(taken);
                }
                tokio::select! { () = arrived => {}, () = sleep_until(jobs.next_visible()) => {} }
            }
        }
        .boxed()
    }

    fn delete(&self, receipt_handles: Vec<String>) -> BoxFuture<'static, ()> {
        let jobs = Arc::clone(&self.0);
        async move {
            jobs.messages
                .lock()
                .unwrap()
                .retain(|(_, message)| !receipt_handles.contains(&message.receipt_handle));
            jobs.deleted.lock().unwrap().extend(receipt_handles);
        }
        .boxed()
    }
}

/// A batch: when it came, and its messages' bodies.
type Batch = (u64, String);

struct Stage {
    jobs: Arc<Jobs>,
    mappings: Mappings,
    batches: Arc<Mutex<Vec<Batch>>>,
    payloads: Arc<Mutex<Vec<Value>>>,
    happenings: Arc<Mutex<Vec<Happening>>>,
}

type Reply = Result<Answer, InvokeError>;

impl Stage {
    /// A function that takes so long, and answers its nth call with bodies like this.
    fn new(takes: Duration, reply: impl Fn(usize, &[String]) -> Reply + Send + Sync + 'static) -> Stage {
        let jobs = Arc::new(Jobs::default());
        let (batches, payloads) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let happenings = Arc::new(Mutex::new(Vec::new()));
        let (sent, kept, told, found) = (batches.clone(), payloads.clone(), happenings.clone(), jobs.clone());
        let origin = Instant::now();
        let host = Host::new(move |_, payload| {
            let payload: Value = serde_json::from_str(&payload).unwrap();
            let bodies = bodies(&payload);
            kept.lock().unwrap().push(payload);
            let mut sent = sent.lock().unwrap();
            sent.push((origin.elapsed().as_secs(), bodies.join(" ")));
            let reply = reply(sent.len(), &bodies);
            async move {
                sleep(takes).await;
                reply
            }
            .boxed()
        })
        .queueing(move |arn| (arn == JOBS).then(|| Arc::new(Reader(found.clone())) as Arc<dyn Queue>))
        .telling(move |happening| told.lock().unwrap().push(happening));
        let tables = Tables::memory(Settings::default()).unwrap();
        Stage { jobs, mappings: Mappings::new(tables, host), batches, payloads, happenings }
    }

    fn well() -> Stage {
        Stage::new(Duration::ZERO, |_, _| Ok(Answer::default()))
    }

    fn define(&self, change: impl FnOnce(&mut Definition)) {
        let mut definition = Definition::of_queue(FUNCTION, JOBS);
        change(&mut definition);
        self.mappings.define("uuid", definition).unwrap();
    }

    fn send(&self, bodies: &[&str]) {
        let mut messages = self.jobs.messages.lock().unwrap();
        messages.extend(bodies.iter().map(|body| (Instant::now(), message(body))));
        self.jobs.arrived.notify_waiters();
    }

    fn batches(&self) -> Vec<Batch> {
        self.batches.lock().unwrap().clone()
    }

    fn deleted(&self) -> String {
        let mut deleted = self.jobs.deleted.lock().unwrap().clone();
        deleted.sort();
        deleted.join(" ")
    }

    fn events(&self) -> Vec<Event> {
        self.happenings.lock().unwrap().iter().map(|happening| happening.event.clone()).collect()
    }
}

fn message(body: &str) -> Message {
    let attributes = [("ApproximateReceiveCount", "1"), ("SentTimestamp", "1573690399000")];
    Message {
        id: format!("id-{body}"),
        receipt_handle: body.to_owned(),
        body: body.to_owned(),
        md5_of_body: "d41d8cd98f00b204e9800998ecf8427e".to_owned(),
        attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Message::default()
    }
}

fn bodies(payload: &Value) -> Vec<String> {
    let records = payload["Records"].as_array().unwrap().iter();
    records.map(|record| record["body"].as_str().unwrap().to_owned()).collect()
}

fn batch(at: u64, bodies: &str) -> Batch {
    (at, bodies.to_owned())
}

async fn seconds(count: u64) {
    sleep(Duration::from_secs(count)).await;
}

#[tokio::test(start_paused = true)]
async fn messages_that_are_handled_are_deleted() {
    let stage = Stage::well();
    stage.define(|_| {});
    seconds(3).await;
    stage.send(&["a", "b"]);
    seconds(100).await;
    assert_eq!(stage.batches(), [batch(3, "a b")]);
    assert_eq!(stage.deleted(), "a b");
    assert_eq!(stage.mappings.states()[0].last_result, "OK");
}

#[tokio::test(start_paused = true)]
async fn an_event_is_what_lambda_sends() {
    let stage = Stage::well();
    stage.define(|_| {});
    let word =
        Attribute { data_type: "String".to_owned(), string_value: Some("x".to_owned()), binary_value: None };
    let message = Message {
        message_attributes: BTreeMap::from([("word".to_owned(), word)]),
        md5_of_message_attributes: Some("c48838208d2b4e14e3ca0093a8443f09".to_owned()),
        ..message("a")
    };
    stage.jobs.messages.lock().unwrap().push((Instant::now(), message));
    seconds(1).await;
    let expected = json!({"Records": [{
        "messageId": "id-a",
        "receiptHandle": "a",
        "body": "a",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1573690399000"},
        "messageAttributes": {"word": {
            "stringValue": "x", "stringListValues": [], "binaryListValues": [], "dataType": "String",
        }},
        "md5OfMessageAttributes": "c48838208d2b4e14e3ca0093a8443f09",
        "md5OfBody": "d41d8cd98f00b204e9800998ecf8427e",
        "eventSource": "aws:sqs",
        "eventSourceARN": JOBS,
        "awsRegion": "eu-west-2",
    }]});
    assert_eq!(stage.payloads.lock().unwrap()[0], expected);
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_batch_that_failed_come_again_when_they_are_visible() {
    let fails_once = |call, _: &[String]| {
        let error = (call == 1).then(|| "reported an error".to_owned());
        Ok(Answer { function_error: error, ..Answer::default() })
    };
    let stage = Stage::new(Duration::ZERO, fails_once);
    stage.define(|_| {});
    stage.send(&["a", "b"]);
    seconds(29).await;
    assert_eq!((stage.batches().len(), stage.deleted().as_str()), (1, ""));
    assert_eq!(stage.mappings.states()[0].last_result, "PROBLEM: Function call failed");
    seconds(29).await;
    assert_eq!(stage.batches(), [batch(0, "a b"), batch(30, "a b")]);
    assert_eq!(stage.deleted(), "a b");
}

/// Sends `a`, `b` and `c`, and has the function answer so; these are deleted at once.
async fn check_reported(response: &'static str, deleted: &str) {
    let answer =
        move |_, _: &[String]| Ok(Answer { payload: response.as_bytes().to_vec(), ..Answer::default() });
    let stage = Stage::new(Duration::ZERO, answer);
    stage.define(|it| it.reports_failures = true);
    stage.send(&["a", "b", "c"]);
    seconds(5).await;
    assert_eq!(stage.deleted(), deleted, "{response}");
}

#[tokio::test(start_paused = true)]
async fn reported_failures_are_not_deleted() {
    check_reported(r#"{"batchItemFailures":[{"itemIdentifier":"id-b"}]}"#, "a c").await;
    check_reported(r#"{"batchItemFailures":[]}"#, "a b c").await;
    check_reported("null", "a b c").await;
    check_reported(r#"{"batchItemFailures":[{"itemIdentifier":"id-x"}]}"#, "").await;
    check_reported(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, "").await;
    check_reported("nonsense", "").await;
}

#[tokio::test(start_paused = true)]
async fn at_most_ten_messages_come_without_a_window() {
    let stage = Stage::well();
    let bodies: Vec<_> = (10..35).map(|number| number.to_string()).collect();
    stage.send(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
    stage.define(|_| {});
    seconds(1).await;
    let sizes: Vec<_> = stage.batches().iter().map(|(_, bodies)| bodies.split(' ').count()).collect();
    assert_eq!(sizes, [10, 10, 5]);
}

#[tokio::test(start_paused = true)]
async fn with_a_window_messages_are_gathered() {
    let stage = Stage::well();
    stage.define(|it| {
        it.window = Duration::from_secs(10);
        it.batch_size = 12;
    });
    stage.send(&["a"]);
    seconds(9).await;
    stage.send(&["b"]);
    seconds(11).await;
    assert_eq!(stage.batches(), [batch(10, "a b")]);
    stage.send(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]);
    seconds(1).await;
    assert_eq!(stage.batches()[1], batch(20, "1 2 3 4 5 6 7 8 9 10 11 12"));
}

/// Sends messages with these bodies, and what of them a filter lets through.
async fn check_filter(pattern: Value, bodies: &[&str], wanted: &str) {
    let stage = Stage::well();
    stage.define(|it| it.filters.push(Pattern::of(&pattern).unwrap()));
    stage.send(bodies);
    seconds(100).await;
    let seen = stage.batches().into_iter().map(|(_, bodies)| bodies).collect::<Vec<_>>().join(" ");
    assert_eq!(seen, wanted);
    assert_eq!(stage.jobs.deleted.lock().unwrap().len(), bodies.len(), "the others are deleted, too");
}

#[tokio::test(start_paused = true)]
async fn filters_look_into_bodies_that_are_json() {
    let bodies = [r#"{"kind":"a"}"#, r#"{"kind":"b"}"#, "a", r#"["a"]"#];
    check_filter(json!({"body": {"kind": ["a"]}}), &bodies, r#"{"kind":"a"}"#).await;
    check_filter(json!({"body": ["a"]}), &["a", "b", r#"{"kind":"a"}"#], "a").await;
    check_filter(json!({"messageId": ["id-b"]}), &["a", "b"], "b").await;
}

/// The number of batches that begin at once, of twenty messages, one in a batch.
async fn check_at_once(maximum: Option<usize>, expected: usize) {
    let stage = Stage::new(Duration::from_secs(5), |_, _| Ok(Answer::default()));
    stage.define(|it| {
        it.batch_size = 1;
        it.source = Source::Queue(QueueSource { arn: JOBS.to_owned(), maximum_concurrency: maximum });
    });
    let bodies: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    stage.send(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
    seconds(1).await;
    assert_eq!(stage.batches().len(), expected);
    seconds(100).await;
    assert_eq!(stage.batches().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn so_many_batches_run_at_once_and_no_more() {
    check_at_once(Some(2), 2).await;
    check_at_once(Some(7), 7).await;
    check_at_once(None, 10).await;
}

#[tokio::test(start_paused = true)]
async fn while_the_function_is_throttled_messages_are_left_alone_longer() {
    let throttled = |_, _: &[String]| Err(InvokeError::Throttled("10 run".to_owned()));
    let stage = Stage::new(Duration::ZERO, throttled);
    stage.define(|it| {
        it.batch_size = 1;
        it.source = Source::Queue(QueueSource { arn: JOBS.to_owned(), maximum_concurrency: Some(2) });
    });
    let bodies: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    stage.send(&bodies.iter().map(String::as_str).collect::<Vec<_>>());
    seconds(1).await;
    assert!(stage.batches().len() < 8, "{:?}", stage.batches());
    assert_eq!(stage.deleted(), "");
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_cannot_be_read_is_told_and_tried_again() {
    let stage = Stage::well();
    *stage.jobs.failure.lock().unwrap() = Some("the queue is gone".to_owned());
    stage.define(|_| {});
    seconds(1).await;
    assert_eq!(stage.events()[0], Event::Blocked("the queue is gone".to_owned()));
    assert_eq!(stage.mappings.states()[0].last_result, "PROBLEM: the queue is gone");
    *stage.jobs.failure.lock().unwrap() = None;
    stage.send(&["a"]);
    seconds(10).await;
    assert_eq!(stage.deleted(), "a");
}

#[tokio::test(start_paused = true)]
async fn a_mapping_that_is_removed_ends_its_invocation_and_takes_no_more() {
    let stage = Stage::new(Duration::from_secs(5), |_, _| Ok(Answer::default()));
    stage.define(|_| {});
    stage.send(&["a"]);
    seconds(1).await;
    stage.mappings.remove("uuid");
    stage.send(&["b"]);
    seconds(100).await;
    assert_eq!(stage.batches(), [batch(0, "a")]);
    assert_eq!(stage.deleted(), "a");
}

#[tokio::test(start_paused = true)]
async fn a_mapping_defined_again_takes_over() {
    let stage = Stage::well();
    stage.define(|_| {});
    seconds(1).await;
    stage.define(|it| it.batch_size = 1);
    stage.send(&["a", "b"]);
    seconds(1).await;
    assert_eq!(stage.batches(), [batch(1, "a"), batch(1, "b")]);
}
