//! A reader of a queue that sends its messages in batches, several at once, and deletes those that are handled.
//! Tries nothing again: messages that failed come back by themselves, as often as their queue lets them.

use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::happening::Event;
use crate::mapping::{Mapping, Outcome};
use crate::message::{Message, Queue, is_wanted};
use crate::payload;

/// Batches at once without a declared maximum. Lambda begins with five and adds more every minute.
const AT_ONCE: usize = 10;

/// The most that a queue hands out at once.
const RECEIVED_AT_ONCE: usize = 10;

type Flow<T = ()> = ControlFlow<(), T>;

pub(crate) struct QueuePoller {
    pub(crate) mapping: Arc<Mapping>,
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) stop: watch::Receiver<bool>,
    pub(crate) left: Vec<Letter>,
    /// Batches in a row whose function was not run.
    pub(crate) refusals: Arc<AtomicU32>,
}

/// A message that a filter let through, and its event.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    id: String,
    receipt_handle: String,
    event: String,
}

impl QueuePoller {
    /// Runs until it is stopped; invocations are waited for.
    pub(crate) async fn run(mut self, maximum: Option<usize>) {
        let places = Arc::new(Semaphore::new(maximum.unwrap_or(AT_ONCE)));
        let mut invocations = JoinSet::new();
        while let Continue((place, letters)) = self.next_batch(&places).await {
            while invocations.try_join_next().is_some() {}
            let sending = Sending {
                mapping: Arc::clone(&self.mapping),
                queue: Arc::clone(&self.queue),
                refusals: Arc::clone(&self.refusals),
            };
            invocations.spawn(sending.send(letters, place, self.stop.clone()));
        }
        invocations.join_all().await;
    }

    async fn next_batch(&mut self, places: &Arc<Semaphore>) -> Flow<(OwnedSemaphorePermit, Vec<Letter>)> {
        loop {
            let place = tokio::select! {
                biased;
                _ = self.stop.wait_for(|is_stopped| *is_stopped) => return Break(()),
                place = Arc::clone(places).acquire_owned() => place,
            };
            let Ok(place) = place else { return Break(()) };
            self.admission().await?;
            let letters = self.gather().await?;
            if !letters.is_empty() {
                return Continue((place, letters));
            }
        }
    }

    async fn admission(&mut self) -> Flow {
        let mut tries = 0;
        while !self.mapping.is_admitted() {
            tries += 1;
            self.pause(tries).await?;
        }
        Continue(())
    }

    async fn gather(&mut self) -> Flow<Vec<Letter>> {
        let definition = &self.mapping.definition;
        let (limit, window) = (definition.batch_size, definition.window);
        let mut letters = std::mem::take(&mut self.left);
        let mut deadline = (!letters.is_empty()).then(|| Instant::now() + window);
        let mut tries = 0;
        while letters.len() < limit && deadline.is_none_or(|deadline| deadline > Instant::now()) {
            match self.receive(RECEIVED_AT_ONCE.min(limit - letters.len()), deadline).await? {
                Some(Ok(messages)) => {
                    letters.extend(self.choose(messages).await);
                    if !letters.is_empty() && deadline.is_none() {
                        deadline = Some(Instant::now() + window);
                    }
                }
                Some(Err(problem)) => {
                    self.mapping.block(&problem);
                    tries += 1;
                    self.pause(tries).await?;
                }
                None => break,
            }
        }
        self.left = letters.split_off(fitting(&letters));
        Continue(letters)
    }

    async fn receive(
        &mut self,
        limit: usize,
        deadline: Option<Instant>,
    ) -> Flow<Option<Result<Vec<Message>, String>>> {
        let at_deadline = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|is_stopped| *is_stopped) => Break(()),
            received = self.queue.receive(limit) => Continue(Some(received)),
            () = at_deadline => Continue(None),
        }
    }

    /// The messages that a filter lets through; the others are deleted.
    async fn choose(&self, messages: Vec<Message>) -> Vec<Letter> {
        let definition = &self.mapping.definition;
        let (mut letters, mut unwanted) = (Vec::new(), Vec::new());
        for message in messages {
            let event = message.event(definition.source_arn());
            let Message { id, receipt_handle, .. } = message;
            match is_wanted(&definition.filters, &event) {
                true => letters.push(Letter { id, receipt_handle, event: event.to_string() }),
                false => unwanted.push(receipt_handle),
            }
        }
        if !unwanted.is_empty() {
            self.mapping.tell(Event::Filtered(unwanted.len()));
            self.queue.delete(unwanted).await;
        }
        letters
    }

    async fn pause(&mut self, tries: u32) -> Flow {
        let wait = self.mapping.host.backoff.after(tries);
        match timeout(wait, self.stop.wait_for(|is_stopped| *is_stopped)).await {
            Ok(_) => Break(()),
            Err(_) => Continue(()),
        }
    }
}

/// How many of the messages fit into one payload; one does in any case.
fn fitting(letters: &[Letter]) -> usize {
    let mut bytes = payload::EMPTY;
    let fits = |letter: &&Letter| {
        bytes += letter.event.len() + 1;
        bytes <= payload::LIMIT
    };
    letters.iter().take_while(fits).count().max(1).min(letters.len())
}

/// What one invocation has to itself.
struct Sending {
    mapping: Arc<Mapping>,
    queue: Arc<dyn Queue>,
    refusals: Arc<AtomicU32>,
}

impl Sending {
    /// Sends a batch. The place for another one is free again afterwards: later, if the function was not run.
    async fn send(self, letters: Vec<Letter>, _place: OwnedSemaphorePermit, mut stop: watch::Receiver<bool>) {
        let events: Vec<_> = letters.iter().map(|letter| letter.event.as_str()).collect();
        let ids: Vec<_> = letters.iter().map(|letter| letter.id.as_str()).collect();
        let outcome = self.mapping.send(1, &events, &ids).await;
        if let Outcome::NotRun = outcome {
            let tries = self.refusals.fetch_add(1, Ordering::Relaxed) + 1;
            let wait = self.mapping.host.backoff.after(tries);
            let _ = timeout(wait, stop.wait_for(|is_stopped| *is_stopped)).await;
            return;
        }
        self.refusals.store(0, Ordering::Relaxed);
        self.delete_handled(&letters, &outcome).await;
    }

    async fn delete_handled(&self, letters: &[Letter], outcome: &Outcome) {
        let is_handled = |place: usize| match outcome {
            Outcome::Handled => true,
            Outcome::Failed { places: Some(failed), .. } => !failed.contains(&place),
            Outcome::Failed { places: None, .. } | Outcome::NotRun => false,
        };
        let handled = letters.iter().enumerate().filter(|(place, _)| is_handled(*place));
        let handles: Vec<_> = handled.map(|(_, letter)| letter.receipt_handle.clone()).collect();
        if !handles.is_empty() {
            self.queue.delete(handles).await;
        }
    }
}
