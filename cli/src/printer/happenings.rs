//! Happenings of a run, a line each, in the order they come.
//!
//! Written by a thread of its own: nothing that runs here waits for whoever reads.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use stackwright_local::{Happening, Ready, What};
use tokio::sync::oneshot;

use super::{ERROR, QUIET};

/// Lines that may wait for a slow reader; more of them are counted instead of kept.
const WAITING: usize = 16_384;

/// Takes happenings, from any thread.
#[derive(Clone, Debug)]
pub(crate) struct Happenings {
    lines: SyncSender<Line>,
    missed: Arc<AtomicU64>,
    json: bool,
}

#[derive(Debug)]
enum Line {
    Text(String),
    End,
}

/// The thread that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    lines: SyncSender<Line>,
    thread: JoinHandle<()>,
}

/// What becomes of the lines.
#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) writer: Writer,
    /// Why it can write no more.
    pub(crate) failed: oneshot::Receiver<io::Error>,
}

/// Writes happenings to `out`: plain, or as JSON.
pub(super) fn write_to(out: impl Write + Send + 'static, json: bool) -> (Happenings, Writing) {
    let (sender, lines) = mpsc::sync_channel(WAITING);
    let (failure, failed) = oneshot::channel();
    let missed = Arc::new(AtomicU64::new(0));
    let happenings = Happenings { lines: sender.clone(), missed: Arc::clone(&missed), json };
    let thread = thread::spawn(move || {
        if let Err(error) = write_all(out, &lines, &missed) {
            // Nobody listens to that once the run is over.
            let _ = failure.send(error);
        }
    });
    (happenings, Writing { writer: Writer { lines: sender, thread }, failed })
}

impl Happenings {
    /// Takes one.
    pub(crate) fn tell(&self, happening: &Happening) {
        self.line(if self.json { as_json(happening) } else { as_text(happening) });
    }

    /// Takes that all is up, if lines are JSON: a program that reads them needs to know where.
    pub(crate) fn ready(&self, ready: &Ready) {
        if self.json {
            self.line(as_json(&serde_json::json!({ "ready": ready })));
        }
    }

    fn line(&self, text: String) {
        if self.lines.try_send(Line::Text(text)).is_err() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Writer {
    /// Waits until all is written that was told before.
    pub(crate) fn finish(self) {
        if self.lines.send(Line::End).is_ok() {
            // What it panicked with has been told by then.
            let _ = self.thread.join();
        }
    }
}

/// Writes lines as they come, and pauses of them are when they reach the reader.
fn write_all(out: impl Write, lines: &Receiver<Line>, missed: &AtomicU64) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    while let Ok(Line::Text(text)) = lines.try_recv().or_else(|_| {
        // Whatever it says, the next write says it again.
        let _ = out.flush();
        lines.recv()
    }) {
        writeln!(out, "{text}")?;
        match missed.swap(0, Ordering::Relaxed) {
            0 => {}
            count => {
                writeln!(out, "{ERROR}missed{ERROR:#}: {count} lines, they came faster than they were read")?
            }
        }
    }
    out.flush()
}

fn as_json(document: &impl Serialize) -> String {
    serde_json::to_string(document).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}

/// `20:33:52.123 invoke     Notes/Handler 3.2 ms`
fn as_text(happening: &Happening) -> String {
    let (kind, style) = (happening.what.kind(), style(&happening.what));
    format!("{QUIET}{}{QUIET:#} {style}{kind:<10}{style:#} {}", Clock(happening.at), happening.what)
}

fn style(what: &What) -> Style {
    let color = match what {
        what if what.is_bad() => return ERROR,
        What::Log { .. } => return QUIET,
        What::Connection { .. } | What::Message { .. } => AnsiColor::Cyan,
        What::Invoke { .. } | What::Batch { .. } => AnsiColor::Blue,
        What::Event { .. } => AnsiColor::Magenta,
        _ => AnsiColor::Green,
    };
    color.on_default()
}

/// The time of day in UTC, as logs of functions have it.
struct Clock(SystemTime);

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let since = self.0.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = since.as_secs() % 86_400;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(f, "{hours:02}:{minutes:02}:{:02}.{:03}", seconds % 60, since.subsec_millis())
    }
}
