//! One mapping as its parts share it: what it is, how it stands, and how far it has come in its stream.
//! Runs nothing: lanes and queue pollers do.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use stackwright_tables::{AwsError, Checkpoint, Tables};
use tokio::time::Instant;

use crate::definition::Definition;
use crate::failure::{Condition, Failure};
use crate::happening::{Event, Happening};
use crate::host::{Answer, Host, InvokeError};
use crate::partial::{self, Report};
use crate::payload;

/// What Lambda says of a mapping that has not done anything yet.
const NOTHING_YET: &str = "No records processed";

#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) id: String,
    pub(crate) definition: Definition,
    pub(crate) host: Host,
    tables: Tables,
    standing: Mutex<Standing>,
}

/// What the latest batch came to: `LastProcessingResult`, and when.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) result: String,
    pub(crate) at: Option<SystemTime>,
}

/// What became of a batch that was to be sent.
#[derive(Debug)]
pub(crate) enum Outcome {
    Handled,
    /// The records at these places failed; `None` is the whole batch, by an error of the function or an answer that
    /// nobody understands.
    Failed {
        places: Option<Vec<usize>>,
        is_function_error: bool,
        request_id: String,
    },
    NotRun,
}

impl Mapping {
    pub(crate) fn new(id: &str, definition: Definition, host: Host, tables: Tables) -> Mapping {
        let standing = Standing { result: NOTHING_YET.to_owned(), at: None };
        Mapping { id: id.to_owned(), definition, host, tables, standing: Mutex::new(standing) }
    }

    /// The time that records' ages are measured with.
    pub(crate) fn now(&self) -> SystemTime {
        self.tables.now()
    }

    pub(crate) fn standing(&self) -> Standing {
        lock(&self.standing).clone()
    }

    pub(crate) fn tell(&self, event: Event) {
        (self.host.tell)(Happening {
            mapping: self.id.clone(),
            function_arn: self.definition.function_arn.clone(),
            source_arn: self.definition.source_arn().to_owned(),
            event,
        });
    }

    pub(crate) fn conclude(&self, result: &str) {
        *lock(&self.standing) = Standing { result: result.to_owned(), at: Some(self.now()) };
    }

    /// Tells of a problem with the source.
    pub(crate) fn block(&self, problem: &str) {
        self.conclude(&format!("PROBLEM: {problem}"));
        self.tell(Event::Blocked(problem.to_owned()));
    }

    /// Whether the function's role may read the source.
    pub(crate) fn is_admitted(&self) -> bool {
        match (self.host.admit)(&self.definition.function_arn, self.definition.source_arn()) {
            Ok(()) => true,
            Err(problem) => {
                self.block(&problem);
                false
            }
        }
    }

    /// Sends a batch, and tells what came of it.
    pub(crate) async fn send(&self, attempt: u32, events: &[&str], ids: &[&str]) -> Outcome {
        self.tell(Event::Sent { records: events.len(), attempt });
        let payload = payload::of(events.iter().copied());
        let since = Instant::now();
        let answer = (self.host.invoke)(self.definition.function_arn.clone(), payload).await;
        self.judge(answer, ids, since.elapsed())
    }

    fn judge(&self, answer: Result<Answer, InvokeError>, ids: &[&str], duration: Duration) -> Outcome {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.not_run(&error),
        };
        let Answer { request_id, payload, function_error } = answer;
        let report = match &function_error {
            Some(error) => Report::Unclear(error.clone()),
            None if self.definition.reports_failures => partial::report(&payload, ids),
            None => Report::Handled,
        };
        let records = ids.len();
        let (places, error) = match report {
            Report::Handled => {
                self.conclude("OK");
                self.tell(Event::Handled { records, duration });
                return Outcome::Handled;
            }
            Report::Failed(places) => (Some(places), "reported by the function".to_owned()),
            Report::Unclear(error) => (None, error),
        };
        self.conclude("PROBLEM: Function call failed");
        let failed = places.as_ref().map_or(records, Vec::len);
        self.tell(Event::Failed { records, failed, error, duration });
        Outcome::Failed { places, is_function_error: function_error.is_some(), request_id }
    }

    fn not_run(&self, error: &InvokeError) -> Outcome {
        self.conclude("PROBLEM: Function call failed");
        self.tell(Event::NotRun(error.to_string()));
        Outcome::NotRun
    }

    /// Tells the destination of records that were given up.
    pub(crate) async fn give_up(
        &self,
        records: usize,
        condition: Condition,
        destination: Option<String>,
        body: serde_json::Value,
    ) {
        self.tell(Event::GivenUp { records, condition, destination: destination.clone() });
        let Some(destination) = destination else { return };
        let (mapping, function_arn) = (self.id.clone(), self.definition.function_arn.clone());
        let failure = Failure { mapping, function_arn, destination: destination.clone(), body };
        if let Err(error) = (self.host.deliver)(failure).await {
            self.tell(Event::NotDelivered { destination, error });
        }
    }
}

/// How far the lanes of a mapping have come in its stream. The least of it is kept with the tables.
#[derive(Debug)]
pub(crate) struct Progress {
    tables: Tables,
    name: String,
    stream_arn: String,
    places: Mutex<Places>,
}

#[derive(Debug)]
struct Places {
    /// Of each lane, the number of the first record that is not handled.
    lanes: Vec<u128>,
    /// What is kept; nothing more is once the mapping is removed.
    kept: Option<u128>,
}

impl Progress {
    pub(crate) fn new(tables: Tables, name: &str, stream_arn: &str, start: u128) -> Progress {
        let places = Mutex::new(Places { lanes: vec![start], kept: Some(start) });
        Progress { tables, name: name.to_owned(), stream_arn: stream_arn.to_owned(), places }
    }

    /// Begins again with so many lanes, where all of them have been; answers where that is.
    pub(crate) fn begin(&self, lanes: usize) -> u128 {
        let mut places = lock(&self.places);
        let least = places.least();
        places.lanes = vec![least; lanes];
        least
    }

    /// A lane has handled all its records before a number.
    pub(crate) fn reach(&self, lane: usize, number: u128) -> Result<(), AwsError> {
        let mut places = lock(&self.places);
        places.lanes[lane] = places.lanes[lane].max(number);
        let least = places.least();
        if places.kept.is_none_or(|kept| kept >= least) {
            return Ok(());
        }
        places.kept = Some(least);
        let checkpoint = Checkpoint { stream_arn: self.stream_arn.clone(), next: least };
        self.tables.keep_checkpoint(&self.name, &checkpoint)
    }

    pub(crate) fn least(&self) -> u128 {
        lock(&self.places).least()
    }

    /// Keeps nothing any more.
    pub(crate) fn close(&self) {
        lock(&self.places).kept = None;
    }
}

impl Places {
    fn least(&self) -> u128 {
        self.lanes.iter().copied().min().unwrap_or_default()
    }
}

/// Nothing panics in the middle of a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
