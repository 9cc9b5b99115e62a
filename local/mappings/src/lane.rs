//! A reader of a stream that sends its records in batches, one after the other, until each is handled or given up.
//! Takes the records of one lane only: another one may be sent at the same time.

use std::collections::VecDeque;
use std::mem::take;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

use stackwright_tables::{Change, Subscription};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::batch::{Batch, Last, Next};
use crate::definition::StreamSource;
use crate::failure::{self, Circumstances, Condition};
use crate::happening::Event;
use crate::mapping::{Mapping, Outcome, Progress};
use crate::record::{self, Filling, Record};

/// A break is a lane that was stopped.
type Flow<T = ()> = ControlFlow<(), T>;

#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) source: StreamSource,
    pub(crate) number: usize,
    pub(crate) changes: Subscription,
    pub(crate) progress: Arc<Progress>,
    /// What was read and did not fit into the batch.
    pub(crate) left: VecDeque<Record>,
    pub(crate) stop: watch::Receiver<bool>,
}

impl Lane {
    /// Runs until it is stopped or the stream ends. An invocation is waited for in any case.
    pub(crate) async fn run(mut self) {
        if self.follow().await.is_continue() && self.number == 0 {
            self.mapping.tell(Event::Ended);
        }
    }

    async fn follow(&mut self) -> Flow {
        self.admission().await?;
        while let Some(records) = self.gather().await? {
            self.admission().await?;
            self.see_through(Batch::new(records)).await?;
        }
        Continue(())
    }

    /// Waits until the stream may be read.
    async fn admission(&mut self) -> Flow {
        let mut tries = 0;
        while !self.mapping.is_admitted() {
            tries += 1;
            self.pause(self.mapping.host.backoff.after(tries)).await?;
        }
        Continue(())
    }

    /// The records of the next batch; `None` at the end of the stream.
    async fn gather(&mut self) -> Flow<Option<Vec<Record>>> {
        let window = self.mapping.definition.window;
        let mut filling = Filling::new(self.mapping.definition.batch_size, take(&mut self.left));
        let mut deadline = None;
        while filling.room() > 0 {
            if deadline.is_none() && !filling.is_empty() {
                deadline = Some(Instant::now() + window);
            }
            let Some(changes) = self.read(filling.room(), deadline).await? else { break };
            self.choose(&changes, &mut filling);
        }
        let (records, left) = filling.finish();
        self.left = left;
        Continue(Some(records).filter(|records| !records.is_empty()))
    }

    /// What the stream has, waited for until the deadline: without one there is no batch yet that it would hold up.
    async fn read(&mut self, limit: usize, deadline: Option<Instant>) -> Flow<Option<Vec<Arc<Change>>>> {
        let Lane { changes, stop, .. } = self;
        let Some(deadline) = deadline else {
            return tokio::select! {
                biased;
                _ = stop.wait_for(|is_stopped| *is_stopped) => Break(()),
                taken = changes.next(limit) => Continue(taken),
            };
        };
        let taken = changes.take(limit);
        if !taken.is_empty() || deadline <= Instant::now() {
            return Continue(Some(taken).filter(|taken| !taken.is_empty()));
        }
        tokio::select! {
            biased;
            _ = stop.wait_for(|is_stopped| *is_stopped) => Break(()),
            taken = changes.next(limit) => Continue(taken),
            () = sleep_until(deadline) => Continue(None),
        }
    }

    /// Puts the changes that are this lane's, and that a filter lets through, into the batch.
    fn choose(&self, changes: &[Arc<Change>], filling: &mut Filling) {
        let filters = &self.mapping.definition.filters;
        let mut filtered = 0;
        let is_mine = |change: &&Arc<Change>| {
            self.source.lanes == 1 || record::lane(change, self.source.lanes) == self.number
        };
        for change in changes.iter().filter(is_mine) {
            let event = change.event(&self.source.arn);
            if filters.is_empty() || filters.iter().any(|filter| filter.matches(&event)) {
                filling.push(Record::new(change, &event));
            } else {
                filtered += 1;
            }
        }
        if filtered > 0 {
            self.mapping.tell(Event::Filtered(filtered));
        }
        if filling.is_empty() {
            self.reach(self.changes.next_number());
        }
    }

    /// Sends a batch, and what it is cut into, until nothing is left of it.
    async fn see_through(&mut self, batch: Batch) -> Flow {
        let mut pending = vec![batch];
        while let Some(batch) = pending.pop() {
            if *self.stop.borrow() {
                return Break(());
            }
            let (aged, rest) = batch.split_aged(self.mapping.now(), &self.source);
            if let Some(aged) = aged {
                self.give_up(&aged, Condition::RecordAgeExceeded).await;
            }
            if let Some(rest) = rest {
                self.attempt(rest, &mut pending).await?;
            }
        }
        Continue(())
    }

    async fn attempt(&mut self, mut batch: Batch, pending: &mut Vec<Batch>) -> Flow {
        let events: Vec<_> = batch.records.iter().map(|record| record.event.as_str()).collect();
        let ids: Vec<_> = batch.records.iter().map(|record| record.id.as_str()).collect();
        match self.mapping.send(batch.invokes + 1, &events, &ids).await {
            Outcome::Handled => self.handled(&batch),
            Outcome::NotRun => {
                batch.refusals += 1;
                self.hold(&batch).await?;
                pending.push(batch);
            }
            Outcome::Failed { places, is_function_error, request_id } => {
                batch.last = Some(Last { request_id, is_function_error });
                batch.invokes += 1;
                batch.refusals = 0;
                let place = places.and_then(|places| places.first().copied()).unwrap_or_default();
                self.after_failure(batch, place, pending).await?;
            }
        }
        Continue(())
    }

    /// Goes on after the function failed with the record at a place, and perhaps with those after it.
    async fn after_failure(&mut self, mut batch: Batch, place: usize, pending: &mut Vec<Batch>) -> Flow {
        let rest = batch.split_off(place);
        if place > 0 {
            self.handled(&batch);
        }
        match rest.after_failure(place > 0, &self.source) {
            Next::Retry(batch) => {
                self.hold(&batch).await?;
                pending.push(batch);
            }
            Next::Halves(first, second) => {
                self.mapping.tell(Event::Bisected(first.records.len(), second.records.len()));
                pending.extend([second, first]);
            }
            Next::GiveUp(batch) => self.give_up(&batch, Condition::RetryAttemptsExhausted).await,
        }
        Continue(())
    }

    /// Waits for the next try, but no longer than the batch may grow old.
    async fn hold(&mut self, batch: &Batch) -> Flow {
        let wait = self.mapping.host.backoff.after(batch.failures + batch.refusals);
        let wait = wait.min(batch.time_left(self.mapping.now(), &self.source));
        self.mapping.tell(Event::Retried(wait));
        self.pause(wait).await
    }

    async fn pause(&mut self, wait: std::time::Duration) -> Flow {
        match timeout(wait, self.stop.wait_for(|is_stopped| *is_stopped)).await {
            Ok(_) => Break(()),
            Err(_) => Continue(()),
        }
    }

    async fn give_up(&self, batch: &Batch, condition: Condition) {
        let body = self.failure(batch, condition);
        self.mapping.give_up(batch.records.len(), condition, self.source.on_failure.clone(), body).await;
        self.handled(batch);
    }

    fn failure(&self, batch: &Batch, condition: Condition) -> serde_json::Value {
        let circumstances = Circumstances {
            function_arn: &self.mapping.definition.function_arn,
            stream_arn: &self.source.arn,
            shard_id: self.changes.shard_id(),
            condition,
            fresh_id: &*self.mapping.host.unique_id,
            now: self.mapping.now(),
        };
        failure::body(batch, &circumstances)
    }

    fn handled(&self, batch: &Batch) {
        self.reach(batch.records.last().map_or(0, |last| last.number + 1));
    }

    fn reach(&self, number: u128) {
        if let Err(error) = self.progress.reach(self.number, number) {
            self.mapping.block(&format!("the place in the stream is not kept: {error}"));
        }
    }
}
