//! Asynchronous invocations: an event is tried, tried again, and given up; then there is a record of it.
//! Sends records nowhere: which destination gets one is for who knows the template.

use std::fmt;
use std::sync::Weak;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

use crate::answer::{Answer, FunctionError};
use crate::function::Function;
use crate::host::Interruption;
use crate::invocation::{Invocation, InvokeError};
use crate::lambda::Functions;
use crate::moment;

/// The longest wait after throttling.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The end of an asynchronous invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The function's name.
    pub function: String,
    /// What the invocation came to; anything but success is for the on-failure destination.
    pub condition: Condition,
    /// What a destination gets.
    ///
    /// See [invocation records](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
    pub body: Value,
}

/// What an asynchronous invocation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The function answered.
    Success,
    /// It failed at every try.
    RetriesExhausted,
    /// The next try would have come too late.
    EventAgeExceeded,
    /// The function may not run at all.
    ZeroReservedConcurrency,
}

impl fmt::Display for Condition {
    /// The word in the record.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// An event on its way through its tries. It keeps to the settings there were when it came.
pub(crate) struct Event {
    function: Function,
    request_id: String,
    invocation: Invocation,
    since: Instant,
    tries: usize,
    throttles: u32,
    last: Last,
}

/// Whom an event tells that it is over. It does so however it ends: dropped, it has failed.
pub(crate) struct Over(Option<Box<dyn FnOnce(bool) + Send>>);

impl Over {
    pub(crate) fn calling(over: impl FnOnce(bool) + Send + 'static) -> Over {
        Over(Some(Box::new(over)))
    }

    pub(crate) fn with(mut self, record: Option<&Record>) {
        self.tell(record.is_none_or(|record| record.condition != Condition::Success));
    }

    fn tell(&mut self, has_failed: bool) {
        if let Some(over) = self.0.take() {
            over(has_failed);
        }
    }
}

impl Drop for Over {
    fn drop(&mut self) {
        self.tell(true);
    }
}

/// What the latest try came to.
enum Last {
    Nothing,
    Throttled,
    Answered(Answer),
}

impl Event {
    pub(crate) fn new(function: Function, request_id: String, invocation: Invocation) -> Event {
        let since = Instant::now();
        Event { function, request_id, invocation, since, tries: 0, throttles: 0, last: Last::Nothing }
    }

    /// Tries until there is a record; there is none if the function goes away.
    pub(crate) async fn see_through(mut self, functions: &Weak<Functions>) -> Option<Record> {
        loop {
            let wait = match self.attempt(functions).await {
                Ok(answer) => self.answered(answer),
                Err(InvokeError::Throttled { concurrency, .. }) => self.throttled(concurrency),
                Err(_) => return None,
            };
            match wait {
                Ok(wait) if self.since.elapsed() + wait <= self.function.asynchronous.maximum_age => {
                    sleep(wait).await;
                }
                Ok(_) => return Some(self.record(Condition::EventAgeExceeded)),
                Err(condition) => return Some(self.record(condition)),
            }
        }
    }

    async fn attempt(&self, functions: &Weak<Functions>) -> Result<Answer, InvokeError> {
        let (name, invocation) = (&self.function.name, self.invocation.clone());
        match Functions::interruption(functions, name).await {
            None => {}
            Some(Interruption::Throttled) => {
                // Not for want of concurrency: it is tried again.
                return Err(InvokeError::Throttled { function: name.clone(), concurrency: usize::MAX });
            }
            Some(Interruption::Failed(message)) => {
                let answer = Answer::interrupted(&self.request_id, &message);
                Functions::tell(functions, name, &answer);
                return Ok(answer);
            }
        }
        let answer = Functions::submit_to(functions, name, &self.request_id, invocation)?;
        answer.await.map_err(|_| InvokeError::Stopped(name.clone()))
    }

    /// How long to wait for the next try, or why there is none.
    fn answered(&mut self, answer: Answer) -> Result<Duration, Condition> {
        self.tries += 1;
        let has_failed = answer.function_error.is_some();
        self.last = Last::Answered(answer);
        if !has_failed {
            return Err(Condition::Success);
        }
        let retries = &self.function.asynchronous.retries;
        retries.get(self.tries - 1).copied().ok_or(Condition::RetriesExhausted)
    }

    fn throttled(&mut self, concurrency: usize) -> Result<Duration, Condition> {
        if concurrency == 0 {
            return Err(Condition::ZeroReservedConcurrency);
        }
        self.last = Last::Throttled;
        let first = self.function.asynchronous.throttled;
        let wait = first.saturating_mul(2_u32.saturating_pow(self.throttles)).min(LONGEST_WAIT);
        self.throttles += 1;
        Ok(wait)
    }

    fn record(&self, condition: Condition) -> Record {
        let mut body = json!({
            "version": "1.0",
            "timestamp": moment::iso(SystemTime::now()),
            "requestContext": {
                "requestId": self.request_id,
                "functionArn": format!("{}:$LATEST", self.function.arn),
                "condition": condition.to_string(),
                "approximateInvokeCount": self.tries,
            },
            "requestPayload": value(&self.invocation.payload),
        });
        if let Value::Object(body) = &mut body {
            self.last.describe(body);
        }
        Record { function: self.function.name.clone(), condition, body }
    }
}

impl Last {
    /// Writes context and payload of the response, so far as there was one.
    fn describe(&self, body: &mut Map<String, Value>) {
        match self {
            Last::Nothing => {}
            // By community evidence: a record after throttling has this status and no payload.
            Last::Throttled => drop(body.insert("responseContext".to_owned(), json!({ "statusCode": 429 }))),
            Last::Answered(answer) => {
                let mut context = json!({ "statusCode": 200, "executedVersion": "$LATEST" });
                if answer.function_error.is_some() {
                    context["functionError"] = json!(FunctionError::HEADER);
                }
                body.insert("responseContext".to_owned(), context);
                body.insert("responsePayload".to_owned(), value(&answer.payload));
            }
        }
    }
}

/// A payload as part of JSON; a response that is no JSON becomes a string.
fn value(payload: &[u8]) -> Value {
    serde_json::from_slice(payload).unwrap_or_else(|_| String::from_utf8_lossy(payload).into())
}
