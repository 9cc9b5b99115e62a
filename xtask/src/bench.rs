//! `cargo xtask bench`: what synthesis costs, whole process and in process, beside what the AWS CDK needs.
//!
//! It measures and prints; what the figures mean is in BENCHMARKS.md.

mod compilation;
mod local;
mod peers;
mod process;
mod programs;

use anyhow::{Result, bail};

use process::Runs;
use programs::{Profile, Program};

/// Runs the benchmarks that the arguments name: `--with-handlers` adds a synthesis of real handlers, `--build`
/// measures how the crate `stackwright` compiles instead, `--local` the runner of templates beside another one.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => synthesis(false),
        ["--with-handlers"] => synthesis(true),
        ["--build"] => compilation::run(),
        ["--local"] => local::run(),
        _ => bail!(
            "`cargo xtask bench` takes `--with-handlers`, `--build` or `--local`, not `{}`",
            arguments.join(" ")
        ),
    }
}

fn synthesis(with_handlers: bool) -> Result<()> {
    for profile in [Profile::Release, Profile::Dev] {
        programs::build(profile)?;
    }
    crate::say(HEADINGS);
    for profile in [Profile::Release, Profile::Dev] {
        for program in programs::all(profile) {
            stubbed(&program)?;
        }
        if with_handlers {
            unchanged(&programs::own(profile))?;
        }
    }
    for (what, cpu, memory) in peers::AWS_CDK {
        crate::say(&format!("| AWS CDK 2.276, not measured here: {what} | – | {cpu} | {memory} |"));
    }
    crate::say("\nTimes are the median and, in brackets, the minimum.\n");
    programs::in_process()
}

const HEADINGS: &str = "\
| whole process | wall, ms | CPU, ms | peak memory, MB |
|---|---|---|---|";

/// Nothing there yet, then everything there already; no handlers are built.
fn stubbed(program: &Program) -> Result<()> {
    let out = programs::fresh_folder()?;
    let stubbed = || program.synth(&out, &["--stub-assets"]);
    let first = Runs::of(|| {
        programs::clear(&out)?;
        Ok(stubbed())
    })?;
    row(program, "first run", &first);
    row(program, "repeated", &Runs::of(|| Ok(stubbed()))?);
    programs::clear(&out)
}

/// Real handlers that are built already, which most runs of `synth` find. The run that builds them is not measured.
fn unchanged(program: &Program) -> Result<()> {
    let out = programs::fresh_folder()?;
    process::measure(&mut program.synth(&out, &[]))?;
    row(program, "handlers built, nothing changed", &Runs::of(|| Ok(program.synth(&out, &[])))?);
    programs::clear(&out)
}

fn row(program: &Program, situation: &str, runs: &Runs) {
    let (wall, cpu) = (runs.summary(|sample| sample.wall), runs.summary(|sample| sample.cpu));
    let megabytes = runs.peak_megabytes();
    let name = &program.name;
    crate::say(&format!("| {name}: {situation} | {wall} | {cpu} | {megabytes:.1} |"));
}
