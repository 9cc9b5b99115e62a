//! Handler crates become Lambda zips, or folders to run here: one cargo call for all of them, a glibc check, archives that are equal for equal input.
//! Not here: what a template says about an asset, and printing. Progress goes to [`Progress`], failures are [`AssetError`].
//!
//! With nothing changed since last time no cargo is called at all: a record of the sources answers.
//! The order of things is `request` → `workspace` (is there such a crate?) → `record` (has anything changed?)
//! → `executables` (`target`: how can this machine build for Lambda? `build`; `fitness`: will it start there?) → `packing`
//! into zips, or `laying_out` in folders.

mod archive;
mod build;
mod depinfo;
mod digest;
mod elf;
mod error;
mod executables;
mod fitness;
mod laying_out;
mod manifest;
mod members;
mod metadata;
mod package;
mod packing;
mod program;
mod progress;
mod record;
mod request;
mod rustflags;
mod site;
mod snapshot;
mod sources;
mod stub;
mod target;
mod toolchain;
mod workspace;

pub use archive::prune;
pub use digest::of as digest;
pub use elf::{GlibcVersion, NEWEST_GLIBC};
pub use error::AssetError;
pub use laying_out::prune_folders;
pub use package::{lay_out, package, stub};
pub use program::Program;
pub use progress::{Event, Progress, Silent};
pub use request::{Asset, AssetRequest, Destination, Options};
pub use sources::Sources;
pub use stackwright::Architecture;
pub use workspace::{MissingCrate, Reason, Workspace};
