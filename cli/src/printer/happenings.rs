//! Happenings of a run, a line each, in the order they come.
//!
//! Written by a thread of its own: nothing that runs here waits for whoever reads.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use stackwright_local::{Happening, Ready, What};
use tokio::sync::oneshot;

use super::{ERROR, QUIET};

/// Lines that may wait for a slow reader; more of them are counted instead of kept.
const WAITING: usize = 16_384;

/// How long the end waits for a slow reader.
const PATIENCE: Duration = Duration::from_secs(1);

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

/// The end of the lines.
#[derive(Debug)]
pub(crate) struct Rest {
    lines: SyncSender<Line>,
    /// Closed when all is written.
    written: Receiver<()>,
}

/// Writes happenings to `out`: plain, or as JSON. Gives also what is told when that fails.
pub(super) fn write_to(
    out: impl Write + Send + 'static,
    json: bool,
) -> (Happenings, Rest, oneshot::Receiver<io::Error>) {
    let (lines, waiting) = mpsc::sync_channel(WAITING);
    let (done, written) = mpsc::channel();
    let (failure, failed) = oneshot::channel();
    let happenings = Happenings { lines: lines.clone(), missed: Arc::default(), json };
    let told = happenings.clone();
    thread::spawn(move || {
        let _done: Sender<()> = done;
        if let Err(error) = told.write_all(out, &waiting) {
            // Nobody listens to that once the run is over.
            let _ = failure.send(error);
        }
    });
    (happenings, Rest { lines, written }, failed)
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

    /// Writes lines as they come; in a pause between them they reach the reader.
    fn write_all(&self, out: impl Write, lines: &Receiver<Line>) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        loop {
            let next = lines.try_recv().or_else(|_| out.flush().map(|()| lines.recv().unwrap_or(Line::End)));
            let Line::Text(text) = next? else { return out.flush() };
            writeln!(out, "{text}")?;
            match self.missed.swap(0, Ordering::Relaxed) {
                0 => {}
                count if self.json => writeln!(out, "{{\"missed\":{count}}}")?,
                count => writeln!(out, "{ERROR}{count} lines came faster than they were read{ERROR:#}")?,
            }
        }
    }
}

impl Rest {
    /// Waits until all is written that was told before; not for ever, for a reader may have stopped reading.
    pub(crate) fn finish(self) {
        let end = Instant::now() + PATIENCE;
        // A reader that is behind makes room by reading.
        while let Err(TrySendError::Full(_)) = self.lines.try_send(Line::End) {
            if Instant::now() > end {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        // Closed or too late: it is over.
        let _ = self.written.recv_timeout(end.saturating_duration_since(Instant::now()));
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// Takes what is written once it is let.
    #[derive(Clone, Default)]
    struct Reader {
        text: Arc<Mutex<Vec<u8>>>,
        broken: bool,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.broken {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.text.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn plain(out: impl Write + Send + 'static) -> impl Write + Send + 'static {
        anstream::StripStream::new(Box::new(out) as Box<dyn Write + Send>)
    }

    fn started() -> Happening {
        let what = What::Stack { stack: "Notes".into(), event: "started".into() };
        Happening { at: UNIX_EPOCH + Duration::from_millis(86_400_000 + 3_723_004), what }
    }

    fn check(json: bool, expected: &str) {
        let reader = Reader::default();
        let (happenings, rest, _) = write_to(plain(reader.clone()), json);
        happenings.tell(&started());
        rest.finish();
        assert_eq!(String::from_utf8(reader.text.lock().unwrap().clone()).unwrap(), expected);
    }

    #[test]
    fn a_line_has_time_and_kind() {
        check(false, "01:02:03.004 stack      Notes started\n");
        let json = r#"{"at":"1970-01-02T01:02:03.004Z","kind":"stack","stack":"Notes","event":"started"}"#;
        check(true, &format!("{json}\n"));
    }

    #[test]
    fn lines_that_nobody_reads_are_counted() {
        let reader = Reader::default();
        let (happenings, rest, _) = {
            let _slow = reader.text.lock().unwrap();
            let writing = write_to(reader.clone(), true);
            (0..WAITING + 1000).for_each(|_| writing.0.line("x".repeat(64)));
            writing
        };
        drop(happenings);
        rest.finish();
        let text = String::from_utf8(reader.text.lock().unwrap().clone()).unwrap();
        let missed = text.lines().find_map(|line| line.strip_prefix("{\"missed\":")).unwrap();
        assert!(missed.trim_end_matches('}').parse::<u64>().unwrap() > 100, "{missed}");
    }

    #[test]
    fn a_full_disk_is_told() {
        let (happenings, rest, failed) = write_to(Reader { broken: true, ..Reader::default() }, false);
        happenings.tell(&started());
        rest.finish();
        assert_eq!(failed.blocking_recv().unwrap().kind(), io::ErrorKind::StorageFull);
    }
}
