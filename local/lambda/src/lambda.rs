//! All functions of one host: there they are put, swapped, invoked and stopped.
//! Does not know how a function runs; each has a pool of environments for that.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use tokio::sync::{oneshot, watch};

use crate::answer::Answer;
use crate::asynchronous::{self, Over};
use crate::function::Function;
use crate::host::{Host, Interruption};
use crate::invocation::{Invocation, InvokeError, Kind};
use crate::moment;
use crate::pool::{Job, Pool, Standing};

/// Functions, ready to be invoked. Clones are the same host; when the last is dropped, all processes are killed.
///
/// A program that is killed itself kills nobody: its functions end when they find their Runtime API gone.
#[derive(Clone)]
pub struct Lambda(Arc<Functions>);

impl Lambda {
    /// A host without functions.
    #[must_use]
    pub fn start(host: Host) -> Lambda {
        let (stop, _) = watch::channel(false);
        Lambda(Arc::new(Functions { host, stop, pools: Mutex::default() }))
    }

    /// Adds a function, or replaces the one of its name: invocations that run end as they began, those that wait and
    /// those to come run in new processes.
    pub fn put(&self, function: Function) {
        let mut pools = self.0.pools();
        let name = function.name.clone();
        let before = pools.get(&name).cloned();
        let pool = Arc::new(match &before {
            Some(before) => before.followed_by(function),
            None => Pool::new(function, self.0.host.clone(), self.0.stop.subscribe()),
        });
        pools.insert(name, Arc::clone(&pool));
        if let Some(before) = before {
            before.retire(Some(pool));
        }
    }

    /// Replaces a function's program, as [`put`](Self::put) replaces the function.
    ///
    /// # Errors
    ///
    /// If there is no such function.
    pub fn swap(&self, name: &str, program: impl Into<PathBuf>) -> Result<(), InvokeError> {
        let function = self.0.pool(name)?.function.clone();
        self.put(Function { program: program.into(), ..function });
        Ok(())
    }

    /// Removes a function. Invocations that run end as they began; those that wait are told that it was stopped.
    ///
    /// # Errors
    ///
    /// If there is no such function.
    pub fn remove(&self, name: &str) -> Result<(), InvokeError> {
        let pool = self.0.pools().remove(name).ok_or_else(|| InvokeError::Unknown(name.to_owned()))?;
        pool.retire(None);
        Ok(())
    }

    /// How a function stands now; `None` if there is no such function. What still runs of one that was replaced does not
    /// count.
    #[must_use]
    pub fn standing(&self, name: &str) -> Option<Standing> {
        self.0.pool(name).ok().map(|pool| pool.standing())
    }

    /// Runs a function and waits for what it comes to. If this is dropped, an invocation that runs goes on; one that
    /// waits is left out.
    ///
    /// # Errors
    ///
    /// If the function is not run. One that runs and fails is an answer.
    pub async fn invoke(&self, name: &str, invocation: impl Into<Invocation>) -> Result<Answer, InvokeError> {
        let invocation = invocation.into().checked(Kind::Synchronous)?;
        let answer = self.0.submit(name, (self.0.host.unique_id)(), invocation)?;
        answer.await.map_err(|_| InvokeError::Stopped(name.to_owned()))
    }

    /// Has a function run some time, again if it fails, and returns the event's id, which all its tries have.
    ///
    /// # Errors
    ///
    /// If there is no such function, or the payload is not allowed. What comes later is told to the host.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn invoke_later(&self, name: &str, invocation: impl Into<Invocation>) -> Result<String, InvokeError> {
        self.invoke_later_then(name, invocation, |_| {})
    }

    /// The same, and calls `over` once when nothing more comes of it: with true if it failed or was dropped, with false
    /// if the function answered. An event that is refused at once has failed, too.
    ///
    /// # Errors
    ///
    /// As [`invoke_later`](Self::invoke_later).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn invoke_later_then(
        &self,
        name: &str,
        invocation: impl Into<Invocation>,
        over: impl FnOnce(bool) + Send + 'static,
    ) -> Result<String, InvokeError> {
        let over = Over::calling(over);
        let invocation = invocation.into().checked(Kind::Asynchronous)?;
        let function = self.0.pool(name)?.function.clone();
        let request_id = (self.0.host.unique_id)();
        let event = asynchronous::Event::new(function, request_id.clone(), invocation);
        let mut stop = self.0.stop.subscribe();
        let (functions, finished) = (Arc::downgrade(&self.0), Arc::clone(&self.0.host.finished));
        tokio::spawn(async move {
            let record = tokio::select! {
                _ = stop.wait_for(|is_stopped| *is_stopped) => None,
                record = event.see_through(&functions) => record,
            };
            over.with(record.as_ref());
            record.into_iter().for_each(|record| finished(record));
        });
        Ok(request_id)
    }

    /// Kills all processes and forgets all events, and waits until that is done. Nothing runs afterwards.
    pub async fn shutdown(&self) {
        self.0.stop();
        self.0.stop.closed().await;
    }
}

impl std::fmt::Debug for Lambda {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.pools().keys()).finish()
    }
}

/// What the clones of a host share.
pub(crate) struct Functions {
    host: Host,
    stop: watch::Sender<bool>,
    pools: Mutex<HashMap<String, Arc<Pool>>>,
}

impl Functions {
    /// Hands an invocation to its function.
    pub(crate) fn submit(
        &self,
        name: &str,
        request_id: String,
        invocation: Invocation,
    ) -> Result<oneshot::Receiver<Answer>, InvokeError> {
        let pool = self.pool(name)?;
        let place = pool.place().ok_or_else(|| InvokeError::Throttled {
            function: name.to_owned(),
            concurrency: pool.function.concurrency.unwrap_or_default(),
        })?;
        let trace = invocation.trace.unwrap_or_else(|| trace(&(self.host.unique_id)()));
        let (reply, answer) = oneshot::channel();
        pool.submit(Job { request_id, trace, payload: invocation.payload, reply, place });
        Ok(answer)
    }

    /// The same, for who must not keep the host alive.
    pub(crate) fn submit_to(
        functions: &Weak<Functions>,
        name: &str,
        request_id: &str,
        invocation: Invocation,
    ) -> Result<oneshot::Receiver<Answer>, InvokeError> {
        let functions = functions.upgrade().ok_or_else(|| InvokeError::Stopped(name.to_owned()))?;
        functions.submit(name, request_id.to_owned(), invocation)
    }

    /// What keeps a function from running now, if anything does; who asks must not keep the host alive.
    pub(crate) async fn interruption(functions: &Weak<Functions>, name: &str) -> Option<Interruption> {
        let interrupt = functions.upgrade().map(|functions| Arc::clone(&functions.host.interrupt))?;
        interrupt(name).await
    }

    /// Tells the host of an answer that no process gave.
    pub(crate) fn tell(functions: &Weak<Functions>, name: &str, answer: &Answer) {
        if let Some(functions) = functions.upgrade() {
            (functions.host.answered)(name, answer);
        }
    }

    fn pool(&self, name: &str) -> Result<Arc<Pool>, InvokeError> {
        if *self.stop.borrow() {
            return Err(InvokeError::Stopped(name.to_owned()));
        }
        self.pools().get(name).cloned().ok_or_else(|| InvokeError::Unknown(name.to_owned()))
    }

    fn stop(&self) {
        self.stop.send_replace(true);
        self.pools().drain().for_each(|(_, pool)| pool.retire(None));
    }

    fn pools(&self) -> MutexGuard<'_, HashMap<String, Arc<Pool>>> {
        // Nothing panics in the middle of a change.
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Functions {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A tracing header for an invocation that came without one, not sampled.
fn trace(id: &str) -> String {
    let seconds = moment::millis(SystemTime::now()) / 1000;
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).chain("0".repeat(40).chars()).collect();
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &digits[..24], &digits[16..32])
}
