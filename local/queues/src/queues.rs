//! Queues: defined, sent to, received from; a receiver waits here until there is a message.
//! Reads no JSON: that is for `actions`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::actions;
use crate::attributes::{self, Attributes};
use crate::error::{AwsError, OpenError};
use crate::exchange::Exchange;
use crate::message::{Message, NewMessage, Receive, Seen, Sent};
use crate::queue::Queue;
use crate::settings::Settings;
use crate::store::Store;

/// What a queue is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definition {
    /// Its name: 1 to 80 letters, digits, hyphens and underscores; a FIFO queue's ends in `.fifo`.
    pub name: String,
    /// Its attributes, each a text as in `SetQueueAttributes`; those left out are as AWS has them.
    pub attributes: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// SQS queues of one region and account. Clones are the same queues.
///
/// Calls block their thread for microseconds, one at a time; only receivers wait, without blocking.
#[derive(Clone)]
pub struct Queues {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    bells: Bells,
    told: Arc<OnceLock<Box<Told>>>,
}

/// Who is told of messages that move from a queue to another.
type Told = dyn Fn(&str, &str) + Send + Sync;

/// Rung when a queue may have messages that a waiting receiver has not seen.
type Bells = Arc<Mutex<HashMap<String, Arc<Notify>>>>;

impl Queues {
    /// No queues, in memory.
    ///
    /// # Errors
    /// If SQLite does not start.
    pub fn memory(settings: Settings) -> Result<Queues, OpenError> {
        Ok(Queues { settings, store: Store::memory()?, bells: Bells::default(), told: Arc::default() })
    }

    /// The queues in a folder, which is made if it is not there. Every message whose sending was answered is there, and
    /// none whose deletion was, also if the process was killed in the middle of something.
    ///
    /// # Errors
    /// If the folder cannot be made, or what is in it is not queues of this version.
    pub fn open(folder: &Path, settings: Settings) -> Result<Queues, OpenError> {
        Ok(Queues { settings, store: Store::open(folder)?, bells: Bells::default(), told: Arc::default() })
    }

    /// Adds a queue, or gives the one of its name these attributes and tags. It keeps its messages.
    ///
    /// # Errors
    /// `InvalidParameterValueException`, `InvalidAttributeName` or `InvalidAttributeValue` for what no queue can be.
    /// Other queues that it names need not be there.
    pub fn define(&self, definition: Definition) -> Result<(), AwsError> {
        attributes::check_name(&definition.name)?;
        let said = Attributes::of_new(&definition.name, &definition.attributes)?;
        let now = self.settings.now();
        self.store.within(|store| {
            let new = Queue::new(&definition.name, said, definition.tags, now);
            match Queue::find(store, &new.name)? {
                Some(before) if before.attributes == new.attributes && before.tags == new.tags => Ok(()),
                Some(before) => {
                    Queue { created_at: before.created_at, purged_at: before.purged_at, ..new }.keep(store)
                }
                None => new.keep(store),
            }
        })?;
        self.ring(&definition.name);
        Ok(())
    }

    /// Removes a queue and its messages.
    ///
    /// # Errors
    /// `QueueDoesNotExist`.
    pub fn remove(&self, name: &str) -> Result<(), AwsError> {
        self.store.within(|store| {
            Queue::named(store, name)?;
            Queue::delete(store, name)
        })?;
        self.ring(name);
        Ok(())
    }

    /// The names of all queues, in their order.
    ///
    /// # Errors
    /// `InternalFailure`, if the disk fails.
    pub fn names(&self) -> Result<Vec<String>, AwsError> {
        let all = self.store.within(Queue::all)?;
        Ok(all.into_iter().map(|queue| queue.name).collect())
    }

    /// Tells this of each message that goes to a dead-letter queue: the names of both queues. The first that asks for it
    /// is told.
    pub fn tell(&self, told: impl Fn(&str, &str) + Send + Sync + 'static) {
        // Whoever came first stays.
        drop(self.told.set(Box::new(told)));
    }

    /// Where a queue is: its `Ref` in templates.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        self.settings.url(name)
    }

    /// Does what an action of SQS asks for, such as `SendMessage`, in its JSON protocol. `caller` becomes the `SenderId`
    /// of messages.
    ///
    /// # Errors
    /// Those of the action; `UnknownOperationException` for what is no action of SQS, `UnsupportedOperation` for one that
    /// is not here.
    pub async fn execute(&self, action: &str, request: Value, caller: &str) -> Result<Value, AwsError> {
        actions::answer(self, action, request, caller).await
    }

    /// What a request is about, as policies name it: the ARN of a queue, or `*`.
    #[must_use]
    pub fn resource(&self, request: &Value) -> String {
        actions::resource(&self.settings, request)
    }

    /// Sends a message to the queue of this ARN.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and those of [SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
    pub fn send(&self, queue_arn: &str, message: impl Into<NewMessage>) -> Result<Sent, AwsError> {
        self.send_to(self.name_in(queue_arn)?, &message.into())
    }

    /// Receives messages from the queue of this ARN with all there is to know of them, and waits for the first. If this
    /// is dropped, no message is lost.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and those of [ReceiveMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html),
    /// though `most` can be any number.
    pub async fn receive(&self, queue_arn: &str, want: Receive) -> Result<Vec<Message>, AwsError> {
        self.receive_from(self.name_in(queue_arn)?, want).await
    }

    /// Deletes a message that was received from the queue of this ARN. One that is gone already is no error.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and those of [DeleteMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html).
    pub fn delete(&self, queue_arn: &str, receipt_handle: &str) -> Result<(), AwsError> {
        self.delete_from(self.name_in(queue_arn)?, receipt_handle)
    }

    /// Hides a message that was received from the queue of this ARN for so many seconds from now; with 0 it can be
    /// received at once.
    ///
    /// # Errors
    /// `QueueDoesNotExist`, and those of [ChangeMessageVisibility](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html).
    pub fn hide(&self, queue_arn: &str, receipt_handle: &str, seconds: i64) -> Result<(), AwsError> {
        self.hide_in(self.name_in(queue_arn)?, receipt_handle, seconds)
    }

    /// The first messages of a queue, those that are hidden too, so many at most and up to 4 MiB. They stay as they
    /// are.
    ///
    /// # Errors
    /// `QueueDoesNotExist`.
    pub fn look(&self, name: &str, most: usize) -> Result<Vec<Seen>, AwsError> {
        self.at(name, |exchange| exchange.look(most))
    }

    pub(crate) fn send_to(&self, name: &str, message: &NewMessage) -> Result<Sent, AwsError> {
        let sent = self.at(name, |exchange| exchange.send(message))?;
        self.ring(name);
        Ok(sent)
    }

    pub(crate) fn delete_from(&self, name: &str, handle: &str) -> Result<(), AwsError> {
        self.at(name, |exchange| exchange.delete(handle))?;
        // The next message of a group may be free.
        self.ring(name);
        Ok(())
    }

    pub(crate) fn hide_in(&self, name: &str, handle: &str, seconds: i64) -> Result<(), AwsError> {
        self.at(name, |exchange| exchange.hide(handle, seconds))?;
        self.ring(name);
        Ok(())
    }

    pub(crate) async fn receive_from(&self, name: &str, want: Receive) -> Result<Vec<Message>, AwsError> {
        let queue = self.store.within(|store| Queue::named(store, name))?;
        let wait = want.wait.unwrap_or_else(|| queue.attributes.wait());
        let end = Instant::now() + seconds(wait);
        let bell = self.bell(name);
        loop {
            let mut rung = pin!(bell.notified());
            // What is sent from here on is not missed.
            rung.as_mut().enable();
            let taken = self.at(name, |exchange| exchange.take(want))?;
            taken.rung.iter().for_each(|other| self.moved(name, other));
            if !taken.messages.is_empty() || Instant::now() >= end {
                return Ok(taken.messages);
            }
            let next = taken.next_in.map_or(end, |next| end.min(Instant::now() + next));
            // Rung or not: it looks again.
            let _ = timeout_at(next, rung).await;
        }
    }

    /// Does something at a queue, all of it or nothing.
    fn at<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Exchange<'_>) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let now = self.settings.now();
        self.store.within(|store| {
            let queue = Queue::named(store, name)?;
            work(&Exchange { settings: &self.settings, store, queue: &queue, now })
        })
    }

    fn moved(&self, from: &str, to: &str) {
        self.ring(to);
        if let Some(told) = self.told.get() {
            told(from, to);
        }
    }

    pub(crate) fn ring(&self, name: &str) {
        self.bell(name).notify_waiters();
    }

    fn bell(&self, name: &str) -> Arc<Notify> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        match bells.get(name) {
            Some(bell) => Arc::clone(bell),
            None => Arc::clone(bells.entry(name.to_owned()).or_default()),
        }
    }

    fn name_in<'a>(&self, arn: &'a str) -> Result<&'a str, AwsError> {
        self.settings.name_in(arn).ok_or_else(AwsError::no_queue)
    }
}

impl std::fmt::Debug for Queues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queues").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// So many seconds; what is longer than a year is a year, and no clock overflows.
fn seconds(number: i64) -> Duration {
    Duration::from_secs(number.clamp(0, 365 * 24 * 60 * 60).unsigned_abs())
}
