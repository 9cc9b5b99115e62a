//! An execution environment: one process, and the invocations it runs one after the other.
//! Does not choose its work: the pool hands it on.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, timeout, timeout_at};

use crate::answer::{Answer, Failure};
use crate::moment;
use crate::pool::{Job, Pool, Work};
use crate::process::{Event, Process};
use crate::runtime_api::{Call, Handover, RESPONSE_LIMIT, Report, Verdict};

/// Runs a first invocation in a new process, and others after it, until the process or its time is over.
pub(crate) async fn live(pool: Arc<Pool>, first: Job, mut stop: watch::Receiver<bool>) {
    let unbegun = tokio::select! {
        _ = stop.wait_for(|is_stopped| *is_stopped) => None,
        unbegun = work(&pool, first) => unbegun,
    };
    pool.ended(unbegun);
}

/// Gives back a job that came when the process had just ended.
async fn work(pool: &Pool, first: Job) -> Option<Job> {
    let process = match Process::start(&pool.function, &pool.host).await {
        Ok(process) => process,
        Err(error) => {
            let failure = Failure::not_started(&first.request_id, &pool.function.program, &error);
            first.answer(pool, Outcome::failed(failure, Duration::ZERO), String::new());
            return None;
        }
    };
    let mut environment = Environment { pool, process, waiting: None, has_worked: false };
    let mut job = first;
    loop {
        let Some(outcome) = environment.run(&job).await else { return Some(job) };
        // Before the caller knows: it may come back at once, and is to find this process free.
        let work = if outcome.is_over { Work::Over } else { pool.more() };
        job.answer(pool, outcome, environment.process.journal.tail());
        job = match work {
            Work::Job(job) => job,
            Work::Later(later) => match environment.idle(later).await {
                Idle::Job(job) => job,
                Idle::Ended(job) => return job,
            },
            Work::Over => return None,
        };
    }
}

/// What an invocation came to, and whether its process can go on.
pub(crate) struct Outcome {
    pub(crate) result: Result<Bytes, Failure>,
    pub(crate) duration: Duration,
    is_over: bool,
    /// What the process is told last: what it writes from then on is not part of the answer.
    verdict: Option<(oneshot::Sender<Verdict>, Verdict)>,
}

impl Outcome {
    /// The end of the process too.
    fn failed(failure: Failure, duration: Duration) -> Outcome {
        Outcome { result: Err(failure), duration, is_over: true, verdict: None }
    }
}

impl Job {
    fn answer(self, pool: &Pool, outcome: Outcome, log_tail: String) {
        let (payload, function_error) = match outcome.result {
            Ok(payload) => (payload, None),
            Err(failure) => (failure.payload, Some(failure.kind)),
        };
        let answer = Answer {
            request_id: self.request_id,
            payload,
            function_error,
            log_tail,
            duration: outcome.duration,
        };
        (pool.host.answered)(&pool.function.name, &answer);
        // Before the caller knows, again.
        drop(self.place);
        // The caller may have gone.
        let _ = self.reply.send(answer);
        if let Some((process, verdict)) = outcome.verdict {
            let _ = process.send(verdict);
        }
    }
}

/// What an idle environment comes to.
enum Idle {
    Job(Job),
    /// The process ended, perhaps with a job just handed over.
    Ended(Option<Job>),
}

struct Environment<'a> {
    pool: &'a Pool,
    process: Process,
    /// The process's open request for work.
    waiting: Option<oneshot::Sender<Handover>>,
    has_worked: bool,
}

impl Environment<'_> {
    /// Runs an invocation, and ends the process if it cannot take another. None if it could not take this one either,
    /// though it had worked before: another process can.
    async fn run(&mut self, job: &Job) -> Option<Outcome> {
        let outcome = self.outcome(job).await?;
        if outcome.is_over {
            self.process.kill();
        }
        self.process.settle();
        Some(outcome)
    }

    async fn outcome(&mut self, job: &Job) -> Option<Outcome> {
        let function = &self.pool.function;
        // Lambda counts a slow start as part of the first invocation, but for its first ten seconds.
        let limit = function.initialisation + function.timeout;
        match timeout(limit, self.hand_over(job)).await {
            Ok(Ok(began)) => Some(self.result(job, began).await),
            Ok(Err(_)) if self.has_worked => None,
            Ok(Err(failure)) => Some(Outcome::failed(failure, Duration::ZERO)),
            Err(_) => Some(self.timed_out(job, Duration::ZERO)),
        }
    }

    /// Waits until the process asks for work, and gives it the invocation.
    async fn hand_over(&mut self, job: &Job) -> Result<Instant, Failure> {
        loop {
            if let Some(waiting) = self.waiting.take() {
                self.process.settle();
                self.process.journal.turn_to(&job.request_id);
                // It may have given up asking, to ask again.
                if waiting.send(self.handover(job)).is_ok() {
                    self.has_worked = true;
                    return Ok(Instant::now());
                }
            }
            match self.process.event().await {
                Event::Called(call) => self.prepare(call)?,
                Event::Ended(status) => return Err(Failure::exited(&job.request_id, status)),
            }
        }
    }

    fn handover(&self, job: &Job) -> Handover {
        let function = &self.pool.function;
        Handover {
            request_id: job.request_id.clone(),
            deadline_ms: moment::millis(SystemTime::now() + function.timeout),
            function_arn: function.arn.clone(),
            trace: job.trace.clone(),
            payload: job.payload.clone(),
        }
    }

    /// A call while no invocation runs.
    fn prepare(&mut self, call: Call) -> Result<(), Failure> {
        match call {
            Call::Next(waiting) => self.waiting = Some(waiting),
            Call::Result { verdict, .. } => {
                let _ = verdict.send(Verdict::UnknownRequest);
            }
            Call::InitialisationError { body, verdict } => {
                let _ = verdict.send(Verdict::Accepted);
                return Err(Failure::initialisation(body));
            }
        }
        Ok(())
    }

    /// Waits until the process has answered, or cannot any more.
    async fn result(&mut self, job: &Job, began: Instant) -> Outcome {
        let deadline = began + self.pool.function.timeout;
        loop {
            match timeout_at(deadline, self.process.event()).await {
                Ok(Event::Called(Call::Result { request_id, result, verdict }))
                    if request_id == job.request_id =>
                {
                    return reported(result, verdict, began.elapsed());
                }
                Ok(Event::Called(Call::Result { verdict, .. })) => {
                    let _ = verdict.send(Verdict::UnknownRequest);
                }
                // Not now: the call is dropped, and so refused.
                Ok(Event::Called(Call::Next(_) | Call::InitialisationError { .. })) => {}
                Ok(Event::Ended(status)) => {
                    return Outcome::failed(Failure::exited(&job.request_id, status), began.elapsed());
                }
                Err(_) => return self.timed_out(job, began.elapsed()),
            }
        }
    }

    fn timed_out(&self, job: &Job, duration: Duration) -> Outcome {
        let limit = self.pool.function.timeout;
        Outcome::failed(Failure::timed_out(&job.request_id, SystemTime::now(), limit), duration)
    }

    /// Looks after the process until there is work.
    async fn idle(&mut self, mut later: oneshot::Receiver<Job>) -> Idle {
        loop {
            tokio::select! {
                job = &mut later => return job.map_or(Idle::Ended(None), Idle::Job),
                event = self.process.event() => {
                    let goes_on = match event {
                        Event::Called(call) => self.prepare(call).is_ok(),
                        Event::Ended(_) => false,
                    };
                    if !goes_on {
                        later.close();
                        self.process.settle();
                        return Idle::Ended(later.try_recv().ok());
                    }
                }
            }
        }
    }
}

fn reported(result: Report, verdict: oneshot::Sender<Verdict>, duration: Duration) -> Outcome {
    let (result, word) = match result {
        Report::Response(payload) => (Ok(payload), Verdict::Accepted),
        Report::Error(payload) => (Err(Failure::reported(payload)), Verdict::Accepted),
        Report::TooLarge(size) => (Err(Failure::too_large(size, RESPONSE_LIMIT)), Verdict::TooLarge),
    };
    Outcome { result, duration, is_over: false, verdict: Some((verdict, word)) }
}
