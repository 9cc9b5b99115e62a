//! The environments of one function, and the invocations that wait for one.
//! Runs nothing itself: it hands invocations to idle environments, starts new ones, or lets them wait in order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::answer::Answer;
use crate::environment;
use crate::function::Function;
use crate::host::Host;

/// An invocation, and who waits for its answer.
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) trace: String,
    pub(crate) payload: Bytes,
    pub(crate) reply: oneshot::Sender<Answer>,
    /// Its place in the function's reserved concurrency, free again when the job is dropped.
    pub(crate) place: OwnedSemaphorePermit,
}

/// How many processes a function has, and what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Processes that were started and have not ended.
    pub environments: usize,
    /// Those that wait for an invocation.
    pub idle: usize,
    /// Invocations that wait for a process.
    pub waiting: usize,
}

/// What an environment that has answered does next.
pub(crate) enum Work {
    Job(Job),
    Later(oneshot::Receiver<Job>),
    Over,
}

/// One program of one function; another program is another pool.
pub(crate) struct Pool {
    pub(crate) function: Function,
    pub(crate) host: Host,
    places: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Used from the end: what ran last is warm, and the first ones are there for bursts.
    idle: Vec<oneshot::Sender<Job>>,
    environments: usize,
    is_retired: bool,
    /// Where the work of a retired pool goes.
    successor: Option<Arc<Pool>>,
}

impl State {
    /// The first in line whose caller still waits.
    fn next(&mut self) -> Option<Job> {
        std::iter::from_fn(|| self.waiting.pop_front()).find(|job| !job.reply.is_closed())
    }

    /// Gives the job back if nobody is idle.
    fn hand_to_idle(&mut self, mut job: Job) -> Option<Job> {
        while let Some(idle) = self.idle.pop() {
            job = idle.send(job).err()?;
        }
        Some(job)
    }
}

impl Pool {
    pub(crate) fn new(function: Function, host: Host, stop: watch::Receiver<bool>) -> Pool {
        let places = function.concurrency.unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Pool { function, host, places: Arc::new(Semaphore::new(places)), stop, state: Mutex::default() }
    }

    /// A pool for what the function is now. What runs in this one still counts for the same concurrency.
    pub(crate) fn followed_by(&self, function: Function) -> Pool {
        let is_as_before = function.concurrency == self.function.concurrency;
        let pool = Pool::new(function, self.host.clone(), self.stop.clone());
        if is_as_before { Pool { places: Arc::clone(&self.places), ..pool } } else { pool }
    }

    /// A place for one more invocation, if there may be one more.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Takes an invocation in: it is run at once or in its turn.
    pub(crate) fn submit(self: &Arc<Pool>, job: Job) {
        self.state().waiting.push_back(job);
        self.distribute();
    }

    /// What an environment that has answered is to do.
    pub(crate) fn more(&self) -> Work {
        let mut state = self.state();
        if state.is_retired {
            return Work::Over;
        }
        if let Some(job) = state.next() {
            return Work::Job(job);
        }
        let (sender, later) = oneshot::channel();
        state.idle.push(sender);
        Work::Later(later)
    }

    /// An environment is no more. What it was given but could not begin goes first in line.
    pub(crate) fn ended(self: &Arc<Pool>, unbegun: Option<Job>) {
        let mut state = self.state();
        state.environments -= 1;
        if let Some(job) = unbegun {
            state.waiting.push_front(job);
        }
        state.idle.retain(|idle| !idle.is_closed());
        drop(state);
        self.distribute();
    }

    /// Lets environments end with the invocation they run. Those that wait go to the successor, if there is one.
    pub(crate) fn retire(self: &Arc<Pool>, successor: Option<Arc<Pool>>) {
        let mut state = self.state();
        state.is_retired = true;
        state.successor = successor;
        state.idle.clear();
        drop(state);
        self.distribute();
    }

    pub(crate) fn standing(&self) -> Standing {
        let state = self.state();
        let idle = state.idle.iter().filter(|idle| !idle.is_closed()).count();
        Standing { environments: state.environments, idle, waiting: state.waiting.len() }
    }

    fn distribute(self: &Arc<Pool>) {
        let mut state = self.state();
        if state.is_retired {
            let (waiting, successor) = (std::mem::take(&mut state.waiting), state.successor.clone());
            drop(state);
            // Without a successor the jobs are dropped, and so their callers told.
            let Some(successor) = successor else { return };
            return waiting.into_iter().for_each(|job| successor.submit(job));
        }
        while let Some(job) = state.next() {
            let Some(job) = state.hand_to_idle(job) else { continue };
            if state.environments >= self.function.environments.max(1) {
                return state.waiting.push_front(job);
            }
            state.environments += 1;
            tokio::spawn(environment::live(Arc::clone(self), job, self.stop.clone()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics in the middle of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
