//! What the tests work at: buses whose targets answer as they are told, and whose clock is tokio's.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use stackwright_bus::{Buses, Delivery, DeliveryError, Happening, Label, Rule, Settings, Step, Target};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, timeout};

/// 14 November 2023, 22:13:20, a Tuesday.
pub(crate) const START: u64 = 1_700_000_000;

pub(crate) const LAMBDA: &str = "arn:aws:lambda:us-east-1:000000000000:function:cook";
pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

pub(crate) struct Bench {
    pub(crate) buses: Buses,
    deliveries: UnboundedReceiver<Delivery>,
    answers: Arc<Mutex<VecDeque<DeliveryError>>>,
    told: Arc<Mutex<Vec<Happening>>>,
    began: Instant,
}

impl Bench {
    /// Ids are `id-1`, `id-2` and so on.
    pub(crate) fn new() -> Bench {
        let (seen, deliveries) = unbounded_channel();
        let answers: Arc<Mutex<VecDeque<DeliveryError>>> = Arc::default();
        let told: Arc<Mutex<Vec<Happening>>> = Arc::default();
        let (next, listener) = (Arc::clone(&answers), Arc::clone(&told));
        let (numbers, began) = (AtomicU64::new(1), Instant::now());
        let settings = Settings {
            clock: Arc::new(move || UNIX_EPOCH + Duration::from_secs(START) + began.elapsed()),
            unique_id: Arc::new(move || format!("id-{}", numbers.fetch_add(1, Ordering::SeqCst))),
            tell: Arc::new(move |happening| listener.lock().unwrap().push(happening)),
            ..Settings::default()
        };
        let buses = Buses::new(settings, move |delivery| {
            seen.send(delivery).unwrap();
            let answer = next.lock().unwrap().pop_front();
            Box::pin(async move { answer.map_or(Ok(()), Err) })
        });
        Bench { buses, deliveries, answers, told, began }
    }

    /// A rule for everything from `shop`, with this target.
    pub(crate) fn to(target: Target) -> Bench {
        let bench = Bench::new();
        bench.define(Rule::new("orders").matching(json!({ "source": ["shop"] })).to(target));
        bench
    }

    #[track_caller]
    pub(crate) fn define(&self, rule: Rule) {
        self.buses.define_rule(rule).unwrap();
    }

    /// The next deliveries fail in this way, then they go well.
    pub(crate) fn fail(&self, times: usize, error: &DeliveryError) {
        self.answers.lock().unwrap().extend(std::iter::repeat_n(error.clone(), times));
    }

    #[track_caller]
    pub(crate) fn call(&self, action: &str, request: Value) -> Value {
        self.buses.execute(action, request).unwrap()
    }

    #[track_caller]
    pub(crate) fn put(&self, entries: Value) -> Value {
        self.call("PutEvents", json!({ "Entries": entries }))
    }

    /// Puts one event of the shop's, with this detail.
    #[track_caller]
    pub(crate) fn order(&self, detail: &Value) {
        let put = self.put(json!([order(detail)]));
        assert_eq!(put["FailedEntryCount"], 0);
    }

    pub(crate) async fn next(&mut self) -> Delivery {
        timeout(Duration::from_secs(60 * 60 * 24 * 400), self.deliveries.recv()).await.unwrap().unwrap()
    }

    /// The next delivery's body.
    pub(crate) async fn body(&mut self) -> Value {
        serde_json::from_str(&self.next().await.body).unwrap()
    }

    /// What is delivered within a second.
    pub(crate) async fn rest(&mut self) -> Vec<Delivery> {
        let mut all = Vec::new();
        while let Ok(Some(delivery)) = timeout(Duration::from_secs(1), self.deliveries.recv()).await {
            all.push(delivery);
        }
        all
    }

    /// What has been told since it was last asked, all of it of the first event of the shop's on the default bus.
    #[track_caller]
    pub(crate) fn told(&self) -> Vec<Step> {
        let [bus, id, source, detail_type] = ["default", "id-1", "shop", "order"].map(str::to_owned);
        let label = Label { bus, id, source, detail_type };
        let told = self.all_told().into_iter();
        told.map(|it| {
            assert_eq!(it.event, label);
            it.step
        })
        .collect()
    }

    /// What has been told since it was last asked.
    pub(crate) fn all_told(&self) -> Vec<Happening> {
        std::mem::take(&mut self.told.lock().unwrap())
    }

    /// Time since the beginning.
    pub(crate) fn passed(&self) -> Duration {
        self.began.elapsed()
    }
}

pub(crate) fn order(detail: &Value) -> Value {
    json!({ "Source": "shop", "DetailType": "order", "Detail": detail.to_string() })
}

pub(crate) fn lambda() -> Target {
    Target::new("cook", LAMBDA)
}
