//! All mappings: defined, defined again, removed, each with a task of its own.
//! Reads and sends nothing itself: lanes and queue pollers do.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use stackwright_tables::{AwsError, Checkpoint, Position, Subscription, Tables};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::definition::{Definition, DefinitionError, QueueSource, Source, Start, StreamSource};
use crate::host::Host;
use crate::lane::Lane;
use crate::mapping::{Mapping, Progress};
use crate::message::Queue;
use crate::queue_poller::QueuePoller;

/// The event source mappings of one region and account. Clones are the same mappings; they end with the last one.
#[derive(Clone)]
pub struct Mappings(Arc<Shared>);

struct Shared {
    tables: Tables,
    host: Host,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    running: BTreeMap<String, Running>,
    /// Of all mappings, also of those that are gone and wait for a last invocation.
    tasks: JoinSet<()>,
}

/// A mapping that is defined, whether or not it is enabled.
struct Running {
    mapping: Arc<Mapping>,
    /// Of streams.
    progress: Option<Arc<Progress>>,
    stop: watch::Sender<bool>,
    /// Ready when its task is over.
    end: oneshot::Receiver<()>,
}

/// How a mapping stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its id.
    pub id: String,
    /// The function it invokes.
    pub function_arn: String,
    /// The stream or queue it reads.
    pub source_arn: String,
    /// Whether it runs.
    pub enabled: bool,
    /// The sequence number of the first record that it has not handled; none for queues.
    pub position: Option<u128>,
    /// `LastProcessingResult`: `No records processed`, `OK`, or what begins with `PROBLEM: `.
    pub last_result: String,
    /// When that was.
    pub last_processed: Option<SystemTime>,
}

impl Mappings {
    /// No mappings yet, over the streams of these tables.
    #[must_use]
    pub fn new(tables: Tables, host: Host) -> Mappings {
        Mappings(Arc::new(Shared { tables, host, inside: Mutex::default() }))
    }

    /// Makes a mapping, or replaces the one of that id, which goes on at its place in the stream. The old one ends
    /// with its present invocation, and the new one begins then.
    ///
    /// # Errors
    /// What Lambda would refuse, and sources that are not there.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn define(&self, id: &str, definition: Definition) -> Result<(), DefinitionError> {
        definition.check()?;
        let mut inside = self.0.inside();
        let known = inside.running.get(id);
        if known.is_some_and(|known| known.mapping.definition == definition) {
            return Ok(());
        }
        let reader = self.0.reader(id, &definition, known)?;
        let previous = inside.running.remove(id).map(|previous| previous.stop(reader.progress()));
        let running = self.0.start(&mut inside.tasks, id, definition, reader, previous);
        inside.running.insert(id.to_owned(), running);
        Ok(())
    }

    /// Removes a mapping and forgets its place; nothing happens if there is none. Its present invocation ends as it
    /// would.
    pub fn remove(&self, id: &str) {
        let Some(running) = self.0.inside().running.remove(id) else { return };
        let mapping = Arc::clone(&running.mapping);
        running.stop(None);
        if let Err(error) = self.0.tables.forget_checkpoint(id) {
            mapping.block(&format!("the place in the stream is not forgotten: {error}"));
        }
    }

    /// How all of them stand, in the order of their ids.
    #[must_use]
    pub fn states(&self) -> Vec<State> {
        self.0.inside().running.values().map(Running::state).collect()
    }

    /// Ends all of them at once, invocations too, and waits until that is done. Their places stay.
    pub async fn shutdown(&self) {
        let mut inside = std::mem::take(&mut *self.0.inside());
        inside.tasks.shutdown().await;
    }
}

impl Shared {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        // Nothing panics in the middle of a change.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a mapping reads. A mapping that was there goes on in the same stream.
    fn reader(
        &self,
        id: &str,
        definition: &Definition,
        known: Option<&Running>,
    ) -> Result<Reader, DefinitionError> {
        match &definition.source {
            Source::Stream(source) => {
                let known = known.filter(|known| known.mapping.definition.source_arn() == source.arn);
                let progress = match known.and_then(|known| known.progress.clone()) {
                    Some(progress) => progress,
                    None => self.progress(id, source)?,
                };
                Ok(Reader::Stream(source.clone(), progress))
            }
            Source::Queue(source) => {
                let queue = (self.host.queue)(&source.arn);
                let queue = queue.ok_or_else(|| DefinitionError::NoQueue(source.arn.clone()))?;
                Ok(Reader::Queue(source.clone(), queue))
            }
        }
    }

    /// The place in a stream that was kept, or the one where the mapping is declared to begin.
    fn progress(&self, id: &str, source: &StreamSource) -> Result<Arc<Progress>, DefinitionError> {
        let missing = |error: AwsError| DefinitionError::NoStream { arn: source.arn.clone(), source: error };
        let start = match source.start {
            Start::TrimHorizon => Position::TrimHorizon,
            Start::Latest => Position::Latest,
        };
        let declared = self.tables.changes(&source.arn, start).map_err(missing)?.next_number();
        let kept = self.tables.checkpoint(id);
        let next = match kept.filter(|kept| kept.stream_arn == source.arn) {
            Some(kept) => kept.next,
            None => {
                let checkpoint = Checkpoint { stream_arn: source.arn.clone(), next: declared };
                self.tables.keep_checkpoint(id, &checkpoint).map_err(missing)?;
                declared
            }
        };
        Ok(Arc::new(Progress::new(self.tables.clone(), id, &source.arn, next)))
    }

    fn start(
        &self,
        tasks: &mut JoinSet<()>,
        id: &str,
        definition: Definition,
        reader: Reader,
        previous: Option<oneshot::Receiver<()>>,
    ) -> Running {
        while tasks.try_join_next().is_some() {}
        let (stop, stopped) = watch::channel(false);
        let (ending, end) = oneshot::channel();
        let mapping = Arc::new(Mapping::new(id, definition, self.host.clone(), self.tables.clone()));
        let (progress, tables, runner) =
            (reader.progress().cloned(), self.tables.clone(), Arc::clone(&mapping));
        tasks.spawn(async move {
            if let Some(previous) = previous {
                // An error is its end as well.
                let _ = previous.await;
            }
            if runner.definition.enabled {
                reader.run(runner, &tables, stopped).await;
            }
            drop(ending);
        });
        Running { mapping, progress, stop, end }
    }
}

/// What a mapping reads with.
enum Reader {
    Stream(StreamSource, Arc<Progress>),
    Queue(QueueSource, Arc<dyn Queue>),
}

impl Reader {
    fn progress(&self) -> Option<&Arc<Progress>> {
        match self {
            Reader::Stream(_, progress) => Some(progress),
            Reader::Queue(..) => None,
        }
    }

    async fn run(self, mapping: Arc<Mapping>, tables: &Tables, stop: watch::Receiver<bool>) {
        match self {
            Reader::Stream(source, progress) => read_stream(mapping, source, progress, tables, stop).await,
            Reader::Queue(source, queue) => {
                let (left, refusals) = (Vec::new(), Arc::new(AtomicU32::new(0)));
                let poller = QueuePoller { mapping, queue, stop, left, refusals };
                poller.run(source.maximum_concurrency).await;
            }
        }
    }
}

async fn read_stream(
    mapping: Arc<Mapping>,
    source: StreamSource,
    progress: Arc<Progress>,
    tables: &Tables,
    stop: watch::Receiver<bool>,
) {
    let start = progress.begin(source.lanes);
    let mut lanes = JoinSet::new();
    for number in 0..source.lanes {
        match changes(tables, &source.arn, start) {
            Ok(changes) => {
                let (mapping, source, left) = (Arc::clone(&mapping), source.clone(), VecDeque::new());
                let (progress, stop) = (Arc::clone(&progress), stop.clone());
                lanes.spawn(Lane { mapping, source, number, changes, progress, left, stop }.run());
            }
            Err(error) => mapping.block(&error.to_string()),
        }
    }
    lanes.join_all().await;
}

/// The stream from a number on, or from what is left of it.
fn changes(tables: &Tables, stream_arn: &str, next: u128) -> Result<Subscription, AwsError> {
    let from = |position| tables.changes(stream_arn, position);
    from(Position::At(next)).or_else(|_| from(Position::TrimHorizon))
}

impl Running {
    /// Stops it, and has its place kept no more unless the next one goes on there. What is returned is ready when its
    /// last invocation is over.
    fn stop(self, next: Option<&Arc<Progress>>) -> oneshot::Receiver<()> {
        self.stop.send_replace(true);
        if let Some(progress) = &self.progress
            && !next.is_some_and(|next| Arc::ptr_eq(next, progress))
        {
            progress.close();
        }
        self.end
    }

    fn state(&self) -> State {
        let (definition, standing) = (&self.mapping.definition, self.mapping.standing());
        State {
            id: self.mapping.id.clone(),
            function_arn: definition.function_arn.clone(),
            source_arn: definition.source_arn().to_owned(),
            enabled: definition.enabled,
            position: self.progress.as_ref().map(|progress| progress.least()),
            last_result: standing.result,
            last_processed: standing.at,
        }
    }
}

impl std::fmt::Debug for Mappings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.inside().running.keys()).finish()
    }
}
