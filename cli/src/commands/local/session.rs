//! [`Session`]: a run from the first stack to the end, with all that changes meanwhile.
//!
//! It joins the parts and does nothing itself.

use std::collections::BTreeSet;
use std::future;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;
use stackwright_local::{Local, Problem, Settings, StackSource};

use super::ending::Ending;
use super::opening;
use super::ready_file::ReadyFile;
use super::reload::Reload;
use super::watch::Watch;
use crate::printer::Printer;

/// What a run needs to know of itself.
#[derive(Debug)]
pub(super) struct Session<'a> {
    reload: Reload<'a>,
    ready_file: Option<ReadyFile>,
    /// When files were looked at first; `None`: changes are not followed.
    since: Option<SystemTime>,
    /// Whether its pages are opened once all is up.
    opens: bool,
    /// What does not run here and has been told.
    told: Vec<Problem>,
}

impl<'a> Session<'a> {
    pub(super) const fn new(
        reload: Reload<'a>,
        ready_file: Option<ReadyFile>,
        since: Option<SystemTime>,
        opens: bool,
    ) -> Self {
        Self { reload, ready_file, since, opens, told: Vec::new() }
    }

    /// Starts the stacks, and stops them when the end comes.
    pub(super) async fn run(
        mut self,
        settings: Settings,
        stacks: Vec<StackSource>,
        json: bool,
        printer: &mut Printer,
    ) -> Result<ExitCode> {
        let (happenings, rest, failed) = printer.happenings(json);
        let mut ending = Ending::expected(printer.output(), failed)?;
        let telling = happenings.clone();
        let start = Instant::now();
        let starting = Local::start(settings, stacks, move |happening| telling.tell(happening));
        let local = tokio::select! {
            started = starting => match started {
                Ok(local) => local,
                Err(error) => return printer.not_started(error),
            },
            end = ending.come() => return end.map(|()| ExitCode::SUCCESS),
        };
        happenings.ready(&local.ready());
        let end = self.stay(&local, start.elapsed(), &mut ending, printer).await;
        drop(self.ready_file.take());
        ending.insist();
        local.shutdown().await;
        rest.finish();
        end.map(|()| ExitCode::SUCCESS)
    }

    /// Says where everything is, and follows changes until the end.
    async fn stay(
        &mut self,
        local: &Local,
        started: Duration,
        ending: &mut Ending,
        printer: &mut Printer,
    ) -> Result<()> {
        printer.running(&local.ready(), started)?;
        self.tell(local, printer)?;
        if self.opens {
            opening::open(&local.ready(), printer).await?;
        }
        let mut watch = self.watch(printer)?;
        loop {
            tokio::select! {
                end = ending.come() => return end,
                changed = next_change(watch.as_ref()) => tokio::select! {
                    end = ending.come() => return end,
                    done = self.follow(&changed, local, watch.as_mut(), printer) => done?,
                }
            }
        }
    }

    /// What does not run, if that is new; and the ready file.
    fn tell(&mut self, local: &Local, printer: &mut Printer) -> Result<()> {
        let problems = local.problems();
        for problem in problems.iter().filter(|problem| !self.told.contains(problem)) {
            printer.warning(problem)?;
        }
        self.told = problems;
        self.ready_file.as_ref().map_or(Ok(()), |file| file.write(&local.ready()))
    }

    /// A watch over all sources; without one, the run goes on as it is.
    fn watch(&self, printer: &mut Printer) -> Result<Option<Watch>> {
        let Some(since) = self.since else { return Ok(None) };
        if !self.reload.follows_program() {
            printer.warning(
                "changes of the stacks are not followed: this program is not where cargo has built it",
            )?;
        }
        let sources = self.reload.sources();
        match Watch::new().and_then(|mut watch| watch.follow(sources, since).map(|()| watch)) {
            Ok(watch) => Ok(Some(watch)),
            Err(error) => printer.warning(format!("changes are not followed: {error:#}")).map(|()| None),
        }
    }

    async fn follow(
        &mut self,
        changed: &BTreeSet<PathBuf>,
        local: &Local,
        watch: Option<&mut Watch>,
        printer: &mut Printer,
    ) -> Result<()> {
        let now = SystemTime::now();
        if let Err(error) = self.reload.changed(changed, local, printer).await {
            printer.error(&error);
            printer.kept()?;
        }
        let followed = watch.map_or(Ok(()), |watch| watch.follow(self.reload.sources(), now));
        if let Err(error) = followed {
            printer.warning(format!("not all changes are followed: {error:#}"))?;
        }
        self.tell(local, printer)
    }
}

async fn next_change(watch: Option<&Watch>) -> BTreeSet<PathBuf> {
    match watch {
        Some(watch) => watch.changed().await,
        None => future::pending().await,
    }
}
