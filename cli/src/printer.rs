//! The only place that prints: data to stdout, everything for a person to stderr.
//!
//! It decides how things look, never what is done.

mod happenings;
mod running;

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use stackwright::Problem;
use tokio::sync::oneshot;

use crate::assets::{Event, Progress};
use crate::manifest::StackEntry;
use crate::writing::Written;

pub(crate) use self::happenings::{Happenings, Rest};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const QUIET: Style = Style::new().dimmed();

/// Prints, in colour where a terminal shows it.
#[derive(Debug)]
pub(crate) struct Printer {
    stderr: AutoStream<io::Stderr>,
}

/// What a synthesis did.
#[derive(Debug)]
pub(crate) struct Summary<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) wanted: &'a [&'static str],
    pub(crate) written: &'a Written,
    pub(crate) stubbed: bool,
}

impl Printer {
    pub(crate) fn new() -> Self {
        Self { stderr: AutoStream::auto(io::stderr()) }
    }

    /// Whether tools called by us should use colour too.
    pub(crate) fn is_colored(&self) -> bool {
        io::stderr().is_terminal() && AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// A line of data.
    pub(crate) fn data(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(io::stdout(), "{line}")?)
    }

    /// What stopped the program.
    pub(crate) fn error(&mut self, error: &anyhow::Error) -> ExitCode {
        // With stderr gone there is nobody left to tell.
        let _ = self.marked(ERROR, "error", &told(error));
        ExitCode::FAILURE
    }

    /// Every problem, and how many there are.
    pub(crate) fn problems(&mut self, problems: &[Problem]) -> Result<()> {
        for problem in problems {
            self.marked(ERROR, "error", &problem.to_string())?;
            writeln!(self.stderr)?;
        }
        let count = problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        Ok(writeln!(self.stderr, "{count} {noun}, nothing was written")?)
    }

    /// Something that works, but not as the user may think.
    pub(crate) fn warning(&mut self, text: impl Display) -> Result<()> {
        Ok(self.marked(WARNING, "warning", &text.to_string())?)
    }

    /// Where data goes.
    pub(crate) fn output(&self) -> io::Stdout {
        io::stdout()
    }

    /// A way for happenings to stdout; and what is told when it cannot be written.
    pub(crate) fn happenings(&self, json: bool) -> (Happenings, Rest, oneshot::Receiver<io::Error>) {
        happenings::write_to(AutoStream::auto(io::stdout()), json)
    }

    /// A listener for the packaging of handlers.
    pub(crate) fn progress(&mut self) -> impl Progress + '_ {
        // A terminal that went away must not stop a build.
        |event: Event<'_>| drop(self.event(event))
    }

    fn event(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Building { command, crates } => {
                let noun = if crates == 1 { "handler" } else { "handlers" };
                self.marked(GOOD, "building", &format!("{crates} {noun}: {command}"))
            }
            Event::Cargo(line) => writeln!(self.stderr, "{QUIET}  {line}{QUIET:#}"),
            Event::Diagnostic(text) => writeln!(self.stderr, "{}", text.trim_end()),
            Event::Packaged { crate_name, size, .. } => {
                self.marked(GOOD, "packaged", &format!("{crate_name}, {}", bytes(size)))
            }
            Event::Warning(text) => self.marked(WARNING, "warning", text),
            _ => Ok(()),
        }
    }

    /// A line a stack: how many resources it has, and what is new since last time.
    pub(crate) fn summary(&mut self, summary: &Summary<'_>) -> Result<()> {
        let Written { before, now } = summary.written;
        for name in summary.wanted {
            let Some(now) = now.stacks.get(*name) else { continue };
            let changes = changes(before.stacks.get(*name), now);
            let path = summary.folder.join(&now.template);
            let count = now.resources.len();
            self.marked(GOOD, name, &format!("{count} resources, {changes}  {}", relative(&path).display()))?;
        }
        if summary.stubbed {
            self.marked(
                WARNING,
                "warning",
                "the handlers are placeholders that fail: this is not for deployment",
            )?;
        }
        Ok(())
    }

    fn marked(&mut self, style: Style, mark: &str, text: &str) -> io::Result<()> {
        writeln!(self.stderr, "{style}{mark}{style:#}: {text}")
    }
}

/// An error with its causes, each once, and the hints of all of them behind.
fn told(error: &anyhow::Error) -> String {
    let (mut message, mut hints) = (String::new(), String::new());
    for cause in error.chain().map(ToString::to_string) {
        let (text, hint) = cause.split_once("\n  hint:").unwrap_or((&cause, ""));
        if !message.contains(text) {
            let separator = if message.is_empty() { "" } else { ": " };
            message.extend([separator, text]);
        }
        if !hint.is_empty() {
            hints.extend(["\n  hint:", hint]);
        }
    }
    message + &hints
}

/// What became of a stack's resources and code since last time.
fn changes(before: Option<&StackEntry>, now: &StackEntry) -> String {
    let Some(before) = before else { return "new".into() };
    let added = now.resources.keys().filter(|id| !before.resources.contains_key(*id));
    let removed = before.resources.keys().filter(|id| !now.resources.contains_key(*id));
    let differs = |(id, entry): &(&String, &crate::manifest::ResourceEntry)| {
        before.resources.get(*id).is_some_and(|old| old.digest != entry.digest)
    };
    let changed = now.resources.iter().filter(differs).map(|(id, _)| id);
    let named = [("+", added.collect::<Vec<_>>()), ("~", changed.collect()), ("-", removed.collect())];
    let named: Vec<String> =
        named.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(sign, ids)| listed(sign, &ids)).collect();
    match named.as_slice() {
        [] if before.digest == now.digest => "unchanged".into(),
        [] => "no resource changed".into(),
        named => named.join(" "),
    }
}

/// Up to four ids by name, more by number.
fn listed(sign: &str, ids: &[&String]) -> String {
    if ids.len() > 4 {
        return format!("{sign}{} resources", ids.len());
    }
    ids.iter().map(|id| format!("{sign}{id}")).collect::<Vec<_>>().join(" ")
}

fn bytes(count: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // zips are far below 2^52 bytes
    let count = count as f64;
    if count < 1e6 { format!("{:.1} KB", count / 1e3) } else { format!("{:.1} MB", count / 1e6) }
}

fn relative(path: &Path) -> &Path {
    std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}
