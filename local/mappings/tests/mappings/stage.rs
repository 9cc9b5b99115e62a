//! A table `notes`, a function that answers as it is told to, and a mapping between them.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use stackwright_mappings::{
    Answer, Definition, Event, Failure, Happening, Host, InvokeError, Mappings, Source, StreamSource,
};
use stackwright_pattern::Pattern;
use stackwright_tables::{Durability, Settings, Tables};
use tokio::time::{Instant, sleep};

pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:word-count";
pub(crate) const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:failures";

/// 2019-11-14T00:13:19Z.
const START: u64 = 1_573_690_399;

/// What the function does with a batch.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Well,
    /// It reports an error.
    Badly,
    /// It answers with this, where `#id` stands for the record of an item.
    With(&'static str),
    /// It fails if this item is in the batch.
    BadlyWith(&'static str),
    /// It reports this item as failed if it is in the batch.
    Reporting(&'static str),
    Throttled,
    /// It is not there.
    Missing,
    /// It takes so long, and then does well.
    Slowly(Duration),
}

/// An invocation: when, and with which items.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) at: Duration,
    pub(crate) ids: Vec<String>,
    pub(crate) payload: Value,
}

pub(crate) struct Stage {
    pub(crate) tables: Tables,
    pub(crate) mappings: Mappings,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    calls: Mutex<Vec<Call>>,
    failures: Mutex<Vec<Failure>>,
    happenings: Mutex<Vec<Happening>>,
    /// What the role may not do, if anything.
    denial: Mutex<Option<String>>,
    /// Why the destination takes nothing, if it does not.
    refusal: Mutex<Option<String>>,
}

/// The time since the test began: it goes on only while the test waits.
fn settings() -> Settings {
    let origin = Instant::now();
    let clock = move || UNIX_EPOCH + Duration::from_secs(START) + origin.elapsed();
    Settings { clock: Arc::new(clock), ..Settings::default() }
}

impl Stage {
    /// A function that answers its calls like this, and the last way for ever after.
    pub(crate) fn new(replies: &[Reply]) -> Stage {
        let tables = Tables::memory(settings()).unwrap();
        create_table(&tables);
        Stage::over(tables, replies)
    }

    /// The same with tables in a folder, which may have been there.
    pub(crate) fn opened(folder: &Path, replies: &[Reply]) -> Stage {
        let tables = Tables::open(folder, Durability::Fast, settings()).unwrap();
        if tables.stream_arn("notes").is_none() {
            create_table(&tables);
        }
        Stage::over(tables, replies)
    }

    fn over(tables: Tables, replies: &[Reply]) -> Stage {
        let seen = Arc::new(Seen::default());
        let host = host(&seen, replies.to_vec().into());
        Stage { mappings: Mappings::new(tables.clone(), host), tables, seen }
    }

    /// A mapping with these options, and the items with these ids put one after the other.
    pub(crate) async fn run(replies: &[Reply], change: impl FnOnce(&mut Options), ids: &[&str]) -> Stage {
        let stage = Stage::new(replies);
        stage.define(change);
        stage.put(ids);
        stage.settle().await;
        stage
    }

    pub(crate) fn definition(&self, change: impl FnOnce(&mut Options)) -> Definition {
        let mut definition = Definition::of_stream(FUNCTION, self.tables.stream_arn("notes").unwrap());
        let Source::Stream(source) = &mut definition.source else { unreachable!() };
        let mut source = source.clone();
        change(&mut Options { mapping: &mut definition, stream: &mut source });
        Definition { source: Source::Stream(source), ..definition }
    }

    pub(crate) fn define(&self, change: impl FnOnce(&mut Options)) {
        self.mappings.define("uuid", self.definition(change)).unwrap();
    }

    pub(crate) fn put(&self, ids: &[&str]) {
        ids.iter().for_each(|id| self.write(json!({"id": {"S": id}})));
    }

    pub(crate) fn write(&self, item: Value) {
        self.tables.execute("PutItem", json!({"TableName": "notes", "Item": item})).unwrap();
    }

    /// Lets everything happen that will in ten minutes.
    pub(crate) async fn settle(&self) {
        sleep(Duration::from_secs(600)).await;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.seen.calls.lock().unwrap().clone()
    }

    /// The batches, as `a b | c`.
    pub(crate) fn batches(&self) -> String {
        self.calls().iter().map(|call| call.ids.join(" ")).collect::<Vec<_>>().join(" | ")
    }

    pub(crate) fn failures(&self) -> Vec<Failure> {
        self.seen.failures.lock().unwrap().clone()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.seen.happenings.lock().unwrap().iter().map(|happening| happening.event.clone()).collect()
    }

    /// Whether the role may read, from now on.
    pub(crate) fn deny(&self, why: Option<&str>) {
        *self.seen.denial.lock().unwrap() = why.map(str::to_owned);
    }

    /// The destination takes nothing from now on.
    pub(crate) fn refuse(&self, why: &str) {
        *self.seen.refusal.lock().unwrap() = Some(why.to_owned());
    }

    pub(crate) fn last_result(&self) -> String {
        self.mappings.states()[0].last_result.clone()
    }
}

/// A mapping and its stream, to be changed together.
pub(crate) struct Options<'a> {
    pub(crate) mapping: &'a mut Definition,
    pub(crate) stream: &'a mut StreamSource,
}

impl Options<'_> {
    pub(crate) fn filter(&mut self, pattern: Value) {
        self.mapping.filters.push(Pattern::of(&pattern).unwrap());
    }
}

pub(crate) fn create_table(tables: &Tables) {
    let table = json!({
        "TableName": "notes",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    tables.execute("CreateTable", table).unwrap();
}

fn host(seen: &Arc<Seen>, replies: VecDeque<Reply>) -> Host {
    let (invoked, failed, told, asked) = (seen.clone(), seen.clone(), seen.clone(), seen.clone());
    let (replies, origin) = (Mutex::new(replies), Instant::now());
    Host::new(move |function, payload| {
        assert_eq!(function, FUNCTION);
        let payload: Value = serde_json::from_str(&payload).unwrap();
        let call = Call { at: origin.elapsed(), ids: ids(&payload), payload };
        let mut calls = invoked.calls.lock().unwrap();
        calls.push(call.clone());
        let mut replies = replies.lock().unwrap();
        let reply = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        answer(reply.unwrap_or(Reply::Well), call, calls.len()).boxed()
    })
    .delivering(move |failure| {
        failed.failures.lock().unwrap().push(failure);
        let refusal = failed.refusal.lock().unwrap().clone();
        async { refusal.map_or(Ok(()), Err) }.boxed()
    })
    .admitting(move |_, _| asked.denial.lock().unwrap().clone().map_or(Ok(()), Err))
    .telling(move |happening| told.happenings.lock().unwrap().push(happening))
    .numbering(|| "fresh-id".to_owned())
}

fn ids(payload: &Value) -> Vec<String> {
    let records = payload["Records"].as_array().unwrap().iter();
    let id = |record: &Value| match record.pointer("/dynamodb/Keys/id/S") {
        Some(id) => id.as_str().unwrap().to_owned(),
        None => record["messageId"].as_str().unwrap().to_owned(),
    };
    records.map(id).collect()
}

async fn answer(reply: Reply, call: Call, number: usize) -> Result<Answer, InvokeError> {
    let has = |id: &str| call.ids.iter().any(|one| one == id);
    let request_id = format!("request-{number}");
    let well = Answer { request_id, ..Answer::default() };
    let badly = Answer { function_error: Some("reported an error".to_owned()), ..well.clone() };
    match reply {
        Reply::Badly => Ok(badly),
        Reply::BadlyWith(id) if has(id) => Ok(badly),
        Reply::Well | Reply::BadlyWith(_) => Ok(well),
        Reply::With(text) => Ok(Answer { payload: call.reported(text).into_bytes(), ..well }),
        Reply::Reporting(id) if has(id) => {
            let text = format!(r##"{{"batchItemFailures":[{{"itemIdentifier":"#{id}"}}]}}"##);
            Ok(Answer { payload: call.reported(&text).into_bytes(), ..well })
        }
        Reply::Reporting(_) => Ok(Answer { payload: br#"{"batchItemFailures":[]}"#.to_vec(), ..well }),
        Reply::Throttled => Err(InvokeError::Throttled("10 run".to_owned())),
        Reply::Missing => Err(InvokeError::Refused("there is no function `word-count`".to_owned())),
        Reply::Slowly(duration) => {
            sleep(duration).await;
            Ok(well)
        }
    }
}

impl Call {
    /// The text with identifiers of records for `#id`.
    fn reported(&self, text: &str) -> String {
        let records = self.payload["Records"].as_array().unwrap();
        let identifiers = self.ids.iter().zip(records);
        identifiers.fold(text.to_owned(), |text, (id, record)| {
            let number = record.pointer("/dynamodb/SequenceNumber").unwrap_or(&record["messageId"]);
            text.replace(&format!("#{id}"), number.as_str().unwrap())
        })
    }
}
