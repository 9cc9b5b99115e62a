//! What the tests work at: queues with a clock that stands still until it is moved.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use stackwright_queues::{AwsError, Definition, Queues, Settings};

/// 14 November 2023, 22:13:20.
pub(crate) const START: u64 = 1_700_000_000_000;

pub(crate) struct Bench {
    pub(crate) queues: Queues,
    clock: Arc<AtomicU64>,
}

impl Bench {
    /// The queue `jobs` with these attributes.
    pub(crate) fn with(attributes: &[(&str, &str)]) -> Bench {
        let bench = Bench::new();
        bench.define("jobs", attributes);
        bench
    }

    /// The queue `jobs.fifo` with these attributes.
    pub(crate) fn fifo(attributes: &[(&str, &str)]) -> Bench {
        let bench = Bench::new();
        bench.define("jobs.fifo", &[attributes, &[("FifoQueue", "true")]].concat());
        bench
    }

    pub(crate) fn new() -> Bench {
        let clock = Arc::new(AtomicU64::new(START));
        let lent = Arc::clone(&clock);
        let numbers = AtomicU64::new(1);
        let settings = Settings {
            endpoint: "http://127.0.0.1:4566".to_owned(),
            clock: Arc::new(move || UNIX_EPOCH + Duration::from_millis(lent.load(Ordering::SeqCst))),
            unique_id: Arc::new(move || format!("id-{}", numbers.fetch_add(1, Ordering::SeqCst))),
            ..Settings::default()
        };
        Bench { queues: Queues::memory(settings).unwrap(), clock }
    }

    pub(crate) fn define(&self, name: &str, attributes: &[(&str, &str)]) {
        self.queues.define(definition(name, attributes)).unwrap();
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) async fn try_call(&self, action: &str, request: Value) -> Result<Value, AwsError> {
        self.queues.execute(action, request, "AIDAEXAMPLE").await
    }

    #[track_caller]
    pub(crate) fn call(&self, action: &str, request: Value) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let answer = self.try_call(action, request).await;
            answer.unwrap_or_else(|error| panic!("{action} at {place}: {error}"))
        }
    }

    /// Sends a body to `jobs`.
    pub(crate) async fn send(&self, body: &str) -> Value {
        self.call("SendMessage", json!({ "QueueUrl": "jobs", "MessageBody": body })).await
    }

    /// Sends a body to a group of `jobs.fifo`, by content.
    pub(crate) async fn send_to_group(&self, group: &str, body: &str) -> Value {
        let request = json!({ "QueueUrl": "jobs.fifo", "MessageBody": body, "MessageGroupId": group });
        self.call("SendMessage", request).await
    }

    /// Receives up to ten messages with all there is to know, without waiting.
    pub(crate) async fn receive(&self, queue: &str) -> Vec<Value> {
        self.receive_up_to(10, queue).await
    }

    pub(crate) async fn receive_up_to(&self, most: usize, queue: &str) -> Vec<Value> {
        let request = json!({
            "QueueUrl": queue,
            "MaxNumberOfMessages": most,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = self.call("ReceiveMessage", request).await;
        answer.get("Messages").map(|it| it.as_array().unwrap().clone()).unwrap_or_default()
    }

    pub(crate) async fn delete(&self, queue: &str, message: &Value) {
        let request = json!({ "QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"] });
        self.call("DeleteMessage", request).await;
    }

    pub(crate) async fn hide(&self, queue: &str, message: &Value, seconds: i64) -> Result<Value, AwsError> {
        let handle = &message["ReceiptHandle"];
        let request = json!({ "QueueUrl": queue, "ReceiptHandle": handle, "VisibilityTimeout": seconds });
        self.try_call("ChangeMessageVisibility", request).await
    }

    pub(crate) async fn attribute(&self, queue: &str, name: &str) -> Value {
        let request = json!({ "QueueUrl": queue, "AttributeNames": [name] });
        self.call("GetQueueAttributes", request).await["Attributes"][name].clone()
    }
}

pub(crate) fn definition(name: &str, attributes: &[(&str, &str)]) -> Definition {
    let attributes: BTreeMap<_, _> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Definition { name: name.to_owned(), attributes, ..Definition::default() }
}

pub(crate) fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}
