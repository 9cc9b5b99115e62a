//! Threads that run resolvers' code: an engine belongs to its thread, so requests go to the threads.
//! Knows nothing of what the code is for but its name.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::Value;
use stackwright_resolver::{Failure, LoadError, Outcome, Script, World};
use tokio::sync::oneshot;

use crate::host::{Happening, Host};

/// Engines that a thread keeps. One takes some 200 KB and a millisecond to start.
const KEPT: usize = 64;

/// The code of a resolver or function.
#[derive(Debug)]
pub(crate) struct Code {
    id: u64,
    /// The id of its API.
    api: String,
    /// Whose it is: `Mutation.createEvent`.
    name: String,
    text: String,
}

impl Code {
    pub(crate) fn new(api: String, name: String, text: String) -> Code {
        static IDS: AtomicU64 = AtomicU64::new(0);
        Code { id: IDS.fetch_add(1, Ordering::Relaxed), api, name, text }
    }

    /// Why the code cannot be loaded.
    pub(crate) fn check(&self, host: &Host) -> Option<LoadError> {
        Script::load(&self.text, World::of_this_machine(), host.limits.code).err()
    }
}

/// Which function of the code is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handler {
    Request,
    Response,
}

/// Why a call has no outcome.
#[derive(Debug)]
pub(crate) enum Unfinished {
    Failed(Failure),
    Unloadable(LoadError),
    /// The threads are gone.
    Stopped,
}

struct Job {
    code: Arc<Code>,
    handler: Handler,
    context: Value,
    reply: oneshot::Sender<Result<Outcome, Unfinished>>,
}

/// The threads. They end when this is dropped.
pub(crate) struct Workers(Sender<Job>);

impl Workers {
    pub(crate) fn start(host: &Host) -> Workers {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..host.limits.workers.max(1) {
            let (jobs, host) = (Arc::clone(&jobs), host.clone());
            let thread = std::thread::Builder::new().name(format!("resolvers-{number}"));
            // Without a thread its share of the work is done by the others; without any, calls are answered `Stopped`.
            drop(thread.spawn(move || work(&jobs, &host)));
        }
        Workers(sender)
    }

    /// Calls a function of the code, in its turn.
    pub(crate) async fn call(
        &self,
        code: &Arc<Code>,
        handler: Handler,
        context: Value,
    ) -> Result<Outcome, Unfinished> {
        let (reply, outcome) = oneshot::channel();
        let job = Job { code: Arc::clone(code), handler, context, reply };
        self.0.send(job).map_err(|_| Unfinished::Stopped)?;
        outcome.await.unwrap_or(Err(Unfinished::Stopped))
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers").finish_non_exhaustive()
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, host: &Host) {
    let mut scripts = Scripts::default();
    loop {
        // The lock is given back before the job is begun.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if job.reply.is_closed() {
            continue;
        }
        let outcome = scripts.call(&job, host);
        // Whoever asked may be gone.
        drop(job.reply.send(outcome));
    }
}

/// The engines of one thread.
#[derive(Default)]
struct Scripts {
    loaded: HashMap<u64, Loaded>,
    calls: u64,
}

struct Loaded {
    script: Script,
    last_call: u64,
}

impl Scripts {
    fn call(&mut self, job: &Job, host: &Host) -> Result<Outcome, Unfinished> {
        let script = self.script(&job.code, host).map_err(Unfinished::Unloadable)?;
        let outcome = match job.handler {
            Handler::Request => script.request(&job.context),
            Handler::Response => script.response(&job.context),
        };
        outcome.map_err(Unfinished::Failed)
    }

    fn script(&mut self, code: &Code, host: &Host) -> Result<&Script, LoadError> {
        self.calls += 1;
        if !self.loaded.contains_key(&code.id) {
            let script = Script::load(&code.text, world(code, host), host.limits.code)?;
            self.make_room();
            self.loaded.insert(code.id, Loaded { script, last_call: 0 });
        }
        let loaded =
            self.loaded.get_mut(&code.id).ok_or_else(|| LoadError::Code("out of memory".to_owned()))?;
        loaded.last_call = self.calls;
        Ok(&loaded.script)
    }

    /// Lets go of the engine that was not called for longest.
    fn make_room(&mut self) {
        if self.loaded.len() >= KEPT {
            let oldest = self.loaded.iter().min_by_key(|(_, loaded)| loaded.last_call).map(|(id, _)| *id);
            oldest.map(|id| self.loaded.remove(&id));
        }
    }
}

fn world(code: &Code, host: &Host) -> World {
    let (ids, tell) = (Arc::clone(&host.unique_id), Arc::clone(&host.tell));
    let (api, resolver) = (code.api.clone(), code.name.clone());
    let log = move |line: &str| {
        tell(Happening::Logged { api: api.clone(), resolver: resolver.clone(), line: line.to_owned() });
    };
    World::new(SystemTime::now, move || ids(), log)
}
