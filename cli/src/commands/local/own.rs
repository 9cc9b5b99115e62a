//! [`Own`]: the program's own stacks while they run. Prepared once here, and again whenever sources have changed.
//!
//! Again is in another process: this one has the declarations that it was built with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use stackwright::Stack;

use super::preparation::{Prepared, prepare};
use super::process_group;
use crate::assets::{Program, Sources, Workspace};
use crate::printer::Printer;

/// The program, and what it has written for its stacks to run from.
#[derive(Debug)]
pub(super) struct Own {
    program: Program,
    prepared: Prepared,
    release: bool,
}

impl Own {
    /// Prepares the program's stacks; nothing if there are problems, which are told then.
    pub(super) fn prepare(release: bool, stacks: &[Stack], printer: &mut Printer) -> Result<Option<Self>> {
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        let workspace = Workspace::find(&here)?;
        let program = Program::running(&workspace).context("cannot tell where this program is")?;
        let prepared = prepare(workspace, release, stacks, printer)?;
        Ok(prepared.map(|prepared| Self { program, prepared, release }))
    }

    /// Where templates and manifest are.
    pub(super) fn folder(&self) -> &Path {
        &self.prepared.folder
    }

    /// What handlers and program were made from.
    pub(super) fn sources(&self) -> Sources {
        let mut sources = self.prepared.sources.clone();
        sources.files.extend(self.program.sources().files);
        sources
    }

    /// Whether changes of the stacks themselves can be followed.
    pub(super) fn can_be_built_again(&self) -> bool {
        !self.program.sources().files.is_empty()
    }

    /// Builds what these files are part of. Gives whether it did; if not, the reason has been told by those who build.
    pub(super) async fn make_again(&mut self, changed: &BTreeSet<PathBuf>) -> Result<bool> {
        let program = self.program.sources();
        let of_program = changed.iter().any(|path| program.concern(path));
        if of_program && !process_group::succeeds(self.program.build()).await? {
            return Ok(false);
        }
        let prepared = process_group::succeeds(self.preparing()).await?;
        if prepared {
            self.prepared.read_again()?;
        }
        Ok(prepared)
    }

    fn preparing(&self) -> Command {
        let mut command = Command::new(self.program.path());
        command.args(["local", "--prepare"]).args(self.release.then_some("--release"));
        command
    }
}
