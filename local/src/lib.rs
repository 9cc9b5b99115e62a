//! Runs CloudFormation templates on this machine: a template in, listening services out.
//! Reads no files but code, and prints nothing: a program around it does.
//!
//! ```no_run
//! use stackwright_local::{Local, Settings, StackSource};
//! use stackwright_template::Template;
//!
//! # async fn example(yaml: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let notes = StackSource { name: "Notes".into(), template: Template::read(yaml)?, ..StackSource::default() };
//! let local = Local::start(Settings::default(), vec![notes], |happening| drop(happening.what.to_string())).await?;
//! assert!(local.ready().stacks.contains_key("Notes"));
//! local.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! One port speaks the protocols of all services. Inside, everything has AWS's names and hosts; what leaves the runner
//! names this machine's instead, under `/_aws/`.

mod access;
mod address;
mod arrows;
mod authenticate;
mod caller;
mod cloud;
mod deployment;
mod entrance;
mod exchange;
mod faults;
mod happening;
mod identity;
mod inside;
mod local;
mod moment;
mod nodes;
mod owners;
mod place;
mod problem;
mod properties;
mod random;
mod ready;
mod recent;
mod router;
mod scratch;
mod server;
mod services;
mod settings;
mod source;
mod stack;
mod stacks;
mod traffic;
mod xml;

pub use happening::{Happening, What};
pub use local::Local;
pub use problem::{Problem, StartError};
pub use ready::{Credentials, Ready, ReadyResource, ReadyStack};
pub use settings::{Settings, Timers};
pub use source::StackSource;
