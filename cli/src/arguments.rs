//! The arguments of the command line, as clap reads them.
//!
//! What they mean is in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use stackwright::Architecture;

use crate::commands::local::{Assignment, TemplateFile, Timer};

/// Synthesises the stacks of this program to CloudFormation, packages their handlers, and runs them here.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write templates, packaged handlers and a manifest, ready for the AWS CLI
    Synth(Synth),
    /// Run stacks on this machine
    ///
    /// Builds the handlers, starts what the templates describe, and follows changes of sources, pages and templates.
    /// What happens goes to stdout, a line each; everything else goes to stderr. Ctrl-C stops all that was started.
    Local(Local),
    /// List the stacks, one a line
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// The stacks to write; all if none is named
    #[arg(value_name = "STACK")]
    pub(crate) stacks: Vec<String>,
    /// The folder to write to [default: cdk.out in the workspace]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Build no handlers: pack a placeholder that fails for each
    #[arg(long)]
    pub(crate) stub_assets: bool,
    /// The processor to build for: x86_64 or arm64 [default: this machine's]
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<Architecture>,
    /// The cargo profile to build handlers with
    #[arg(long, value_name = "NAME", default_value = "lambda")]
    pub(crate) profile: String,
}

#[derive(Debug, Args)]
pub(crate) struct Local {
    /// The stacks to run; all if neither a stack nor a template is named
    #[arg(value_name = "STACK")]
    pub(crate) stacks: Vec<String>,
    /// Run the stack of a template, YAML or JSON; it is called NAME, or else like the file
    #[arg(long = "template", value_name = "[NAME=]FILE")]
    pub(crate) templates: Vec<TemplateFile>,
    /// Give a parameter a value: in one stack, or in every stack that has it
    #[arg(long = "parameter", value_name = "[STACK.]NAME=VALUE")]
    pub(crate) parameters: Vec<Assignment>,
    /// The port to listen on, on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 4566)]
    pub(crate) port: u16,
    /// The region that everything is in
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub(crate) region: String,
    /// Keep tables, queues and buckets in this folder; without it they are gone at the end
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Write endpoint, credentials, outputs and resources to this file, as JSON, once all is up
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Open the pages of all stacks, and of what goes on inside, in your browser once all is up
    #[arg(long)]
    pub(crate) open: bool,
    /// Build handlers as `synth` does: slower to build, quicker to run
    #[arg(long)]
    pub(crate) release: bool,
    /// Ask callers neither for signatures nor for grants
    #[arg(long)]
    pub(crate) no_iam: bool,
    /// Make ids and keys the same in each run
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Take another time than AWS does: NAME is integration, retry (of an asynchronous invocation), socket-idle or
    /// socket-life
    #[arg(long = "timer", value_name = "NAME=SECONDS")]
    pub(crate) timers: Vec<Timer>,
    /// Write what happens as JSON, and `{"ready":…}` with what the ready file holds once all is up
    #[arg(long)]
    pub(crate) json: bool,
    /// Follow no changes of sources, pages and templates
    #[arg(long)]
    pub(crate) no_watch: bool,
    /// Build, write the templates to run, and stop: what a running `local` calls when the program has changed
    #[arg(long, hide = true)]
    pub(crate) prepare: bool,
}
