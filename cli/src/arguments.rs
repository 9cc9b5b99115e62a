//! The arguments of the command line, as clap reads them.
//!
//! What they mean is in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use stackwright::Architecture;

/// Synthesises the stacks of this program to CloudFormation and packages their handlers.
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
