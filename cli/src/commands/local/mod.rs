//! `local`: the stacks run on this machine, until somebody stops them.
//!
//! What runs, and how, is the runner's; here are files, builds, signals and what a person sees.

mod descriptors;
mod ending;
mod opening;
mod own;
mod parameters;
mod preparation;
mod process_group;
mod ready_file;
mod reload;
mod session;
mod stacks;
mod template_file;
mod timers;
mod watch;

use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use stackwright::Stack;
use stackwright_local::Settings;
use tokio::runtime::Runtime;

pub(crate) use self::parameters::Assignment;
pub(crate) use self::template_file::TemplateFile;
pub(crate) use self::timers::Timer;

use self::own::Own;
use self::ready_file::ReadyFile;
use self::reload::Reload;
use self::session::Session;
use self::stacks::Wanted;
use crate::arguments::Local;
use crate::printer::Printer;

pub(crate) fn run(arguments: &Local, stacks: &[Stack], printer: &mut Printer) -> Result<ExitCode> {
    let since = SystemTime::now();
    if arguments.prepare {
        let own = Own::prepare(arguments.release, stacks, printer)?;
        return Ok(own.map_or(ExitCode::FAILURE, |_| ExitCode::SUCCESS));
    }
    descriptors::raise();
    let wanted = Wanted::of(arguments, stacks)?;
    let templates = wanted.load_templates()?;
    let ready_file = arguments.ready_file.as_deref().map(ReadyFile::claim).transpose()?;
    let mut own = None;
    if wanted.any_of_program() {
        own = Own::prepare(arguments.release, stacks, printer)?;
        if own.is_none() {
            return Ok(ExitCode::FAILURE);
        }
    }
    let (reload, sources) = Reload::first(wanted, templates, own)?;
    let since = (!arguments.no_watch).then_some(since);
    let session = Session::new(reload, ready_file, since, arguments.open);
    let running = session.run(settings(arguments), sources, arguments.json, printer);
    Runtime::new().context("cannot start threads")?.block_on(running)
}

fn settings(arguments: &Local) -> Settings {
    Settings {
        port: arguments.port,
        data: arguments.data.clone(),
        enforces_iam: !arguments.no_iam,
        seed: arguments.seed,
        region: arguments.region.clone(),
        timers: timers::set(&arguments.timers),
        ..Settings::default()
    }
}
